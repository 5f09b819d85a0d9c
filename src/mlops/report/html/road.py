"""The road to the target or the next level, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from mlops.domain.assessment import Assessment, Term, Verdict, Waiver
from mlops.domain.record import dataclass, field
from mlops.domain.rules import Catalog, Practice, Strength
from mlops.report.findings import most_telling, scopes
from mlops.report.goal import demands, goal, goal_level, leaves
from mlops.report.paint import clean


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a model's ladder."""

    level: int
    title: str
    reached: bool
    target: bool


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
        (step.title for step in steps(assessment, catalog, assessment.model) if step.level == level), ""
    )
    return Road(level, name, found, {effort: count for effort, count in efforts.items() if count})


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


def steps(assessment: Assessment, catalog: Catalog, name: str) -> list[Step]:
    """Return the ladder of a model, from level 0 on."""
    item, model = assessment.models[name], catalog.models[name]
    titles = {level.level: level.title for level in model.levels}
    goal_at = assessment.target if name == assessment.model else None
    return [
        Step(level, titles.get(level, ""), item.level is not None and level <= item.level, level == goal_at)
        for level in range(item.max_level + 1)
    ]


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
