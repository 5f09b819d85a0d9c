"""Bytes to text, whatever editor wrote them."""

from __future__ import annotations

import codecs

from mlops.domain.diagnostic import Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16-LE: asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: A binary file shows itself by a NUL among its first bytes (git looks as far).
_LOOK = 8000


def text(source: bytes) -> tuple[str, Problem | None]:
    """Decode a text file; a binary one gives "" and a problem."""
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            try:
                return _lines(source[len(mark) :].decode(encoding)), None
            except UnicodeDecodeError:
                break
    if b"\0" in source[:_LOOK]:
        return _without_mark(source)
    try:
        return _lines(source.decode("utf-8")), None
    except UnicodeDecodeError:
        return _lines(source.decode("latin-1")), None


def _without_mark(source: bytes) -> tuple[str, Problem | None]:
    """Decode UTF-16 that has no mark (every other byte of plain text is NUL); the rest is binary."""
    head = source[:_LOOK]
    for encoding, zeros, others in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if zeros.count(0) > 0.9 * len(zeros) and min(others, default=0) >= ord("\t"):
            try:
                return _lines(source.decode(encoding)), None
            except UnicodeDecodeError:
                break
    return "", Problem(0, "a binary file: not read")


def _lines(decoded: str) -> str:
    """End every line in the same way."""
    return decoded.replace("\r\n", "\n").replace("\r", "\n") if "\r" in decoded else decoded
