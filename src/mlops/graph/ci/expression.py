"""The expression language of GitHub Actions as a tree (`github.ref == 'refs/heads/main' && !cancelled()`)."""

from __future__ import annotations

from functools import lru_cache

from mlops.domain.record import dataclass
from mlops.domain.regex import regex

MAX_LENGTH = 21_000
MAX_TOKENS = 2_000
MAX_DEPTH = 50

_TOKEN = regex(
    r"\s*(?:(?P<string>'(?:[^']|'')*')"
    r"|(?P<number>[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?))(?![\w.])"
    r"|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!().,\[\]*]))"
)
_CONSTANTS: dict[str, bool | float | None] = {
    "null": None,
    "true": True,
    "false": False,
    "nan": float("nan"),
    "infinity": float("inf"),
}


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: bool | float | str | None


@dataclass(frozen=True, slots=True)
class Access:
    """A context and the steps behind it: `github.event['x']`, `needs.*.result` (the step None is the star)."""

    base: Node
    steps: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A context's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; the name is in lower case."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A negation."""

    item: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands of `&&` or `||`."""

    operator: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands of `==`, `!=`, `<`, `<=`, `>`, `>=`."""

    operator: str
    left: Node
    right: Node


Node = Literal | Access | Name | Call | Not | Chain | Comparison


class _SyntaxError(Exception):
    pass


@lru_cache(maxsize=4096)
def parse(text: str) -> Node | None:
    """Parse one expression without its `${{ }}`; None where it is none."""
    try:
        parser = _Parser(_tokens(text))
        node = parser.either(0)
        parser.finish()
    except _SyntaxError:
        return None
    return node


def calls(node: Node | None) -> frozenset[str]:
    """Return the names of all functions that an expression calls."""
    found: set[str] = set()
    todo = [node]
    while todo:
        item = todo.pop()
        match item:
            case Call(name, args):
                found.add(name)
                todo.extend(args)
            case Not(inner):
                todo.append(inner)
            case Chain(_, items):
                todo.extend(items)
            case Comparison(_, left, right):
                todo.extend((left, right))
            case Access(base, steps):
                todo.extend((base, *steps))
            case _:
                pass
    return frozenset(found)


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_LENGTH:
        raise _SyntaxError
    found: list[tuple[str, str]] = []
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or len(found) >= MAX_TOKENS:
            raise _SyntaxError
        found.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()
    return found


def _number(text: str) -> float:
    sign = -1.0 if text.startswith("-") else 1.0
    digits = text.lstrip("+-")
    try:
        return sign * (int(digits, 0) if digits[:2].lower() in {"0x", "0o"} else float(digits))
    except OverflowError:
        return sign * float("inf")


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def _peek(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return text if kind == "sign" else ""

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise _SyntaxError
        self._at += 1
        return self._tokens[self._at - 1]

    def _accept(self, *signs: str) -> str:
        sign = self._peek()
        if sign not in signs:
            return ""
        self._at += 1
        return sign

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise _SyntaxError

    def finish(self) -> None:
        if self._at != len(self._tokens):
            raise _SyntaxError

    def either(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _SyntaxError
        items = [self._both(depth)]
        while self._accept("||"):
            items.append(self._both(depth))
        return items[0] if len(items) == 1 else Chain("||", tuple(items))

    def _both(self, depth: int) -> Node:
        items = [self._equality(depth)]
        while self._accept("&&"):
            items.append(self._equality(depth))
        return items[0] if len(items) == 1 else Chain("&&", tuple(items))

    def _equality(self, depth: int) -> Node:
        node = self._relation(depth)
        while sign := self._accept("==", "!="):
            depth = self._deeper(depth)
            node = Comparison(sign, node, self._relation(depth))
        return node

    def _relation(self, depth: int) -> Node:
        node = self._unary(depth)
        while sign := self._accept("<", "<=", ">", ">="):
            depth = self._deeper(depth)
            node = Comparison(sign, node, self._unary(depth))
        return node

    def _unary(self, depth: int) -> Node:
        if self._accept("!"):
            return Not(self._unary(self._deeper(depth)))
        return self._access(depth)

    @staticmethod
    def _deeper(depth: int) -> int:
        if depth >= MAX_DEPTH:
            raise _SyntaxError
        return depth + 1

    def _access(self, depth: int) -> Node:
        base = self._primary(depth)
        steps: list[Node | None] = []
        while sign := self._accept(".", "["):
            if sign == "[":
                star = bool(self._accept("*"))
                steps.append(None if star else self.either(self._deeper(depth)))
                self._expect("]")
                continue
            kind, text = self._next()
            if text == "*":
                steps.append(None)
            elif kind == "name":
                steps.append(Literal(text))
            else:
                raise _SyntaxError
        return Access(base, tuple(steps)) if steps else base

    def _primary(self, depth: int) -> Node:
        kind, text = self._next()
        if kind == "string":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal(_number(text))
        if text == "(":
            node = self.either(self._deeper(depth))
            self._expect(")")
            return node
        if kind != "name":
            raise _SyntaxError
        if self._accept("("):
            return Call(text.lower(), self._arguments(self._deeper(depth)))
        lowered = text.lower()
        return Literal(_CONSTANTS[lowered]) if lowered in _CONSTANTS else Name(lowered)

    def _arguments(self, depth: int) -> tuple[Node, ...]:
        if self._accept(")"):
            return ()
        found = [self.either(depth)]
        while self._accept(","):
            found.append(self.either(depth))
        self._expect(")")
        return tuple(found)
