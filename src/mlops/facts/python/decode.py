"""The bytes of a source file as UTF-8, whatever they were."""

from __future__ import annotations

import codecs

from mlops.domain.regex import regex

#: Files above this size are not read.
LARGEST = 2_000_000

_CODING = regex(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8 = frozenset({"utf-8", "ascii"})
#: Beginnings of the encodings that text is written in; the other codecs do more than decode.
_TEXTUAL = (
    "iso8859",
    "iso2022",
    "cp",
    "koi8",
    "gb",
    "big5",
    "euc",
    "shift_jis",
    "mac",
    "utf-8",
    "ascii",
    "tis",
    "hz",
    "johab",
)


def utf8(source: bytes, largest: int = LARGEST) -> tuple[bytes | None, list[tuple[int, str]]]:
    """Return the source as UTF-8, or None if it cannot be read, with the faults that were met (line, message)."""
    if len(source) > largest:
        return None, [(0, f"larger than {largest} bytes, not read")]
    text, problems = _transcoded(source)
    if b"\0" in text:
        problems.append((text.count(b"\n", 0, text.index(b"\0")) + 1, "contains a NUL byte"))
        text = text.replace(b"\0", b" ")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text, problems


def _transcoded(source: bytes) -> tuple[bytes, list[tuple[int, str]]]:
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            source = source[len(mark) :]
            return (source if encoding == "utf-8" else _reencode(source, encoding)), []
    declared = _CODING.match(source)
    if declared is not None:
        name = declared[1].decode("ascii", "replace").lower()
        known = _known(name)
        if known is None:
            return _checked(source)[0], [(1, f"unknown encoding {name[:40]}")]
        if known not in _UTF8:
            return _reencode(source, known), []
    return _checked(source)


def _checked(source: bytes) -> tuple[bytes, list[tuple[int, str]]]:
    try:
        source.isascii() or source.decode("utf-8")
    except UnicodeDecodeError as error:
        # Python refuses such a file; nearly all are Latin-1.
        line = source.count(b"\n", 0, error.start) + 1
        return _reencode(source, "latin-1"), [(line, "not UTF-8 and no other encoding declared")]
    return source, []


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found.startswith(_TEXTUAL) else None


def _reencode(source: bytes, encoding: str) -> bytes:
    try:
        return source.decode(encoding, "replace").encode("utf-8", "replace")
    except UnicodeError:
        return source.decode("latin-1").encode("utf-8")
