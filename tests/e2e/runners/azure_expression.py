"""The expression language of Azure Pipelines: parsed whole, and refused where it is not known."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runners.tools import HarnessError

TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)*)|(?P<name>[A-Za-z_][\w-]*)|(?P<mark>[()\[\],.]))"
)
STATUS = frozenset({"succeeded", "failed", "always", "succeededorfailed", "canceled"})
GOOD = frozenset({"Succeeded", "SucceededWithIssues"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may read: contexts by name, and the results of what it depends on."""

    contexts: Mapping[str, Any]
    results: Mapping[str, str] | None = None


def text_of(value: Any) -> str:
    """Write a value as Azure puts it into text."""
    return "" if value is None else str(value)


def truth(value: Any) -> bool:
    """Tell whether a value counts as true: anything but false, null, zero and the empty string."""
    return value not in (None, False, 0, "")


def _tokens(source: str) -> list[tuple[str, str]]:
    found, position = [], 0
    while position < len(source.rstrip()):
        match = TOKEN.match(source, position)
        if match is None:
            raise HarnessError(f"cannot read expression at {source[position:]!r}")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        position = match.end()
    return found


def evaluate(source: str, scope: Scope) -> Any:
    """Return the value of an expression."""
    reader = _Reader(_tokens(source), scope, source)
    value = reader.value()
    if reader.rest:
        raise HarnessError(f"cannot read the rest of {source!r}")
    return value


class _Reader:
    """A recursive descent over the tokens."""

    def __init__(self, tokens: list[tuple[str, str]], scope: Scope, source: str) -> None:
        self.rest = tokens
        self.scope = scope
        self.source = source

    def _take(self, mark: str = "") -> str:
        if not self.rest or (mark and self.rest[0][1] != mark):
            raise HarnessError(f"expected {mark or 'more'} in {self.source!r}")
        return self.rest.pop(0)[1]

    def _next(self) -> str:
        return self.rest[0][1] if self.rest and self.rest[0][0] == "mark" else ""

    def value(self) -> Any:
        kind = self.rest[0][0] if self.rest else ""
        token = self._take()
        if kind == "string":
            return token[1:-1].replace("''", "'")
        if kind == "number":
            return float(token) if token.count(".") < 2 else token
        if kind != "name":
            raise HarnessError(f"unexpected {token} in {self.source!r}")
        if token.lower() in {"true", "false"}:
            return token.lower() == "true"
        if token.lower() == "null":
            return None
        return self._call(token.lower()) if self._next() == "(" else self._path(token)

    def _call(self, name: str) -> Any:
        self._take("(")
        arguments: list[Any] = []
        while self._next() != ")":
            if arguments:
                self._take(",")
            arguments.append(self.value())
        self._take(")")
        if name in STATUS:
            return self._status(name, arguments)
        if name not in FUNCTIONS:
            raise HarnessError(f"function {name} is not modelled: {self.source!r}")
        return FUNCTIONS[name](*arguments)

    def _status(self, name: str, names: list[Any]) -> bool:
        results = self.scope.results
        if results is None:
            raise HarnessError(f"{name}() has no meaning here: {self.source!r}")
        if unknown := [asked for asked in names if asked not in results]:
            raise HarnessError(f"{name}() asks for {unknown}, which is no dependency: {self.source!r}")
        looked = [results[asked] for asked in names] if names else list(results.values())
        if name in {"always", "succeededorfailed"}:
            return True
        if name == "canceled":
            return False
        return (
            all(result in GOOD for result in looked)
            if name == "succeeded"
            else any(result == "Failed" for result in looked)
        )

    def _path(self, root: str) -> Any:
        if root not in self.scope.contexts:
            raise HarnessError(f"context {root} is not known here: {self.source!r}")
        found = self.scope.contexts[root]
        while self._next() in {".", "["}:
            if self._take() == ".":
                key = self._take()
                while root == "variables" and self._next() == ".":
                    key += self._take(".") + self._take()
            else:
                key = text_of(self.value())
                self._take("]")
            found = _member(found, key)
        return found


def _member(found: Any, key: str) -> Any:
    if not isinstance(found, Mapping):
        return None
    return next((value for name, value in found.items() if name.lower() == key.lower()), None)


def _same(left: Any, right: Any) -> bool:
    """Compare after turning the right side into the kind of the left, strings without regard to case."""
    if isinstance(left, bool):
        other = (
            {"true": True, "false": False}.get(right.lower(), truth(right))
            if isinstance(right, str)
            else truth(right)
        )
        return left == other
    if isinstance(left, float):
        try:
            return left == float(right)
        except (TypeError, ValueError):
            return False
    return text_of(left).lower() == text_of(right).lower()


def _format(pattern: str, *values: Any) -> str:
    return re.sub(r"\{(\d+)\}", lambda match: text_of(values[int(match[1])]), pattern)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "and": lambda *values: all(map(truth, values)),
    "or": lambda *values: any(map(truth, values)),
    "not": lambda value: not truth(value),
    "eq": _same,
    "ne": lambda left, right: not _same(left, right),
    "in": lambda left, *values: any(_same(left, value) for value in values),
    "notin": lambda left, *values: not any(_same(left, value) for value in values),
    "contains": lambda text, part: text_of(part).lower() in text_of(text).lower(),
    "startswith": lambda text, part: text_of(text).lower().startswith(text_of(part).lower()),
    "endswith": lambda text, part: text_of(text).lower().endswith(text_of(part).lower()),
    "coalesce": lambda *values: next((value for value in values if value not in (None, "")), None),
    "format": _format,
    "lower": lambda text: text_of(text).lower(),
    "upper": lambda text: text_of(text).upper(),
    "replace": lambda text, old, new: text_of(text).replace(old, new),
    "length": lambda value: float(len(value)),
    "join": lambda mark, values: mark.join(map(text_of, values)),
}
