"""The catalog: practices, tools, maturity models, statements and attestations as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any

from mlops.domain.record import dataclass, field


class Strength(IntEnum):
    """How well a practice is proved (catalog section 1)."""

    ABSENT = 0
    DECLARED = 1
    USED = 2
    ENFORCED = 3

    def __str__(self) -> str:
        """Return the name as reports and rule files write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Pattern:
    """Globs over one text: any of `globs` must match, none of `excludes` may."""

    globs: tuple[str, ...] = ("*",)
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selector:
    """Which facts a clause is about. `derived` names a predicate of `graph/derived/`; its results are facts too."""

    kind: str = ""
    capability: tuple[str, ...] = ()
    value: Pattern = Pattern()
    where: Mapping[str, Pattern] = field(default_factory=dict)
    scope: tuple[str, ...] = ("source",)


@dataclass(frozen=True, slots=True)
class Clause:
    """A boolean tree over facts. `operator` is "all", "any" or "fact"."""

    operator: str
    clauses: tuple[Clause, ...] = ()
    selector: Selector = Selector()
    #: Entry kinds (groups expanded) from which the fact must be reached; () for no condition.
    entries: tuple[str, ...] = ()
    #: A failure at the fact must stop the entry's run.
    blocks: bool = False
    before: Clause | None = None
    after: Clause | None = None
    same: Clause | None = None
    count: int = 1
    #: Attribute whose distinct values are counted ("value" for the fact's value); "" counts facts.
    distinct: str = ""
    #: What the evidence says; {value}, {path} and attributes are filled in.
    says: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """How to get there: effort is small, medium or large."""

    effort: str
    text: str
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice."""

    id: str
    title: str
    dimension: str
    definition: str
    why: str
    satisfied_at: Strength
    declared: Clause | None
    used: Clause | None
    enforced: Clause | None
    #: What each strength asks for, in words.
    meaning: Mapping[str, str]
    not_evidence: tuple[str, ...]
    remedy: Remedy
    fragment: str
    manual: str
    references: tuple[str, ...]
    since: str
    #: Judged for each component of a monorepo (False: shared by the whole repository).
    per_component: bool
    tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of a capability: a fact of `kind` whose value matches `match`, with attributes as in `where`."""

    kind: str
    match: str
    where: Mapping[str, Pattern] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: where it comes from, and the signs of real use for each of its capabilities."""

    id: str
    title: str
    distributions: tuple[str, ...]
    imports: tuple[str, ...]
    signs: Mapping[str, tuple[Sign, ...]]
    examples: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A term of a formula: a practice at a strength, or a choice, or several together."""

    practice: str = ""
    strength: Strength = Strength.ABSENT
    any: tuple[Need, ...] = ()
    all: tuple[Need, ...] = ()

    def practices(self) -> Iterator[str]:
        """Yield the ids of all practices that it names, alternatives included."""
        if self.practice:
            yield self.practice
        for part in (*self.any, *self.all):
            yield from part.practices()


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a model or category: what it adds to the one below."""

    level: int
    title: str
    require: tuple[Need, ...]
    strict: tuple[Need, ...]
    recommend: tuple[str, ...]
    provable: bool = True


@dataclass(frozen=True, slots=True)
class Model:
    """A maturity model. A model without categories has its levels in `levels`."""

    id: str
    #: How reports call it: Google, Azure, GigaOm.
    name: str
    title: str
    source: str
    levels: tuple[Level, ...]
    categories: Mapping[str, tuple[Level, ...]] = field(default_factory=dict)

    @property
    def max_level(self) -> int:
        """Return the highest level."""
        ladders = list(self.categories.values()) or [self.levels]
        return max(level.level for ladder in ladders for level in ladder)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a model's source and what answers it."""

    id: str
    model: str
    level: str
    dimension: str
    text: str
    kind: str
    practices: tuple[str, ...]
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Attestation:
    """One question that only people can answer; `levels` maps a model to the levels it belongs to."""

    id: str
    question: str
    levels: Mapping[str, tuple[int, ...]]
    #: Model, level and the id (practice or attestation) that replaces it from that level on; "" for none.
    superseded_at: int = 0
    superseded_by: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A command that only runs another one: `uv run CMD`. `words` are its leading words."""

    words: tuple[str, ...]
    #: Options that take a value, to be skipped with it.
    valued: tuple[str, ...] = ()
    #: Number of positional words to skip before the command (`timeout 10 CMD`: 1).
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Catalog:
    """All rules."""

    edition: str
    practices: Mapping[str, Practice]
    tools: Mapping[str, Tool]
    models: Mapping[str, Model]
    statements: Mapping[str, Statement]
    attestations: Mapping[str, Attestation]
    capabilities: Mapping[str, str]
    wrappers: tuple[Wrapper, ...] = ()
    #: Old id -> new id.
    aliases: Mapping[str, str] = field(default_factory=dict)
    #: Flags and inputs that keep a tool from failing, as `rules/neutral.yaml` lists them.
    neutral: Mapping[str, object] = field(default_factory=dict)
    #: The index of the signs of all tools, as `sign_index` describes it.
    signs: Mapping[str, Any] = field(default_factory=dict)
