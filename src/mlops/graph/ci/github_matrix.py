"""The matrix of a GitHub job as its legs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from mlops.domain.document import Document, Map, Scalar, Seq, walk
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.graph.ci.evaluation import Scope, substitute, template
from mlops.graph.ci.values import Object, Unknown, Value, equals, to_number, to_text

#: GitHub itself refuses more than 256 jobs of one matrix.
MAX_LEGS = 256

_USE = regex(r"\bmatrix\b(?:\.([\w-]+))?", re.IGNORECASE)

Leg = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The legs of a job; one empty leg where there is no matrix."""

    legs: tuple[Leg, ...] = ({},)
    #: False where legs or values come from expressions that the files do not tell.
    known: bool = True
    condition: Condition = ALWAYS
    declared: bool = False


def value_of(node: Document, scope: Scope) -> Value:
    """Turn a node into a value, numbers and booleans typed as GitHub types them."""
    if isinstance(node, Map):
        return Object({key.text.lower(): value_of(item, scope) for key, item in node.items})
    if isinstance(node, Seq):
        return tuple(value_of(item, scope) for item in node.items)
    if node.tag == "null":
        return None
    if node.tag == "bool":
        return node.text.lower() == "true"
    if node.tag in {"int", "float"}:
        return to_number(node.text)
    return template(node.text, scope)


def read(strategy: Document | None, scope: Scope) -> Matrix:
    """Read `strategy.matrix`."""
    node = strategy.get("matrix") if isinstance(strategy, Map) else None
    if node is None:
        return Matrix()
    matrix = value_of(node, scope)
    if not isinstance(matrix, Object):
        return Matrix(known=False, declared=True)
    items = dict(matrix.items)
    include, exclude = items.pop("include", ()), items.pop("exclude", ())
    known = not any(isinstance(value, Unknown) for value in (*items.values(), include, exclude))
    empty = [name for name, values in items.items() if values == ()]
    if empty or (not items and include == ()):
        reason = f"its matrix has no value for `{empty[0]}`" if empty else "its matrix is empty"
        return Matrix((), True, Condition(Tri.NO, reason, "F6", node.line), True)
    legs = _product(items)
    if isinstance(exclude, tuple):
        legs = [leg for leg in legs if not any(_excluded(leg, entry) for entry in exclude)]
    if isinstance(include, tuple):
        legs = _include(legs, [entry.items for entry in include if isinstance(entry, Object)], set(items))
    if not legs and known:
        return Matrix((), True, Condition(Tri.NO, "its matrix excludes every leg", "F6", node.line), True)
    return Matrix(tuple(legs[:MAX_LEGS]), known, ALWAYS, True)


def _product(items: Mapping[str, Value]) -> list[Leg]:
    if not items:
        return []
    dimensions = [
        value if isinstance(value, tuple) else (Unknown(frozenset({f"matrix.{name}"})),)
        for name, value in items.items()
    ]
    combinations = itertools.islice(itertools.product(*dimensions), MAX_LEGS)
    return [dict(zip(items, combination, strict=True)) for combination in combinations]


def _excluded(leg: Leg, entry: Value) -> bool:
    return isinstance(entry, Object) and all(
        name in leg and equals(leg[name], value) is Tri.YES for name, value in entry.items.items()
    )


def _include(legs: list[Leg], entries: Sequence[Leg], dimensions: set[str]) -> list[Leg]:
    """Add to the legs that agree in all dimensions; an entry that fits none is a leg of its own."""
    grown = [dict(leg) for leg in legs]
    extra: list[Leg] = []
    for entry in entries:
        shared = [name for name in entry if name in dimensions]
        fitting = [
            leg for leg in grown if all(equals(leg[name], entry[name]) is not Tri.NO for name in shared)
        ]
        for leg in fitting:
            leg.update({name: value for name, value in entry.items() if name not in dimensions})
        if not fitting:
            extra.append(entry)
    return [*grown, *extra]


def leg_text(leg: Leg) -> str:
    """Write what tells a leg from the others: `3.12, ubuntu-latest`."""
    return ", ".join(text for text in (_text(value) for value in leg.values()) if text)


def _text(value: Value) -> str:
    if isinstance(value, Object):
        return leg_text(value.items)
    if isinstance(value, tuple):
        return " ".join(_text(item) for item in value)
    return to_text(value) or ""


def matter(legs: Sequence[Leg], body: Document) -> tuple[Leg, ...]:
    """Return the legs that differ in what a job's body uses of the matrix."""
    used: set[str] = set()
    for _, node in walk(body):
        if isinstance(node, Scalar) and "matrix" in node.text:
            for key in _USE.findall(node.text):
                if not key:
                    return tuple(legs)
                used.add(key.lower())
    found: list[Leg] = []
    for leg in legs:
        part = {name: value for name, value in leg.items() if name in used}
        if part not in found:
            found.append(part)
    return tuple(found)


def grouped(legs: Sequence[Leg], texts: Sequence[str], scope: Scope) -> dict[tuple[str, ...], list[Leg]]:
    """Group legs by what they make of some texts."""
    groups: dict[tuple[str, ...], list[Leg]] = {}
    for leg in legs:
        at = scope.also(matrix=Object(leg))
        groups.setdefault(tuple(substitute(text, at) for text in texts), []).append(leg)
    return groups
