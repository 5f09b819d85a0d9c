"""What the page shows, computed: no markup here, and no computing in the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops.domain.assessment import Assessment, Attainment, Category, Verdict
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog, Practice
from mlops.report.findings import scopes
from mlops.report.goal import Demand, demands
from mlops.report.html.road import Step, steps

DIMENSIONS = ("source", "data", "training", "model", "testing", "release", "operations", "governance", "team")
#: Pieces of each sort shown for a practice; the JSON report holds all of them.
SHOWN = 12
_KINDS = {"core": 0, "full": 1, "recommended": 2}


@dataclass(frozen=True, slots=True)
class Card:
    """One model."""

    name: str
    title: str
    chosen: bool
    level: int | None
    max_level: int
    steps: Sequence[Step]
    facts: Sequence[tuple[str, str]]
    progress: str
    categories: Mapping[str, Category]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a level asks of a practice; `why` explains it in words. An empty kind asks for nothing."""

    kind: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A practice against the levels of a model."""

    practice: Practice
    verdict: Verdict
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The practices of a model by level; `groups` are dimensions."""

    name: str
    chosen: bool
    levels: Sequence[Step]
    groups: Sequence[tuple[str, Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Proof:
    """A practice with its verdict; `anchor` is unique on the page."""

    anchor: str
    practice: Practice
    verdict: Verdict
    more_evidence: int
    more_refused: int
    more_unknown: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What is judged on its own: a component, or the repository as the one without a name."""

    name: str
    groups: Sequence[tuple[str, Sequence[Proof]]]


def cards(assessment: Assessment, catalog: Catalog) -> list[Card]:
    """Return the models, the chosen one first."""
    names = [assessment.model, *(name for name in assessment.models if name != assessment.model)]
    return [_card(assessment, catalog, assessment.models[name]) for name in names]


def matrices(assessment: Assessment, catalog: Catalog) -> list[Matrix]:
    """Return the practices by level of every model, the chosen one first."""
    return [_matrix(assessment, catalog, card) for card in cards(assessment, catalog)]


def evidence(assessment: Assessment, catalog: Catalog) -> list[Scope]:
    """Return every practice with what proves it, what was refused and what is undecided, by dimension."""
    found = []
    for number, (name, _, verdicts) in enumerate(scopes(assessment)):
        groups = [
            (
                dimension,
                [_proof(number, catalog.practices[v.practice], v) for v in _of(dimension, verdicts, catalog)],
            )
            for dimension in DIMENSIONS
        ]
        found.append(Scope(name, [(dimension, proofs) for dimension, proofs in groups if proofs]))
    return found


def component_table(assessment: Assessment, catalog: Catalog) -> list[tuple[str, list[Verdict]]]:
    """Return the practices in which components differ or lack something, each with a verdict a component."""
    if not assessment.components:
        return []
    rows = [
        (name, [part.verdicts[name] for part in assessment.components.values()]) for name in catalog.practices
    ]
    return [
        (name, verdicts) for name, verdicts in rows if any(verdict.status != "met" for verdict in verdicts)
    ]


def _card(assessment: Assessment, catalog: Catalog, item: Attainment) -> Card:
    facts = [("Strict", item.strict_level), ("Possible", item.possible_level), ("Claimed", item.claimed_level),
             ("With waivers", item.waived_level), ("Attested", item.attested_level)]  # fmt: skip
    return Card(
        name=catalog.models[item.model].name,
        title=catalog.models[item.model].title,
        chosen=item.model == assessment.model,
        level=item.level,
        max_level=item.max_level,
        steps=steps(assessment, catalog, item.model),
        facts=[(name, str(value)) for name, value in facts if value is not None],
        progress=""
        if item.next is None
        else f"{item.met} of {item.of} terms hold for level {item.next.level}",
        categories=item.categories or {},
    )


def _matrix(assessment: Assessment, catalog: Catalog, card: Card) -> Matrix:
    model = next(model for model in catalog.models.values() if model.title == card.title)
    asked: dict[tuple[str, int], list[Demand]] = {}
    for demand in demands(model, catalog):
        asked.setdefault((demand.practice, demand.level), []).append(demand)
    named = {practice for practice, _ in asked}
    groups = []
    for dimension in DIMENSIONS:
        rows = [
            Row(
                catalog.practices[verdict.practice],
                verdict,
                [_cell(asked.get((verdict.practice, step.level), []), catalog) for step in card.steps],
            )
            for verdict in _of(dimension, assessment.verdicts, catalog)
            if verdict.practice in named
        ]
        if rows:
            groups.append((dimension, rows))
    return Matrix(card.title, card.chosen, card.steps, groups)


def _cell(found: Sequence[Demand], catalog: Catalog) -> Cell:
    if not found:
        return Cell()
    strongest = min(found, key=lambda demand: (_KINDS[demand.kind], bool(demand.others)))
    words = []
    for demand in found:
        where = f" in {demand.category}" if demand.category else ""
        more = f", {demand.needs}" if demand.needs > catalog.practices[demand.practice].satisfied_at else ""
        words.append(
            f"{demand.kind}{where}{more}" + (f", or {' or '.join(demand.others)}" if demand.others else "")
        )
    kind = "choice" if strongest.others and strongest.kind != "recommended" else strongest.kind
    return Cell(kind, "; ".join(dict.fromkeys(words)))


def _proof(number: int, practice: Practice, verdict: Verdict) -> Proof:
    return Proof(
        f"{'c' + str(number) + '-' if number else ''}{practice.id}",
        practice,
        verdict,
        max(len(verdict.evidence) - SHOWN, 0),
        max(len(verdict.rejected) - SHOWN, 0),
        max(len(verdict.unknown) - SHOWN, 0),
    )


def _of(dimension: str, verdicts: Mapping[str, Verdict], catalog: Catalog) -> list[Verdict]:
    return [
        verdict for verdict in verdicts.values() if catalog.practices[verdict.practice].dimension == dimension
    ]
