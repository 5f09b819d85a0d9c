"""TOML bytes as a document whose keys know, as well as can be told, where they stand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from mlops.domain.diagnostic import Problem
from mlops.domain.document import Document, Map, Scalar, Seq
from mlops.domain.regex import regex

MAX_BYTES = 8_000_000
_MAX_DEPTH = 50

_PART = r"(?:[\w-]+|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')"
_PATH = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = regex(rf"[ \t]*(\[\[?)[ \t]*({_PATH})[ \t]*\]\]?")
_KEY = regex(rf"[ \t]*({_PATH})[ \t]*=")
_PIECE = regex(_PART)
_AT_LINE = regex(r"at line (\d+)")

Path = tuple[str, ...]


def documents(source: bytes) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read a TOML file as one document, or none with its problem; lines come from a second, line-wise look and are those of the key where in doubt."""
    if len(source) > MAX_BYTES:
        return (), (Problem(0, f"the file is too large to read ({len(source)} bytes)"),)
    try:
        text = source.decode("utf-8-sig")
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as fault:
        at = _AT_LINE.search(str(fault))
        return (), (Problem(int(at[1]) if at else 0, f"invalid TOML: {fault}"),)
    lines = text.splitlines()
    built = _build(data, (), 1, _Lines(lines), 0)
    return (built,), ()


class _Lines:
    """Where the keys of a file stand."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.keys: dict[Path, int] = {}
        table: Path = ()
        counts: dict[Path, int] = {}
        inside = ""
        for number, line in enumerate(lines, 1):
            if inside:
                inside = "" if inside in line else inside
                continue
            if header := _HEADER.match(line):
                table = self._placed(_parts(header[2]), counts)
                if header[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = (*table, str(counts[table]))
                self._note(table, number)
            elif key := _KEY.match(line):
                self._note((*table, *_parts(key[1])), number)
                inside = _left_open(line[key.end() :])

    @staticmethod
    def _placed(path: Path, counts: Mapping[Path, int]) -> Path:
        """Put the number of the current element behind every list of tables on the way."""
        placed: Path = ()
        for index, part in enumerate(path):
            placed = (*placed, part)
            if placed in counts and index < len(path) - 1:
                placed = (*placed, str(counts[placed]))
        return placed

    def _note(self, path: Path, number: int) -> None:
        for end in range(1, len(path) + 1):
            self.keys.setdefault(path[:end], number)

    def of_item(self, text: str, line: int) -> int:
        """Return the line of a list's item: the next one from `line` on that holds its text."""
        needle = text.partition("\n")[0]
        for number in range(line, min(len(self.lines), line + 2_000) + 1):
            if needle and needle in self.lines[number - 1]:
                return number
        return line


def _parts(path: str) -> Path:
    return tuple(part.strip("\"'") for part in _PIECE.findall(path))


def _left_open(rest: str) -> str:
    """Return the quotes of a text that goes on over the end of its line."""
    for quotes in ('"""', "'''"):
        if rest.count(quotes) % 2:
            return quotes
    return ""


def _build(value: object, path: Path, line: int, lines: _Lines, depth: int) -> Document:
    if isinstance(value, dict) and depth < _MAX_DEPTH:
        entries: list[tuple[Scalar, Document]] = []
        for name, item in value.items():
            at = lines.keys.get((*path, name), line)
            entries.append((Scalar(name, at), _build(item, (*path, name), at, lines, depth + 1)))
        return Map(tuple(entries), line)
    if isinstance(value, list) and depth < _MAX_DEPTH:
        items: list[Document] = []
        at = line
        for index, item in enumerate(value):
            here = (*path, str(index))
            at = lines.keys.get(here, lines.of_item(item, at) if isinstance(item, str) else at)
            items.append(_build(item, here, at, lines, depth + 1))
        return Seq(tuple(items), line)
    return _scalar(value, line)


def _scalar(value: object, line: int) -> Scalar:
    if isinstance(value, bool):
        return Scalar("true" if value else "false", line, "bool")
    if isinstance(value, int | float):
        return Scalar(str(value), line, type(value).__name__)
    if isinstance(value, str):
        return Scalar(value, line, quoted=True)
    return Scalar(str(value), line)
