"""Terraform and OpenTofu: a tolerant scanner of blocks, with the scalars in them; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.domain.facts import Fact
from mlops.domain.record import dataclass, field
from mlops.domain.regex import regex
from mlops.facts.config.values import MAX_ATTRIBUTES, MAX_TEXT

_TOKEN = regex(
    r"(?P<space>[ \t\r]+)|(?P<comment>#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<newline>\n)"
    r"|(?P<heredoc><<-?(?P<tag>\w+)[ \t\r]*\n)|(?P<quote>\")|(?P<word>[\w.-]+)|(?P<mark>.)",
    re.DOTALL,
)
_PREFIXES = {
    "resource": "tf",
    "data": "tf-data",
    "provider": "tf-provider",
    "module": "tf-module",
    "variable": "tf-variable",
}
_MAX_TOKENS = 150_000
_MAX_DEPTH = 50
_MAX_LABELS = 4
#: Resources whose repeated blocks are stages in an order: each later one is numbered.
_ORDERED = {"aws_codepipeline"}


@dataclass(slots=True)
class Block:
    """One block: `type "label" "label" { … }`; `attrs` are the scalars in it and in the blocks below, by path."""

    type: str
    labels: tuple[str, ...]
    line: int
    attrs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int
    start: int
    end: int


def blocks(text: str) -> list[Block]:
    """Return the top-level blocks of a file; what cannot be understood is passed over."""
    return list(_Scanner(text).blocks())


def terraform(text: str) -> Iterator[Fact]:
    """Yield resources, data sources, modules, providers and variables."""
    for block in blocks(text):
        prefix = _PREFIXES.get(block.type)
        if prefix is None or not block.labels:
            continue
        two = block.type in {"resource", "data"}
        value = f"{prefix}:{block.labels[0] if two or block.type == 'provider' else ''}".rstrip(":")
        given = {"given.name": block.attrs["name"]} if "name" in block.attrs else {}
        yield Fact("resource", value, block.line, {**block.attrs, **given, "name": block.labels[-1]})


def terragrunt(text: str) -> Iterator[Fact]:
    """Yield the module that a terragrunt.hcl applies."""
    for block in blocks(text):
        if block.type == "terraform" and "source" in block.attrs:
            yield Fact("resource", "tf-module", block.line, {**block.attrs, "name": block.attrs["source"]})


def variables(text: str) -> Iterator[Fact]:
    """Yield the assignments of a .tfvars file as keys."""
    for key, value, line in _Scanner(text).assignments():
        yield Fact("key", key, line, {"value": value, "format": "hcl"})


def _tokens(text: str) -> Iterator[_Token]:
    offset, line, count = 0, 1, 0
    while offset < len(text) and count < _MAX_TOKENS:
        match = _TOKEN.match(text, offset)
        if match is None:
            return
        count += 1
        kind, end = match.lastgroup or "mark", match.end()
        if match["heredoc"]:
            kind = "heredoc"
            close = re.compile(rf"^[ \t]*{re.escape(match['tag'])}[ \t\r]*$", re.MULTILINE).search(text, end)
            body_end, end = (close.start(), close.end()) if close else (len(text), len(text))
            yield _Token(kind, text[match.end() : body_end], line, offset, end)
        elif kind == "quote":
            end = _string_end(text, offset)
            yield _Token("string", text[offset + 1 : end - 1], line, offset, end)
        elif kind not in {"space", "comment"}:
            yield _Token(kind, match[0], line, offset, end)
        line += text.count("\n", offset, end)
        offset = end


def _string_end(text: str, start: int) -> int:
    """Return the offset behind a string; `${…}` and `%{…}` in it may hold strings again."""
    offset, depth = start + 1, 0
    while offset < len(text):
        char = text[offset]
        if char == "\\":
            offset += 1
        elif char in "$%" and text[offset + 1 : offset + 2] == "{":
            depth += 1
            offset += 1
        elif depth and char == "}":
            depth -= 1
        elif char == '"' and not depth:
            return offset + 1
        elif char == "\n":
            return offset
        offset += 1
    return len(text)


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0

    def blocks(self) -> Iterator[Block]:
        """Yield the top-level blocks."""
        while self._at < len(self._tokens):
            header = self._header()
            if header is None:
                self._at += 1
                continue
            block = Block(header[0], header[1], header[2])
            self._body(block.attrs, numbered=not _ORDERED.isdisjoint(block.labels))
            yield block

    def assignments(self) -> Iterator[tuple[str, str, int]]:
        """Yield the top-level assignments."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            found: dict[str, str] = {}
            if token.kind in {"word", "string"} and self._mark(1) == "=":
                self._at += 2
                self._value(found, (token.text,))
                for key, value in found.items():
                    yield key, value, token.line
            else:
                self._at += 1

    def _mark(self, ahead: int) -> str:
        index = self._at + ahead
        return (
            self._tokens[index].text
            if index < len(self._tokens) and self._tokens[index].kind == "mark"
            else ""
        )

    def _header(self) -> tuple[str, tuple[str, ...], int] | None:
        """Read `type "label" {` and stand behind the brace, or stay."""
        first = self._tokens[self._at]
        if first.kind != "word":
            return None
        index = self._at + 1
        labels: list[str] = []
        while (
            index < len(self._tokens)
            and len(labels) < _MAX_LABELS
            and self._tokens[index].kind in {"word", "string"}
        ):
            labels.append(self._tokens[index].text)
            index += 1
        if (
            index >= len(self._tokens)
            or self._tokens[index].text != "{"
            or self._tokens[index].kind != "mark"
        ):
            return None
        self._at = index + 1
        return first.text, tuple(labels), first.line

    def _body(self, attrs: dict[str, str], *, numbered: bool = False) -> None:
        """Read to the closing brace; nested blocks and objects lengthen the path."""
        path: list[str] = []
        repeated: dict[tuple[str, ...], int] = {}
        dynamic: set[tuple[str, ...]] = set()
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == "mark" and token.text == "}":
                self._at += 1
                if not path:
                    return
                path.pop()
            elif token.kind in {"word", "string"} and self._mark(1) in {"=", ":"} and self._mark(2) != "=":
                self._at += 2
                if self._mark(0) == "{" and len(path) < _MAX_DEPTH:
                    self._at += 1
                    path.append(token.text)
                else:
                    self._value(attrs, (*path, token.text))
            elif (header := self._header()) is not None:
                if header[0] == "content" and tuple(path) in dynamic:
                    path.append("")  # what stands in it is the block that `dynamic` names
                    continue
                name = header[1][0] if header[0] == "dynamic" and header[1] else header[0]
                times = repeated[(*path, name)] = repeated.get((*path, name), 0) + 1
                path.append(f"{name}[{times}]" if numbered else name)
                if header[0] == "dynamic":
                    dynamic.add(tuple(path))
            elif token.kind == "mark" and token.text == "{":  # an object that no key names
                self._at += 1
                path.append("*")
            else:
                self._at += 1

    def _value(self, attrs: dict[str, str], path: tuple[str, ...]) -> None:
        """Read an expression: to the end of the line, or of the brackets that it opens."""
        start = self._at
        depth = 0
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == "mark" and token.text in "([{":
                depth += 1
            elif token.kind == "mark" and token.text in ")]}":
                if depth == 0:
                    break
                depth -= 1
            elif depth == 0 and (token.kind == "newline" or (token.text == "," and token.kind == "mark")):
                break
            self._at += 1
        taken = self._tokens[start : self._at]
        if taken and len(attrs) < MAX_ATTRIBUTES:
            single = (
                taken[0].text if len(taken) == 1 and taken[0].kind in {"string", "heredoc", "word"} else None
            )
            written = single if single is not None else self._text[taken[0].start : taken[-1].end]
            attrs.setdefault(".".join(filter(None, path)), " ".join(written.split())[:MAX_TEXT])
