"""Three-valued (Kleene) logic: what is proved, what is refuted, what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Tri(IntEnum):
    """A truth value; the order no < unknown < yes makes AND the minimum and OR the maximum."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    def __invert__(self) -> Tri:
        """Return the Kleene negation: unknown stays unknown."""
        return Tri(2 - self)


def tri(value: bool) -> Tri:
    """Lift a Python truth value."""
    return Tri.YES if value else Tri.NO


def all_of(values: Iterable[Tri]) -> Tri:
    """Return the Kleene AND; yes for nothing."""
    return min(values, default=Tri.YES)


def any_of(values: Iterable[Tri]) -> Tri:
    """Return the Kleene OR; no for nothing."""
    return max(values, default=Tri.NO)
