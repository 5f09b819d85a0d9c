"""Expressions of GitLab `rules:if`, in three-valued logic."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import lru_cache
from math import comb

from mlops.domain.logic import Tri, tri
from mlops.domain.record import dataclass
from mlops.domain.regex import regex


class Unknown(Enum):
    """What the files do not tell of a variable."""

    #: Whether it is set at all.
    VALUE = 0
    #: It is set, its text is not known.
    SET = 1


UNKNOWN = Unknown.VALUE
SET = Unknown.SET


@dataclass(frozen=True, slots=True)
class Not:
    """A text of which it is known only which ones it is not, such as the name of a feature branch."""

    texts: tuple[str, ...]


Value = str | Unknown | Not | None

_TOKEN = regex(
    r"\s*(?:(?P<variable>\$\w+)|(?P<string>\"[^\"]*\"|'[^']*')|(?P<sign>==|!=|=~|!~|&&|\|\||\(|\))"
    r"|(?P<regex>/(?:\\.|[^/\\])*/[a-z]*)|(?P<null>null\b))"
)
_MAX_LENGTH, _MAX_DEPTH = 5_000, 40


@dataclass(frozen=True, slots=True)
class Operand:
    """A variable, text, pattern or null."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison; without an operator, whether the operand is set and not empty."""

    left: Operand
    operator: str = ""
    right: Operand | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """`a && b` or `a || b`."""

    operator: str
    left: Expression
    right: Expression


Expression = Test | Joined


class _SyntaxError(ValueError):
    pass


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def parse(self) -> Expression:
        tree = self._either(0)
        if self._at != len(self._tokens):
            raise _SyntaxError
        return tree

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _next(self) -> Operand:
        if self._at >= len(self._tokens):
            raise _SyntaxError
        self._at += 1
        return self._tokens[self._at - 1]

    def _either(self, depth: int) -> Expression:
        tree = self._both(depth)
        while self._peek() == "||":
            self._next()
            tree = Joined("||", tree, self._both(depth))
        return tree

    def _both(self, depth: int) -> Expression:
        tree = self._one(depth)
        while self._peek() == "&&":
            self._next()
            tree = Joined("&&", tree, self._one(depth))
        return tree

    def _one(self, depth: int) -> Expression:
        if depth > _MAX_DEPTH:
            raise _SyntaxError
        if self._peek() == "(":
            self._next()
            tree = self._either(depth + 1)
            if self._next().text != ")":
                raise _SyntaxError
            return tree
        left = self._operand()
        if self._peek() not in {"==", "!=", "=~", "!~"}:
            return Test(left)
        operator = self._next().text
        return Test(left, operator, self._operand())

    def _operand(self) -> Operand:
        token = self._next()
        if token.kind == "sign":
            raise _SyntaxError
        return token


def _tokens(text: str) -> Iterator[Operand]:
    text, at = text.rstrip(), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _SyntaxError
        found = match[match.lastgroup]
        if match.lastgroup == "variable":
            found = found[1:]
        elif match.lastgroup == "string":
            found = found[1:-1]
        yield Operand(match.lastgroup, found)
        at = match.end()


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression | None:
    """Return the tree of an expression, or None where it is none."""
    if len(text) > _MAX_LENGTH:
        return None
    try:
        return _Parser(text).parse()
    except _SyntaxError:
        return None


def evaluate(text: str, variables: Mapping[str, Value]) -> Tri:
    """Tell whether a condition holds; what is neither in the file nor given by the event is unknown."""
    tree = parse(text)
    return Tri.UNKNOWN if tree is None else _truth(tree, variables)


def variables_in(text: str) -> frozenset[str]:
    """Return the names of the variables that a condition asks for."""
    tree = parse(text)
    return frozenset() if tree is None else frozenset(_names(tree))


def _names(tree: Expression) -> Iterator[str]:
    if isinstance(tree, Joined):
        yield from _names(tree.left)
        yield from _names(tree.right)
        return
    for operand in (tree.left, tree.right):
        if operand is not None and operand.kind == "variable":
            yield operand.text


def _truth(tree: Expression, variables: Mapping[str, Value]) -> Tri:
    if isinstance(tree, Joined):
        left, right = _truth(tree.left, variables), _truth(tree.right, variables)
        return min(left, right) if tree.operator == "&&" else max(left, right)
    value = _value(tree.left, variables)
    if tree.right is None:
        return Tri.UNKNOWN if value is UNKNOWN else tri(value not in {None, ""})
    if tree.operator in {"==", "!="}:
        same = _equal(value, _value(tree.right, variables))
        return same if tree.operator == "==" else ~same
    found = _matches(value, tree.right, variables)
    return found if tree.operator == "=~" else ~found


def _value(operand: Operand, variables: Mapping[str, Value]) -> Value:
    if operand.kind == "variable":
        return variables.get(operand.text, UNKNOWN)
    return None if operand.kind == "null" else operand.text


def _equal(left: Value, right: Value) -> Tri:
    if isinstance(left, str) and isinstance(right, str):
        return tri(left == right)
    if left is UNKNOWN or right is UNKNOWN:
        return Tri.UNKNOWN
    if left is None or right is None:
        return tri(left is None and right is None)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Not) and isinstance(other, str):
            return Tri.NO if other in one.texts or not other else Tri.UNKNOWN
    return Tri.NO if "" in {left, right} else Tri.UNKNOWN


def _matches(value: Value, pattern: Operand, variables: Mapping[str, Value]) -> Tri:
    text = _value(pattern, variables)
    if value is None:
        return Tri.NO
    if not isinstance(value, str) or not isinstance(text, str):
        return Tri.UNKNOWN
    return search(text, value)


def search(pattern: str, text: str) -> Tri:
    """Tell whether `/pattern/flags` is found in a text; unknown where finding out could take too long."""
    match = re.fullmatch(r"/(.*)/([a-z]*)", pattern, re.DOTALL)
    if match is None:
        return tri(pattern in text) if not pattern.startswith("/") else Tri.UNKNOWN
    body, flags = match[1].replace(r"\/", "/"), match[2]
    repeats = sum(body.count(sign) for sign in "*+{?")
    nested = re.search(r"\)[*+{]", body)
    if len(body) > 300 or (nested and len(text) > 20) or comb(len(text) + repeats, repeats) > 200_000:
        return Tri.UNKNOWN
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return tri(re.search(body, text, re.IGNORECASE if "i" in flags else 0) is not None)
    except (re.error, OverflowError, RecursionError):
        return Tri.UNKNOWN
