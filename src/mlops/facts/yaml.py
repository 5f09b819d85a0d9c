"""YAML and JSON bytes as documents that keep their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from mlops.domain.diagnostic import Problem
from mlops.domain.document import Document, Map, Scalar, Seq
from mlops.domain.record import dataclass, field
from mlops.domain.regex import regex

#: More values than any honest file has, aliases expanded; a "billion laughs" file stops here.
MAX_NODES = 200_000
MAX_DEPTH = 200
MAX_BYTES = 32_000_000

_PREFIX = "tag:yaml.org,2002:"
_STANDARD = frozenset(_PREFIX + name for name in ("str", "map", "seq"))
_PLAIN = regex(
    r"(?P<null>~|null|Null|NULL|)$"
    r"|(?P<bool>true|True|TRUE|false|False|FALSE)$"
    r"|(?P<int>[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)
#: What the C parser alone complains of, and the largest file that the pure one is given.
_LIBYAML_ONLY = "found unexpected ':'"
_PURE_BYTES = 200_000
#: Only texts that start so can be anything but a string.
_TYPED_STARTS = frozenset("0123456789+-.~nNtTfF")
_SURROGATES = regex(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|.)", re.DOTALL)


def documents(source: bytes) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read every document of a YAML or JSON stream; a fault ends the reading and keeps what came before."""
    if len(source) > MAX_BYTES:
        return (), (Problem(0, f"the file is too large to read ({len(source)} bytes)"),)
    found, problems = _read(source, _events)
    if any(_LIBYAML_ONLY in problem.message for problem in problems) and len(source) <= _PURE_BYTES:
        # libyaml refuses `[a:b]` and a bare `?` in flow style, which YAML 1.2 and the CI platforms accept.
        found, problems = _read(source, _pure_events)
    if problems and not found and source.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        mended = _json_escapes(source)
        if mended != source:
            return _read(mended, _events)
    return found, problems


def _json_escapes(source: bytes) -> bytes:
    """Write JSON's surrogate pairs as the single escapes that YAML knows."""

    def join(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        return f"\\U{0x10000 + ((int(match[1], 16) & 0x3FF) << 10) + (int(match[2], 16) & 0x3FF):08x}"

    return _SURROGATES.sub(join, source.decode("utf-8", "replace")).encode()


def _read(
    source: bytes, events: Callable[[bytes], Iterator[Any]]
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 (19 ms of start-up)

    composer = _Composer()
    try:
        for event in events(source):
            composer.take(event)
    except _LimitError as fault:
        composer.problems.append(fault.problem)
    except (YAMLError, UnicodeError, ValueError) as fault:
        composer.problems.append(_problem(fault))
    return tuple(composer.documents), tuple(composer.problems)


def _events(source: bytes) -> Iterator[Any]:
    from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # noqa: PLC0415 (start-up)

    parser = CParser(source)
    while parser.check_event():
        yield parser.get_event()


def _pure_events(source: bytes) -> Iterator[Any]:
    """The pure parser: about 30 times slower, for the files that the C one refuses."""
    from ruamel.yaml import YAML  # noqa: PLC0415 (start-up)

    return iter(YAML(typ="safe", pure=True).parse(source))


def _problem(fault: Exception) -> Problem:
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    text = getattr(fault, "problem", None) or str(fault).partition("\n")[0]
    return Problem(mark.line + 1 if mark else 0, f"invalid YAML: {text}")


class _LimitError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(line, message)


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    mapping: bool
    line: int
    tag: str
    anchor: str | None
    #: Nodes counted before it, so that an alias to it is charged its full size.
    before: int
    values: list[Document] = field(default_factory=list)


class _Composer:
    """Builds documents from parser events, without recursion."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Document, int]] = {}
        self._nodes = 0
        self._take = {
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._start,
            "SequenceStartEvent": self._start,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
            "AliasEvent": self._alias,
        }

    def take(self, event: Any) -> None:
        """Add one event."""
        name = type(event).__name__
        handler = self._take.get(name)
        if handler is not None:
            handler(event)
        elif name == "DocumentStartEvent":
            self._anchors.clear()

    def _count(self, line: int, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise _LimitError(
                line, f"the file has more than {MAX_NODES} values, aliases expanded (an alias bomb?)"
            )

    def _add(self, node: Document, anchor: str | None, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, size)
        if self._open:
            self._open[-1].values.append(node)
        else:
            self.documents.append(node)

    def _scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self._count(line, 1)
        style, text, written = event.style, event.value, event.tag
        if written and written not in _STANDARD and written != "!":
            tag = written.removeprefix(_PREFIX)
        elif style or written or (text and text[0] not in _TYPED_STARTS):
            tag = "str"
        else:
            match = _PLAIN.match(text)
            tag = (match.lastgroup or "str") if match else "str"
        node = Scalar(text, line, tag, True, style in {"|", ">"}) if style else Scalar(text, line, tag)
        self._add(node, event.anchor, 1)

    def _start(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self._count(line, 1)
        if len(self._open) >= MAX_DEPTH:
            raise _LimitError(line, f"the file is nested deeper than {MAX_DEPTH} levels")
        written = event.tag
        tag = "" if not written or written in _STANDARD or written == "!" else written.removeprefix(_PREFIX)
        mapping = type(event).__name__ == "MappingStartEvent"
        self._open.append(_Open(mapping, line, tag, event.anchor, self._nodes - 1))

    def _end(self, _event: Any) -> None:
        done = self._open.pop()
        node = self._mapping(done) if done.mapping else Seq(tuple(done.values), done.line, done.tag)
        self._add(node, done.anchor, self._nodes - done.before)

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        known = self._anchors.get(event.anchor)
        if known is None:
            self._count(line, 1)
            self.problems.append(Problem(line, f"the alias *{event.anchor} names nothing that is complete"))
            self._add(Scalar("", line, "null"), None, 1)
            return
        self._count(line, known[1])
        self._add(known[0], None, known[1])

    def _mapping(self, done: _Open) -> Map:
        entries: dict[str, tuple[Scalar, Document]] = {}
        merged: dict[str, tuple[Scalar, Document]] = {}
        merges = False
        for key, value in zip(done.values[::2], done.values[1::2], strict=True):
            if not isinstance(key, Scalar):
                continue
            if key.text == "<<" and not key.quoted:
                merges = True
                for source in value.items if isinstance(value, Seq) else (value,):
                    if isinstance(source, Map):
                        merged |= {k.text: (k, v) for k, v in source.items if k.text not in merged}
                        self._count(key.line, len(source.items))
                continue
            if key.text in entries:
                self.problems.append(Problem(key.line, f"duplicate key {key.text!r}: the last one counts"))
            entries[key.text] = (key, value)
        if not merges:
            return Map(tuple(entries.values()), done.line, done.tag)
        return Map(tuple((merged | entries).values()), done.line, done.tag, merged=True)
