"""What a shell script says: a tree of statements whose leaves are simple commands."""

from __future__ import annotations

from mlops.domain.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command; words keep `$VAR` and `$(…)` as written, quotes are removed."""

    words: tuple[str, ...]
    #: Line inside the script, from 1.
    line: int
    #: Variable assignments before the words (`X=1 cmd`), or alone (then `words` is empty).
    assigns: tuple[tuple[str, str], ...] = ()
    #: Files that output is redirected to (`> f`, `>> f`).
    outputs: tuple[str, ...] = ()
    #: Scripts inside command substitutions `$(…)` of this command.
    nested: tuple[Sequence, ...] = ()
    #: Text given on standard input by a heredoc or here-string.
    stdin: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Statements one after the other; `subshell` for `( … )`."""

    items: tuple[Statement, ...]
    line: int
    subshell: bool = False


@dataclass(frozen=True, slots=True)
class Connected:
    """`left && right` or `left || right`."""

    operator: str
    left: Statement
    right: Statement
    line: int


@dataclass(frozen=True, slots=True)
class Pipe:
    """`a | b | c`."""

    items: tuple[Statement, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Negated:
    """`! command`."""

    item: Statement
    line: int


@dataclass(frozen=True, slots=True)
class Background:
    """`command &`."""

    item: Statement
    line: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """`if`/`elif`/`else`, and each arm of `case` (whose test is empty)."""

    test: Sequence
    then: Sequence
    otherwise: Sequence | None
    line: int


@dataclass(frozen=True, slots=True)
class Loop:
    """`for`, `while`, `until`; `test` is empty for `for`."""

    test: Sequence
    body: Sequence
    line: int
    #: What `for` counts with, and the words that it goes through; empty where they are not all written out.
    variable: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionDef:
    """`name() { … }`: runs where it is called."""

    name: str
    body: Sequence
    line: int


Statement = Command | Sequence | Connected | Pipe | Negated | Background | Conditional | Loop | FunctionDef


@dataclass(frozen=True, slots=True)
class Script:
    """A parsed script."""

    body: Sequence
    #: The interpreter named by the first line (`#!/bin/bash -e` gives ("bash", "-e")), or nothing.
    shebang: tuple[str, ...] = ()
    #: Lines that the parser could not read; the statements around them are there.
    broken: tuple[int, ...] = field(default=())
