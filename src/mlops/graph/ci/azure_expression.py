"""Azure Pipelines expressions: their grammar and how they are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from mlops.domain.record import dataclass, field
from mlops.domain.regex import regex
from mlops.graph.ci.azure_values import FUNCTIONS, UNKNOWN, Unknown, Value, member, text_form

_MAX_LENGTH = 20_000
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: str | bool | float | None


@dataclass(frozen=True, slots=True)
class Name:
    """A context such as `parameters` or `variables`."""

    text: str


@dataclass(frozen=True, slots=True)
class Index:
    """`of.key` or `of[key]`."""

    of: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; the name is in lower case."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Literal | Name | Index | Call

_TOKEN = regex(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<version>\d+(?:\.\d+){2,3})"
    r"|(?P<name>[A-Za-z_][\w-]*)|(?P<mark>[(),.\[\]*]))"
)


class _SyntaxError(ValueError):
    pass


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def parse(self) -> Expression:
        tree = self._expression(0)
        if self._at != len(self._tokens):
            raise _SyntaxError
        return tree

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise _SyntaxError
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, mark: str) -> None:
        if self._next()[1] != mark:
            raise _SyntaxError

    def _expression(self, depth: int) -> Expression:
        if depth > _MAX_DEPTH:
            raise _SyntaxError
        tree = self._primary(depth)
        while self._peek() in {".", "["}:
            if self._next()[1] == ".":
                kind, text = self._next()
                if kind != "name" and text != "*":
                    raise _SyntaxError
                tree = Index(tree, Literal(text))
            else:
                tree = Index(tree, self._expression(depth + 1))
                self._expect("]")
        return tree

    def _primary(self, depth: int) -> Expression:
        kind, text = self._next()
        if kind == "string":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal(float(text))
        if kind == "version":
            return Literal(text)
        if kind != "name":
            raise _SyntaxError
        if self._peek() == "(":
            return Call(text.lower(), self._arguments(depth))
        lowered = text.lower()
        if lowered in {"true", "false"}:
            return Literal(lowered == "true")
        return Literal(None) if lowered == "null" else Name(lowered)

    def _arguments(self, depth: int) -> tuple[Expression, ...]:
        self._expect("(")
        found: list[Expression] = []
        while self._peek() != ")":
            if found:
                self._expect(",")
            found.append(self._expression(depth + 1))
        self._expect(")")
        return tuple(found)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    text, at = text.rstrip(), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _SyntaxError
        yield match.lastgroup, match[match.lastgroup]
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


#: Status functions as they answer in an undisturbed run, after a failure, and after a skipped dependency.
UNDISTURBED: Mapping[str, bool] = {
    "succeeded": True,
    "succeededorfailed": True,
    "always": True,
    "failed": False,
    "canceled": False,
}
FAILED: Mapping[str, bool] = {**UNDISTURBED, "succeeded": False, "failed": True}
SKIPPED: Mapping[str, bool] = {**UNDISTURBED, "succeeded": False}


@dataclass(frozen=True, slots=True)
class Environment:
    """What an expression can see: named contexts (`parameters`, loop variables), variables, status functions."""

    contexts: Mapping[str, Value | Mapping[str, Value]]
    variables: Callable[[str], Value]
    status: Mapping[str, bool] = field(default_factory=lambda: UNDISTURBED)


def evaluate(text: str, environment: Environment) -> Value:
    """Return the value of an expression; unknown where it is malformed or asks what the files do not tell."""
    tree = parse(text)
    return UNKNOWN if tree is None else _value(tree, environment)


def _value(tree: Expression, environment: Environment) -> Value:
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, Name):
        found = environment.contexts.get(tree.text, UNKNOWN)
        return UNKNOWN if isinstance(found, Mapping) else found
    if isinstance(tree, Index):
        return _index(tree, environment)
    if tree.function in environment.status:
        # `succeeded('job')`: in a disturbed run, as if that job were the one that failed (`Verdict.asks_for`).
        return environment.status[tree.function]
    function = FUNCTIONS.get(tree.function)
    if function is None:
        return UNKNOWN
    return function([_value(argument, environment) for argument in tree.arguments])


def _index(tree: Index, environment: Environment) -> Value:
    key = text_form(_value(tree.key, environment))
    if isinstance(key, Unknown):
        return UNKNOWN
    if isinstance(tree.of, Name):
        if tree.of.text == "variables":
            return environment.variables(key.lower())
        context = environment.contexts.get(tree.of.text, UNKNOWN)
        if isinstance(context, Mapping):
            return context.get(key.lower())
    return member(_value(tree.of, environment), key)
