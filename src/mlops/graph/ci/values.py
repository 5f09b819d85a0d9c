"""Values of GitHub expressions of which some are known only in part, and their comparison."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Union

from mlops.domain.logic import Tri, all_of, any_of, tri
from mlops.domain.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the files do not tell."""

    #: What it depends on: `vars.DEPLOY`.
    names: frozenset[str] = frozenset()
    #: What the value counts as in a condition, where that is known all the same.
    truth: Tri = Tri.UNKNOWN
    #: False for ordinary events, though not for all: a draft, a commit by a bot, `[skip ci]` in a message.
    rare: bool = False
    #: True for some ordinary changes and false for others: what a filter of the changed files gives.
    either: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few texts; `synonyms` stand for one thing (the names a default branch may have)."""

    texts: tuple[str, ...]
    synonyms: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A text of which the beginning and the end are known."""

    prefix: str = ""
    suffix: str = ""
    #: Texts that it is not.
    excluded: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Object:
    """A context or mapping (keys in lower case); `rest` is the value of every other key."""

    items: Mapping[str, Value] = field(default_factory=dict)
    rest: Unknown | None = None


Value = Union[None, bool, float, str, Unknown, Choice, Shape, Object, tuple["Value", ...]]  # noqa: UP007


def truth(value: Value) -> Tri:
    """Tell whether a condition with this value holds."""
    if isinstance(value, Unknown):
        return value.truth
    if isinstance(value, Shape):
        return Tri.YES if value.prefix or value.suffix else Tri.UNKNOWN
    if isinstance(value, Choice):
        answers = {tri(bool(text)) for text in value.texts}
        return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    if isinstance(value, Object | tuple):
        return Tri.YES
    return tri(bool(value) and value == value)  # noqa: PLR0124 (NaN is false)


def names(*values: Value) -> frozenset[str]:
    """Return what the values depend on."""
    found: frozenset[str] = frozenset()
    for value in values:
        if isinstance(value, Unknown):
            found |= value.names
        elif isinstance(value, Shape) and value.name:
            found |= {value.name}
        elif isinstance(value, tuple):
            found |= names(*value)
        elif isinstance(value, Object) and value.rest is not None:
            found |= value.rest.names
    return found


def lift(answer: Tri, *values: Value, rare: bool = False) -> Value:
    """Turn a truth value into a value that remembers what it depends on."""
    return Unknown(names(*values), rare=rare) if answer is Tri.UNKNOWN else answer is Tri.YES


def is_rare(*values: Value) -> bool:
    """Tell whether any of the values is seldom true."""
    return any(isinstance(value, Unknown) and value.rare for value in values)


def is_either(*values: Value) -> bool:
    """Tell whether any of the values is one that ordinary changes make true, and others false."""
    return any(isinstance(value, Unknown) and value.either for value in values)


def seldom(value: Value) -> bool:
    """Tell whether a condition with this value holds for some events, though not for ordinary ones."""
    return is_rare(value) and truth(value) is Tri.UNKNOWN


def to_text(value: Value) -> str | None:
    """Write a known scalar as GitHub does; None for what has no known text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value == int(value) else f"{value:.15g}"
    if isinstance(value, Choice) and len(value.texts) == 1:
        return value.texts[0]
    return value if isinstance(value, str) else None


def to_number(value: Value) -> float:
    """Convert as `==` does between unlike types."""
    if value is None:
        return 0.0
    if isinstance(value, bool | float):
        return float(value)
    if not isinstance(value, str):
        return math.nan
    text = value.strip()
    try:
        if text[:2].lower() in {"0x", "0o"}:
            return float(int(text, 0))
        return float(text) if text and "_" not in text else (math.nan if text else 0.0)
    except (ValueError, OverflowError):
        return math.nan


def text_test(value: Value, test: Callable[[str], bool], shaped: Callable[[Shape], Tri]) -> Tri:
    """Apply a test of texts to a value that may be known in part."""
    if isinstance(value, Unknown):
        return Tri.UNKNOWN
    if isinstance(value, Shape):
        return shaped(value)
    if isinstance(value, Choice):
        answers = [tri(test(text.lower())) for text in value.texts]
        if value.synonyms:
            return any_of(answers)
        return answers[0] if answers and all_of(answers) == any_of(answers) else Tri.UNKNOWN
    text = to_text(value)
    return Tri.NO if text is None else tri(test(text.lower()))


def _shape_equals(shape: Shape, text: str) -> Tri:
    lowered = text.lower()
    fits = len(lowered) > len(shape.prefix) + len(shape.suffix) and (
        lowered.startswith(shape.prefix.lower()) and lowered.endswith(shape.suffix.lower())
    )
    if not fits or lowered in {other.lower() for other in shape.excluded}:
        return Tri.NO
    return Tri.UNKNOWN


def equals(left: Value, right: Value) -> Tri:
    """Compare as `==` does: texts without case, unlike types as numbers."""
    if isinstance(left, Shape) and left.name and left == right:
        return Tri.YES
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown):
            return Tri.UNKNOWN
        if isinstance(one, Choice | Shape):
            return _partly_equals(one, other)
    if isinstance(left, str) and isinstance(right, str):
        return tri(left.lower() == right.lower())
    if isinstance(left, Object | tuple) or isinstance(right, Object | tuple):
        return tri(left is right)
    if type(left) is type(right):
        return tri(left == right)
    return tri(to_number(left) == to_number(right))


def _partly_equals(one: Choice | Shape, other: Value) -> Tri:
    if isinstance(other, Unknown | Shape):
        return Tri.UNKNOWN
    if isinstance(other, Choice):
        if isinstance(one, Choice) and one.synonyms and other.synonyms:
            return tri(not set(one.texts).isdisjoint(other.texts))
        return any_of(min(_partly_equals(one, text), Tri.UNKNOWN) for text in other.texts)
    if not isinstance(other, str):
        return Tri.NO
    wanted = other.lower()
    return text_test(one, lambda text: text == wanted, lambda shape: _shape_equals(shape, other))


def starts_with(value: Value, start: str) -> Tri:
    """Tell whether a text starts so, without case."""
    wanted = start.lower()

    def shaped(shape: Shape) -> Tri:
        prefix = shape.prefix.lower()
        if prefix.startswith(wanted):
            return Tri.YES
        return Tri.UNKNOWN if wanted.startswith(prefix) else Tri.NO

    return text_test(value, lambda text: text.startswith(wanted), shaped)


def ends_with(value: Value, end: str) -> Tri:
    """Tell whether a text ends so, without case."""
    wanted = end.lower()

    def shaped(shape: Shape) -> Tri:
        suffix = shape.suffix.lower()
        if suffix.endswith(wanted):
            return Tri.YES
        return Tri.UNKNOWN if wanted.endswith(suffix) else Tri.NO

    return text_test(value, lambda text: text.endswith(wanted), shaped)


def contains_text(value: Value, part: str) -> Tri:
    """Tell whether a text contains another, without case; `refs/…` can only stand at the beginning of a ref."""
    wanted = part.lower()
    if wanted.startswith("refs/") and isinstance(value, Shape):
        return starts_with(value, part)

    def shaped(shape: Shape) -> Tri:
        return Tri.YES if wanted in shape.prefix.lower() or wanted in shape.suffix.lower() else Tri.UNKNOWN

    return text_test(value, lambda text: wanted in text, shaped)
