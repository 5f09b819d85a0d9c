"""Faults that a run meets and survives. Light: a tree needs no more of the domain than these."""

from __future__ import annotations

from mlops.domain.record import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a file that a reader met and survived."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A fault of the repository or its configuration that does not change the exit code."""

    path: str
    line: int
    message: str
