"""Read Python source: imports, definitions, calls, checks and what flows where, with names resolved in the file."""

from __future__ import annotations

from mlops.facts.python.read import read

__all__ = ["read"]
