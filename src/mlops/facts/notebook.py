"""Read Jupyter notebooks: the Python of all code cells as one module, shell lines apart; lines are those of the file."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]

from tree_sitter import Point, Range

from mlops.domain.diagnostic import Problem
from mlops.domain.facts import FileFacts
from mlops.domain.regex import regex
from mlops.facts import magics
from mlops.facts.python import build, grammar
from mlops.facts.python.decode import utf8
from mlops.facts.python.state import Walk
from mlops.facts.python.walker import module

#: Notebooks above this size are not read; outputs make them larger than scripts.
LARGEST = 20_000_000
_MOST_CELLS = 5000
_OUTPUTS = regex(r'"outputs"\s*:\s*(?=\[)')


class _Text(str):
    """A string that knows where in the JSON text it starts."""

    __slots__ = ("position",)
    position: int


def read(source: bytes) -> FileFacts:
    """Read a notebook of format 3 or 4; one that is no valid JSON is a problem, other languages give no facts."""
    text, faults = utf8(source, LARGEST)
    problems = [Problem(line, message) for line, message in faults]
    if text is None:
        return FileFacts("notebook", problems=tuple(problems))
    try:
        written = _without_outputs(text.decode("utf-8", "replace"))
        content = _decode(written)
    except JSONDecodeError as error:
        problems.append(Problem(error.lineno, f"invalid JSON: {error.msg}"))
        return FileFacts("notebook", problems=tuple(problems))
    except RecursionError:
        problems.append(Problem(0, "nested too deeply"))
        return FileFacts("notebook", problems=tuple(problems))
    if not isinstance(content, dict):
        problems.append(Problem(0, "not a notebook"))
        return FileFacts("notebook", problems=tuple(problems))
    if not _is_python(content):
        return FileFacts("notebook", problems=tuple(problems))
    return _read_cells([*_cells(content, _liner(written))], problems)


def _without_outputs(text: str) -> str:
    """Return the text with its outputs emptied, the breaks of their lines kept: pictures are most of a notebook."""
    decoder = json.JSONDecoder(strict=False)
    kept: list[str] = []
    start = 0
    while found := _OUTPUTS.search(text, start):
        try:
            _, end = decoder.raw_decode(text, found.end())
        except JSONDecodeError:
            break  # what is wrong with it is told where all is decoded
        breaks = "\n" * text.count("\n", found.end(), end)
        kept += text[start : found.end()], "[", breaks, "]"
        start = end
    return "".join(kept) + text[start:]


def _decode(text: str) -> object:
    """Decode JSON; strings are _Text."""
    decoder = json.JSONDecoder(strict=False)
    decoder.parse_string = _string  # type: ignore[attr-defined]
    scan: Callable[[str, int], tuple[object, int]] = py_make_scanner(decoder)
    start = len(text) - len(text.lstrip())
    try:
        return scan(text, start)[0]
    except StopIteration as error:
        raise JSONDecodeError("expected a value", text, error.value or 0) from None


def _string(text: str, start: int, strict: bool) -> tuple[str, int]:
    value, end = scanstring(text, start, strict)
    placed = _Text(value)
    placed.position = start
    return placed, end


def _liner(text: str) -> Callable[[int], int]:
    breaks = [-1]
    position = text.find("\n")
    while position >= 0:
        breaks.append(position)
        position = text.find("\n", position + 1)
    return lambda position: bisect_right(breaks, position)


def _is_python(content: dict[str, object]) -> bool:
    """Return whether the kernel runs Python; a notebook that names none does."""
    metadata = content.get("metadata")
    if not isinstance(metadata, dict):
        return True
    for section, key in (("kernelspec", "language"), ("language_info", "name")):
        found = metadata.get(section)
        name = found.get(key) if isinstance(found, dict) else None
        if isinstance(name, str) and name:
            return "py" in name.lower()
    return True


def _cells(content: dict[str, object], line: Callable[[int], int]) -> Iterator[list[tuple[str, int]]]:
    """Yield the lines of each code cell, each with its line in the file."""
    holders: list[object] = [content]
    sheets = content.get("worksheets")
    if isinstance(sheets, list):
        holders += sheets
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for cell in cells[:_MOST_CELLS] if isinstance(cells, list) else ():
            if isinstance(cell, dict) and cell.get("cell_type") == "code" and _speaks_python(cell):
                yield [*_lines(cell.get("source", cell.get("input")), line)]


def _speaks_python(cell: dict[str, object]) -> bool:
    language = cell.get("language", "python")
    return not isinstance(language, str) or "py" in language.lower()


def _lines(source: object, line: Callable[[int], int]) -> Iterator[tuple[str, int]]:
    """Yield the lines of a cell; one may be split over several strings, one string may hold several."""
    begun, begun_at = "", 0
    for piece in source if isinstance(source, list) else [source]:
        if not isinstance(piece, _Text):
            continue
        at = line(piece.position)
        begun_at = begun_at if begun else at
        *whole, begun = (begun + piece.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
        for text in whole:
            yield text, begun_at
            begun_at = at
    if begun:
        yield begun, begun_at


def _read_cells(cells: list[list[tuple[str, int]]], problems: list[Problem]) -> FileFacts:
    rows: list[int] = []
    shell: list[tuple[str, int]] = []
    pieces: list[bytes] = []
    ranges: list[Range] = []
    size = 0
    for cell in cells:
        code = magics.split(cell, shell)
        if not code:
            continue
        piece = ("\n".join(text for text, _ in code) + "\n").replace("\0", " ").encode("utf-8", "replace")
        first = len(rows)
        rows += [line for _, line in code]
        ranges.append(Range(Point(first, 0), Point(len(rows), 0), size, size + len(piece)))
        size += len(piece)
        pieces.append(piece)
    found, faults = _walk(b"".join(pieces), ranges)
    problems += [Problem(_at(rows, row), message) for row, message in faults]
    facts = build.facts(found, lambda row: _at(rows, row), tuple(shell))
    return FileFacts("notebook", problems=tuple(problems), python=facts)


def _at(rows: list[int], row: int) -> int:
    """Return the line in the file of a row of the module; the row after the last is that of the last."""
    return rows[min(row, len(rows) - 1)] if rows else 0


def _walk(text: bytes, ranges: list[Range]) -> tuple[Walk, list[tuple[int, str]]]:
    """Walk all cells at once, or one by one where one of them is broken, so that it hides no other."""
    walk = Walk(text)
    root = grammar.parse(text).root_node
    faults: list[tuple[int, str]] = []
    if not root.has_error:
        module(walk, root)
    else:
        for cell in ranges:
            root = grammar.parse(text, [cell]).root_node
            faults += [(row, "syntax error") for row in grammar.broken(root)] if root.has_error else []
            module(walk, root)
    return walk, faults + walk.problems
