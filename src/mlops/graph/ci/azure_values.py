"""Values of Azure Pipelines expressions and the functions over them, in three-valued logic."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum

from mlops.domain.document import Document, Map, Scalar, Seq
from mlops.domain.logic import Tri, all_of, any_of, tri
from mlops.domain.record import dataclass


class Unknown(Enum):
    """The value of what the files do not tell."""

    VALUE = 0


UNKNOWN = Unknown.VALUE


@dataclass(frozen=True, slots=True)
class Either:
    """One of several texts; which one depends on the host or the moment. It equals each of them."""

    texts: tuple[str, ...]


Value = str | bool | float | None | Unknown | Either | Document


def truth(value: Value) -> Tri:
    """Return whether a value counts as true where a boolean is asked for."""
    if isinstance(value, Unknown):
        return Tri.UNKNOWN
    if isinstance(value, Scalar):
        # Whether `true` inside an object parameter stays text depends on how the object is passed.
        return Tri.UNKNOWN if value.tag in {"bool", "unknown"} else tri(bool(value.text))
    if isinstance(value, (Map, Seq, Either)):
        return Tri.YES
    return tri(bool(value))


def text_form(value: Value) -> str | Unknown:
    """Return the text that a value has inside a string, or unknown."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, Scalar):
        return UNKNOWN if value.tag == "unknown" else value.text
    return "" if value is None else UNKNOWN


def member(value: Value, key: str) -> Value:
    """Return the member of an object or the item of a list; null where there is none."""
    if isinstance(value, Map):
        found: Value = next((item for name, item in value.items if name.text.lower() == key.lower()), None)
    elif isinstance(value, Seq):
        found = value.items[int(key)] if key.isdecimal() and int(key) < len(value.items) else UNKNOWN
    else:
        return UNKNOWN
    return None if isinstance(found, Scalar) and found.tag == "null" else found


def _equal(left: Value, right: Value) -> Tri:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return Tri.UNKNOWN
    if isinstance(left, Either):
        return any_of(_equal(text, right) for text in left.texts)
    if isinstance(right, Either):
        return _equal(right, left)
    if left is None and right is None:
        return Tri.YES
    if isinstance(left, bool) and isinstance(right, (str, Scalar)):
        # The right side is converted to a boolean: any text but the empty one is true.
        other = text_form(right)
        if isinstance(other, Unknown):
            return Tri.UNKNOWN
        return Tri.UNKNOWN if other.lower() == "false" else tri(left == bool(other))
    one, two = text_form(left), text_form(right)
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return Tri.UNKNOWN
    return tri(one.lower() == two.lower())


def _as_value(answer: Tri) -> Value:
    return UNKNOWN if answer is Tri.UNKNOWN else answer is Tri.YES


def _texts(values: list[Value]) -> list[str] | None:
    found = [text_form(value) for value in values]
    known = [text for text in found if isinstance(text, str)]
    return known if len(known) == len(found) else None


def _logic(decide: Callable[[list[Value]], Tri]) -> Callable[[list[Value]], Value]:
    return lambda values: _as_value(decide(values)) if values else UNKNOWN


def _pair(decide: Callable[[str, str], Value]) -> Callable[[list[Value]], Value]:
    """Lift a function of two texts; one that may be either of several answers for all or not at all."""

    def function(values: list[Value]) -> Value:
        if len(values) < 2:
            return UNKNOWN
        if isinstance(values[0], Either):
            answers = {
                str(function([text, values[1]])): function([text, values[1]]) for text in values[0].texts
            }
            return next(iter(answers.values())) if len(answers) == 1 else UNKNOWN
        texts = _texts(values[:2])
        return UNKNOWN if texts is None else decide(texts[0], texts[1])

    return function


def _contains(values: list[Value]) -> Value:
    if len(values) == 2 and isinstance(values[0], (Seq, Map)):
        items = values[0].items if isinstance(values[0], Seq) else tuple(item for _, item in values[0].items)
        return _as_value(any_of(_equal(item, values[1]) for item in items))
    return _pair(lambda text, part: part.lower() in text.lower())(values)


def _length(values: list[Value]) -> Value:
    if len(values) == 1 and isinstance(values[0], (Seq, Map)):
        return float(len(values[0].items))
    texts = _texts(values[:1])
    return float(len(texts[0])) if texts else UNKNOWN


def _format(values: list[Value]) -> Value:
    texts = _texts(values)
    if not texts:
        return UNKNOWN
    pieces = re.split(r"(\{\{|\}\}|\{\d{1,2}\})", texts[0])
    for at, piece in enumerate(pieces):
        if piece in {"{{", "}}"}:
            pieces[at] = piece[0]
        elif at % 2 and int(piece[1:-1]) + 1 < len(texts):
            pieces[at] = texts[int(piece[1:-1]) + 1]
    return "".join(pieces)


def _join(values: list[Value]) -> Value:
    if len(values) == 2 and isinstance(values[1], Seq):
        texts = _texts([values[0], *values[1].items])
        return UNKNOWN if texts is None else texts[0].join(texts[1:])
    return values[1] if len(values) == 2 and isinstance(values[1], str) else UNKNOWN


def _coalesce(values: list[Value]) -> Value:
    """The first value that is there; the default that the file writes down stands for a variable that it does not set."""
    given = [value for value in values if value not in {None, ""}]
    return next((value for value in given if not isinstance(value, Unknown)), given[0] if given else None)


def _replace(values: list[Value]) -> Value:
    texts = _texts(values)
    return texts[0].replace(texts[1], texts[2]) if texts and len(texts) == 3 and texts[1] else UNKNOWN


def _split(values: list[Value]) -> Value:
    texts = _texts(values)
    if not texts or len(texts) != 2 or not texts[1]:
        return UNKNOWN
    return Seq(tuple(Scalar(part, 0) for part in texts[0].split(texts[1])), 0)


def _one(change: Callable[[str], str]) -> Callable[[list[Value]], Value]:
    def function(values: list[Value]) -> Value:
        texts = _texts(values)
        return change(texts[0]) if texts else UNKNOWN

    return function


def _compare(decide: Callable[[float, float], bool]) -> Callable[[list[Value]], Value]:
    def function(values: list[Value]) -> Value:
        texts = _texts(values)
        try:
            return decide(float(texts[0]), float(texts[1])) if texts and len(texts) == 2 else UNKNOWN
        except ValueError:
            return UNKNOWN

    return function


def _choose(values: list[Value]) -> Value:
    if len(values) != 3 or truth(values[0]) is Tri.UNKNOWN:
        return UNKNOWN
    return values[1] if truth(values[0]) is Tri.YES else values[2]


def _among(values: list[Value]) -> Tri:
    return any_of(_equal(values[0], other) for other in values[1:])


FUNCTIONS: Mapping[str, Callable[[list[Value]], Value]] = {
    "and": _logic(lambda values: all_of(truth(value) for value in values)),
    "or": _logic(lambda values: any_of(truth(value) for value in values)),
    "not": _logic(lambda values: ~truth(values[0])),
    "xor": _logic(
        lambda values: (
            Tri.UNKNOWN
            if len(values) != 2 or Tri.UNKNOWN in {truth(value) for value in values}
            else tri(truth(values[0]) is not truth(values[1]))
        )
    ),
    "eq": _logic(lambda values: _equal(*values) if len(values) == 2 else Tri.UNKNOWN),
    "ne": _logic(lambda values: ~_equal(*values) if len(values) == 2 else Tri.UNKNOWN),
    "in": _logic(_among),
    "notin": _logic(lambda values: ~_among(values)),
    "contains": _contains,
    "containsvalue": _contains,
    "startswith": _pair(lambda text, part: text.lower().startswith(part.lower())),
    "endswith": _pair(lambda text, part: text.lower().endswith(part.lower())),
    "format": _format,
    "join": _join,
    "coalesce": _coalesce,
    "replace": _replace,
    "split": _split,
    "length": _length,
    "lower": _one(str.lower),
    "upper": _one(str.upper),
    "trim": _one(str.strip),
    "gt": _compare(lambda left, right: left > right),
    "ge": _compare(lambda left, right: left >= right),
    "lt": _compare(lambda left, right: left < right),
    "le": _compare(lambda left, right: left <= right),
    "iif": _choose,
}
