"""Where rules/ and templates/ lie: inside the installed package, or at the root of a source checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent / "_data"
_ROOT = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[2]

RULES = _ROOT / "rules"
TEMPLATES = _ROOT / "templates"
