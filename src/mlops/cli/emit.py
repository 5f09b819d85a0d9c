"""Where text goes: a file or standard output."""

from __future__ import annotations

import sys
from pathlib import Path

from mlops.errors import MlopsError


def emit(text: str, output: Path | None) -> None:
    """Write text to a file or to standard output. Raises MlopsError for a file that cannot be written."""
    if output is None:
        if sys.stdout is None:
            raise MlopsError("standard output is closed; keep it open, or write to a file with --output")
        sys.stdout.write(_encodable(text))
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
    except OSError as error:
        raise MlopsError(f"{output} cannot be written: {error.strerror}") from error


def _encodable(text: str) -> str:
    encoding = sys.stdout.encoding or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)
