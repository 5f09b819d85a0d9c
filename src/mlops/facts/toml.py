"""TOML files as position-annotated documents: tomllib decides what they say, a scan of the lines says where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, Seq
from mlops.domain.facts import Problem
from mlops.facts.decode import text as decode

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^."']+))\s*\.?""")
_FAULT_LINE = re.compile(r"\(at line (\d+)")
_DEPTH = 60

Path = tuple[str | int, ...]


def documents(source: bytes) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Return the document of a TOML file (one, or none with a problem)."""
    text, problem = decode(source)
    if problem is not None:
        return (), (problem,)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _FAULT_LINE.search(str(error))
        return (), (Problem(int(found.group(1)) if found else 1, f"invalid TOML: {error}"),)
    lines = text.split("\n")
    return (_convert(data, (), _places(lines), lines, 1, 0),), ()


def _places(lines: list[str]) -> dict[Path, int]:
    """Return the line of each key, by its path; tables of an array are numbered."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    fence = ""
    for number, line in enumerate(lines, 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        header = _HEADER.match(line)
        if header and not _KEY.match(line):
            table = _table(tuple(_parts(header.group(2))), header.group(1) == "[[", counts)
            for size in range(1, len(table) + 1):
                found.setdefault(table[:size], number)
            continue
        key = _KEY.match(line)
        if key:
            path = (*table, *_parts(key.group(1)))
            for size in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:size], number)
            rest = line[key.end() :]
            fence = next((mark for mark in ('"""', "'''") if rest.count(mark) == 1), "")
    return found


def _table(names: tuple[str, ...], many: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        last = position == len(names) - 1
        if many and last:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(text: str) -> Iterator[str]:
    for match in _PART.finditer(text):
        name = next((group for group in match.groups() if group is not None), "").strip()
        if name:
            yield name


def _convert(value: object, path: Path, places: dict[Path, int], lines: list[str], line: int, depth: int) -> Document:
    line = places.get(path, line)
    if depth > _DEPTH:
        return Scalar("", line, "null")
    if isinstance(value, dict):
        return Map(
            tuple(
                (
                    Scalar(key, places.get((*path, key), line)),
                    _convert(item, (*path, key), places, lines, line, depth + 1),
                )
                for key, item in value.items()
            ),
            line,
        )
    if isinstance(value, list):
        items, at = [], line
        for index, item in enumerate(value):
            at = _line_of(item, lines, at) if isinstance(item, str) else places.get((*path, index), at)
            items.append(_convert(item, (*path, index), places, lines, at, depth + 1))
        return Seq(tuple(items), line)
    return _scalar(value, line)


def _line_of(item: str, lines: list[str], start: int) -> int:
    """Return the line on which a string of a list stands, searching on from the one before."""
    first = item.split("\n", 1)[0]
    for number in range(start, min(start + 400, len(lines) + 1)):
        if first in lines[number - 1]:
            return number
    return start


def _scalar(value: object, line: int) -> Scalar:
    if isinstance(value, bool):
        return Scalar("true" if value else "false", line, "bool")
    if isinstance(value, int):
        return Scalar(str(value), line, "int")
    if isinstance(value, float):
        return Scalar(str(value), line, "float")
    return Scalar(str(value), line, "str", quoted=isinstance(value, str))
