"""A Jenkinsfile as a tree of calls: as much Groovy as pipelines are written in, comments left out.

Every call is a mapping with `call` (its name), `args` (a mapping: positions "0", "1", … and names) and, where it has
a block, `body` (a list of calls). A call whose result is kept has `kept`.
"""

from __future__ import annotations

import re

from mlops.domain.diagnostic import Problem
from mlops.domain.document import Document, Map, Scalar, Seq
from mlops.domain.record import dataclass
from mlops.domain.regex import regex

MAX_BYTES = 2_000_000
MAX_CALLS = 20_000
MAX_DEPTH = 60

_TOKEN = regex(
    r"(?P<comment>//[^\n]*|/\*.*?\*/|\#![^\n]*)"
    r'|(?P<long>\'\'\'(?:\\.|(?!\'\'\').)*\'\'\'|"""(?:\\.|(?!""").)*""")'
    r"|(?P<text>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
    r"|(?P<name>[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*)"
    r"|(?P<line>\n|;)"
    r"|(?P<space>[ \t\r\f\\]+)"
    r"|(?P<sign>[{}()\[\],:]|==|!=|=|[^\s])",
    re.DOTALL,
)
_OPEN = {"(": ")", "[": "]", "{": "}"}
#: Words before a call that say nothing about it.
_MODIFIERS = frozenset({"def", "return", "final", "else", "String", "int", "boolean", "var", "new"})
_ESCAPE = regex(r"\\(\n|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def documents(source: bytes) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Read a Jenkinsfile; what is no call is passed over."""
    if len(source) > MAX_BYTES:
        return (), (Problem(0, f"the file is too large to read ({len(source)} bytes)"),)
    parser = _Parser(_tokens(source.decode("utf-8", "replace")))
    calls = parser.block(0, "")
    return ((Seq(tuple(calls), 1),) if calls else ()), tuple(parser.problems)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    line = 1
    for match in _TOKEN.finditer(text):
        kind, piece = match.lastgroup or "", match[0]
        if kind in {"long", "text"}:
            quote = 3 if kind == "long" else 1
            inner = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), piece[quote:-quote])
            found.append(_Token("text", inner, line))
        elif kind not in {"comment", "space"}:
            found.append(_Token(kind, piece, line))
        line += piece.count("\n")
    return found


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._calls = 0
        self.problems: list[Problem] = []

    def _peek(self, ahead: int = 0) -> _Token:
        index = self._at + ahead
        return self._tokens[index] if index < len(self._tokens) else _Token("end", "", 0)

    def block(self, depth: int, end: str) -> list[Document]:
        """Read calls up to the closing sign, which is taken too."""
        calls: list[Document] = []
        while self._at < len(self._tokens):
            token = self._peek()
            if token.kind == "sign" and token.text == "}":
                self._at += 1
                if end:
                    return calls
            elif token.kind == "name" and self._calls < MAX_CALLS:
                call = self._call(depth)
                if call is not None:
                    calls.append(call)
            elif token.kind == "sign" and token.text == "{":
                self._at += 1
                calls.extend(self._nested(depth))
            elif token.kind == "text" and self._peek(1).text == ":":
                calls.append(self._labelled(depth))
            else:
                self._at += 1
        return calls

    def _nested(self, depth: int) -> list[Document]:
        if depth < MAX_DEPTH:
            return self.block(depth + 1, "}")
        self.problems.append(Problem(self._peek().line, f"blocks are nested deeper than {MAX_DEPTH} levels"))
        self._skip("}")
        return []

    def _skip(self, end: str) -> None:
        """Pass over everything up to the sign that closes what was just opened."""
        waiting = [end]
        while waiting and self._at < len(self._tokens):
            token = self._peek()
            self._at += 1
            if token.kind == "sign" and token.text in _OPEN:
                waiting.append(_OPEN[token.text])
            elif token.kind == "sign" and token.text == waiting[-1]:
                waiting.pop()

    def _call(self, depth: int) -> Map | None:
        kept = False
        while self._peek().kind == "name":
            after = self._peek(1)
            if self._peek().text in _MODIFIERS and after.kind == "name":
                self._at += 1
            elif after.text == "=" and self._peek(2).kind == "name":
                kept = True
                self._at += 2
            else:
                break
        name = self._peek()
        self._at += 1
        self._calls += 1
        args: list[tuple[Scalar, Document]] = []
        body: list[Document] | None = None
        if self._peek().text == "(" and self._peek().kind == "sign":
            self._at += 1
            body = self._arguments(args, ")", depth)
        elif self._peek().kind in {"text", "name"} or self._peek().text == "[":
            body = self._arguments(args, "\n", depth)
        while (
            self._peek().kind == "line"
            and name.text in {"try", "finally", "else"}
            and self._peek(1).text == "{"
        ):
            self._at += 1
        if self._peek().kind == "sign" and self._peek().text == "{":
            self._at += 1
            body = [*(body or ()), *self._nested(depth)]
        return _as_map(name, args, body, kept=kept)

    def _labelled(self, depth: int) -> Document:
        """Read `'name': { … }` of a map of branches as a call of that name."""
        name = self._peek()
        self._at += 2
        body: list[Document] = []
        if self._peek().text == "{":
            self._at += 1
            body = self._nested(depth)
        return _as_map(name, [], body, kept=False)

    def _arguments(self, args: list[tuple[Scalar, Document]], end: str, depth: int) -> list[Document] | None:
        """Read arguments up to the end; blocks among them (`a: { … }`) are returned as calls."""
        blocks: list[Document] = []
        position, name = 0, ""
        open_brackets = 0
        while self._at < len(self._tokens):
            token = self._peek()
            sign = token.text if token.kind == "sign" else ""
            if (
                end == "\n"
                and open_brackets == 0
                and (token.kind == "line" or sign in {"{", "}"})
                and not name
            ):
                break
            self._at += 1
            if sign == end and open_brackets == 0:
                break
            if sign == "{":
                inner = self._nested(depth)
                blocks.extend(
                    [_as_map(_Token("name", name, token.line), [], inner, kept=False)] if name else inner
                )
                name = ""
            elif sign in {"(", "["}:
                open_brackets += 1
            elif sign in {")", "]"}:
                open_brackets = max(0, open_brackets - 1)
            elif token.kind in {"name", "text"} and self._peek().text == ":":
                self._at += 1
                name = token.text
            elif token.kind in {"name", "text"} or (token.kind == "sign" and token.text.isdigit()):
                key = name or str(position)
                args.append(
                    (Scalar(key, token.line), Scalar(token.text, token.line, quoted=token.kind == "text"))
                )
                position += not name
                name = ""
        return blocks or None


def _as_map(
    name: _Token, args: list[tuple[Scalar, Document]], body: list[Document] | None, *, kept: bool
) -> Map:
    def key(text: str) -> Scalar:
        return Scalar(text, name.line)

    items: list[tuple[Scalar, Document]] = [
        (key("call"), Scalar(name.text, name.line)),
        (key("args"), Map(tuple(args), name.line)),
    ]
    if body is not None:
        items.append((key("body"), Seq(tuple(body), name.line)))
    if kept:
        items.append((key("kept"), Scalar("true", name.line, "bool")))
    return Map(tuple(items), name.line)
