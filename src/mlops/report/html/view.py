"""What the page shows, computed: no markup here, and no computing in the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from mlops.domain.assessment import Assessment, Attainment, Category, Term, Verdict, Waiver
from mlops.domain.record import dataclass, field
from mlops.domain.rules import Catalog, Practice, Strength
from mlops.report.findings import most_telling, scopes
from mlops.report.goal import Demand, demands, goal, goal_level, leaves
from mlops.report.paint import clean

DIMENSIONS = ("source", "data", "training", "model", "testing", "release", "operations", "governance", "team")
#: Pieces of each sort shown for a practice; the JSON report holds all of them.
SHOWN = 12
_KINDS = {"core": 0, "full": 1, "recommended": 2}


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a model's ladder."""

    level: int
    title: str
    reached: bool
    target: bool


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
class Stage:
    """One practice to add on the road, with what would do instead."""

    practice: Practice
    has: Strength
    needs: Strength
    others: Sequence[str]
    unknown: bool
    components: tuple[str, ...]
    snippet: Markup
    reasons: Sequence[tuple[str, int, str, str]]
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Road:
    """The road to a level."""

    level: int
    title: str
    stages: Sequence[Stage]
    efforts: Mapping[str, int] = field(default_factory=dict)


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


def standing(assessment: Assessment, catalog: Catalog) -> str:
    """Return how the repository stands to its target or next level, in one sentence."""
    item = assessment.models[assessment.model]
    level = goal_level(assessment, item)
    if level is None:
        return "The target is reached." if assessment.target is not None else "This is the highest level."
    found = road(assessment, catalog)
    count = len(found.stages) if found else 0
    what = f"{count} practice{'' if count == 1 else 's'}"
    if assessment.target is not None:
        return f"Target level {level} is not reached: {what} to add."
    return f"{what.capitalize()} to add for level {level}."


def cards(assessment: Assessment, catalog: Catalog) -> list[Card]:
    """Return the models, the chosen one first."""
    names = [assessment.model, *(name for name in assessment.models if name != assessment.model)]
    return [_card(assessment, catalog, assessment.models[name]) for name in names]


def matrices(assessment: Assessment, catalog: Catalog) -> list[Matrix]:
    """Return the practices by level of every model, the chosen one first."""
    return [_matrix(assessment, catalog, card) for card in cards(assessment, catalog)]


def road(assessment: Assessment, catalog: Catalog) -> Road | None:
    """Return the road to the target or the next level, cheapest first; None where nothing lacks."""
    stages: dict[str, Stage] = {}
    level = None
    for name, models, verdicts in scopes(assessment):
        following = goal(assessment, catalog, models[assessment.model], verdicts)
        if following is None:
            continue
        level = following.level if level is None else min(level, following.level)
        for term in (*following.missing, *following.unknown):
            for leaf, others in leaves(term):
                if leaf.has < leaf.needs:
                    scope = name if catalog.practices[leaf.practice].per_component else ""
                    stage = _stage(leaf, others, catalog, verdicts, scope, unknown=term in following.unknown)
                    stages[leaf.practice] = _merged(stages.get(leaf.practice), stage)
    if level is None:
        return None
    found = list(stages.values())
    efforts = {
        effort: sum(x.practice.remedy.effort == effort for x in found)
        for effort in ("small", "medium", "large")
    }
    name = next(
        (step.title for step in _steps(assessment, catalog, assessment.model) if step.level == level), ""
    )
    return Road(level, name, found, {effort: count for effort, count in efforts.items() if count})


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


def wanted(assessment: Assessment, catalog: Catalog) -> tuple[set[str], set[str]]:
    """Return the practices that the goal asks for, and those of them that lack."""
    item = assessment.models[assessment.model]
    level = goal_level(assessment, item)
    found = road(assessment, catalog)
    lacking = {stage.practice.id for stage in found.stages} if found else set()
    if level is None:
        level = item.formula_level if assessment.target is None else assessment.target
    kinds = {"core", "full"} if assessment.strict else {"core"}
    asked = {
        demand.practice
        for demand in demands(catalog.models[item.model], catalog)
        if demand.level <= level
        and demand.kind in kinds
        and demand.category != "strategy"
        and (not demand.others or assessment.verdicts[demand.practice].status == "met")
    }
    return asked | lacking, lacking


def _card(assessment: Assessment, catalog: Catalog, item: Attainment) -> Card:
    facts = [("Strict", item.strict_level), ("Possible", item.possible_level), ("Claimed", item.claimed_level),
             ("With waivers", item.waived_level), ("Attested", item.attested_level)]  # fmt: skip
    return Card(
        name=catalog.models[item.model].name,
        title=catalog.models[item.model].title,
        chosen=item.model == assessment.model,
        level=item.level,
        max_level=item.max_level,
        steps=_steps(assessment, catalog, item.model),
        facts=[(name, str(value)) for name, value in facts if value is not None],
        progress=""
        if item.next is None
        else f"{item.met} of {item.of} terms hold for level {item.next.level}",
        categories=item.categories or {},
    )


def _steps(assessment: Assessment, catalog: Catalog, name: str) -> list[Step]:
    item, model = assessment.models[name], catalog.models[name]
    titles = {level.level: level.title for level in model.levels}
    goal_at = assessment.target if name == assessment.model else None
    return [
        Step(level, titles.get(level, ""), item.level is not None and level <= item.level, level == goal_at)
        for level in range(item.max_level + 1)
    ]


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


def _merged(known: Stage | None, stage: Stage) -> Stage:
    """Return the harder of two stages of one practice, with the components of both."""
    if known is None:
        return stage
    hardest = max(known, stage, key=lambda item: (item.needs, -item.has))
    return replace(hardest, components=tuple(dict.fromkeys((*known.components, *stage.components))))


def _stage(
    leaf: Term,
    others: Sequence[str],
    catalog: Catalog,
    verdicts: Mapping[str, Verdict],
    scope: str,
    *,
    unknown: bool,
) -> Stage:
    practice, verdict = catalog.practices[leaf.practice], verdicts[leaf.practice]
    undecided = [(item.path, item.line, item.reason, "") for item in verdict.unknown] if unknown else []
    best = most_telling(verdict.rejected)
    refused = sorted(verdict.rejected, key=lambda item: item is not best)
    reasons = [*undecided, *((item.path, item.line, item.reason, item.fake) for item in refused)]
    return Stage(practice, leaf.has, leaf.needs, others, unknown, (scope,) if scope else (), _lines(practice.remedy.snippet),
                 reasons[:3], verdict.waiver)  # fmt: skip


def _lines(snippet: str) -> Markup:
    """Return a snippet with its line breaks; hidden characters become visible."""
    return Markup("\n").join(escape(clean(line)) for line in snippet.rstrip().split("\n"))


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
