"""Where rules/ and templates/ lie, and where a cache may: beside no repository, in the user's own folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGED = Path(__file__).parent / "_data"
_ROOT = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[2]

RULES = _ROOT / "rules"
TEMPLATES = _ROOT / "templates"


def cache_folder() -> Path | None:
    """Return $MLOPS_CACHE_DIR or `mlops` in the platform's folder for caches; None if the user has no home."""
    chosen = os.environ.get("MLOPS_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME")
    if base and Path(base).is_absolute():
        return Path(base) / "mlops"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "mlops"
