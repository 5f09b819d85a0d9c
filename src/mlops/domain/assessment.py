"""What a judgement says: the values that reports and the gate see."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.diagnostic import Diagnostic
from mlops.domain.facts import Location
from mlops.domain.record import dataclass, field
from mlops.domain.rules import Need, Strength


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain that leads to a piece of evidence."""

    path: str
    line: int
    label: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence; the chain runs from the entry (event, command) to the fact itself."""

    path: str
    line: int
    message: str
    chain: tuple[Link, ...] = ()
    strength: Strength = Strength.USED


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something that looks like evidence and is none: where, why, and which fake (F1 to F22, or "")."""

    path: str
    line: int
    reason: str
    fake: str = ""
    chain: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that could be evidence but cannot be decided; `source` is what `--source` would settle."""

    path: str
    line: int
    reason: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver in force: the practice counts for exit codes, never for the level."""

    practice: str
    reason: str
    owner: str
    until: str
    days_left: int
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One practice judged. `claimed` is the strength with the configuration's entrypoints."""

    practice: str
    strength: Strength
    possible: Strength
    claimed: Strength
    #: met, partial, missing, unknown or waived.
    status: str
    evidence: tuple[Evidence, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a formula with what the repository has; exactly one of practice, any, all is given."""

    practice: str = ""
    needs: Strength = Strength.ABSENT
    has: Strength = Strength.ABSENT
    any: tuple[Term, ...] = ()
    all: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """What a level lacks: terms not met, and terms that cannot be decided."""

    level: int
    missing: tuple[Term, ...]
    unknown: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a model that has them (GigaOm). `held` is the largest level whose formula holds."""

    level: int | None
    strict_level: int | None
    held: int


@dataclass(frozen=True, slots=True)
class Attainment:
    """One model judged. Levels are None where the repository has no machine learning."""

    model: str
    level: int | None
    strict_level: int | None
    possible_level: int | None
    claimed_level: int | None
    waived_level: int | None
    waived_strict_level: int | None
    attested_level: int | None
    max_level: int
    met: int
    of: int
    next: Next | None
    next_strict: Next | None
    categories: Mapping[str, Category] | None = None
    #: The level by the formulas alone, whatever `ml` says: the accuracy bench and the gate compare these.
    formula_level: int = 0
    formula_strict_level: int = 0


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a monorepo, judged on its own."""

    name: str
    folder: str
    models: Mapping[str, Attainment]
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that a lint says."""

    version: str
    edition: str
    root: str
    revision: str
    ml: bool
    #: None, "none-found" or "hosted-model".
    ml_reason: str | None
    model: str
    target: int | None
    strict: bool
    models: Mapping[str, Attainment]
    verdicts: Mapping[str, Verdict]
    components: Mapping[str, Component] = field(default_factory=dict)
    #: Ids of statements of weakness still present.
    traits: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    #: Sources that would settle unknowns -> the practices they hold up.
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The configuration file, and the first tracked file: where a report puts what has no better place.
    config_path: str = ""
    first_path: str = ""


@dataclass(frozen=True, slots=True)
class Regression:
    """One thing that a change took away: kind is level, term or undecided."""

    kind: str
    model: str
    practice: str
    before: str
    after: str
    was: tuple[Location, ...]
    because: tuple[Location, ...]
    reason: str = ""
    component: str = ""


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """A change of what judges: configuration, waivers, own rules, the gate job itself."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A head judged against its base."""

    base: Assessment
    head: Assessment
    base_name: str
    head_name: str
    regressions: tuple[Regression, ...]
    config_changes: tuple[ConfigChange, ...] = ()
    #: What does not fail the gate: differences by newer rules alone, waivers about to expire.
    warnings: tuple[Diagnostic, ...] = ()
    #: Who must approve a change of the configuration, as CODEOWNERS says.
    approvers: tuple[str, ...] = ()
    #: The command that shows the same result locally.
    again: str = ""


def needs_text(need: Need) -> str:
    """Write a formula term as people read it: `a | b`, `(a & b)`, `x@enforced`."""
    if need.any:
        return " | ".join(needs_text(part) for part in need.any)
    if need.all:
        return "(" + " & ".join(needs_text(part) for part in need.all) + ")"
    return need.practice
