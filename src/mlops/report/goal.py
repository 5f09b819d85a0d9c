"""What is asked for: the terms that the target (or else the next level) lacks, and who asks for a practice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlops.domain.assessment import Assessment, Attainment, Next, Term, Verdict
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog, Level, Model, Need, Strength


@dataclass(frozen=True, slots=True)
class Demand:
    """A practice that a level of a model asks for. `kind` is core, full or recommended."""

    practice: str
    level: int
    kind: str
    needs: Strength
    #: The other practices that would do instead.
    others: tuple[str, ...] = ()
    category: str = ""


def goal_level(assessment: Assessment, item: Attainment) -> int | None:
    """Return the level that findings are about: the target, else the next level; None where it is reached."""
    following = item.next_strict if assessment.strict else item.next
    if assessment.target is None:
        return None if following is None else following.level
    held = item.formula_strict_level if assessment.strict else item.formula_level
    return None if held >= assessment.target else assessment.target


def goal(
    assessment: Assessment, catalog: Catalog, item: Attainment, verdicts: Mapping[str, Verdict]
) -> Next | None:
    """Return what the target (or the next level) lacks, cheapest first; None where nothing is asked for."""
    following = item.next_strict if assessment.strict else item.next
    level = goal_level(assessment, item)
    if level is None or following is None or level == following.level:
        return None if level is None else following
    missing, unknown = list(following.missing), list(following.unknown)
    seen = {*missing, *unknown}
    for need in _needs(catalog.models[item.model], following.level + 1, level, strict=assessment.strict):
        term = _term(need, catalog, verdicts)
        if term in seen or _holds(need, catalog, verdicts, "strength"):
            continue
        seen.add(term)
        (unknown if _holds(need, catalog, verdicts, "possible") else missing).append(term)
    return Next(level, tuple(missing), tuple(unknown))


def leaves(term: Term) -> Iterator[tuple[Term, tuple[str, ...]]]:
    """Yield the practices to add for a term, each with what would do instead: the cheapest choice comes first."""
    if term.any:
        others = tuple(text(option) for option in term.any[1:])
        for leaf, inner in leaves(term.any[0]):
            yield leaf, (*inner, *others)
    elif term.all:
        for part in term.all:
            yield from leaves(part)
    else:
        yield term, ()


def text(term: Term) -> str:
    """Write a term as people read it."""
    if term.any:
        return " or ".join(text(part) for part in term.any)
    if term.all:
        return "(" + " and ".join(text(part) for part in term.all) + ")"
    return term.practice


def demands(model: Model, catalog: Catalog) -> Iterator[Demand]:
    """Yield who asks for what, level by level."""
    for category, ladder in (model.categories or {"": model.levels}).items():
        for level in ladder:
            for kind, needs in (("core", level.require), ("full", level.strict)):
                for need in needs:
                    yield from _demand(need, level, kind, category, catalog)
            for name in level.recommend:
                yield Demand(
                    name, level.level, "recommended", catalog.practices[name].satisfied_at, (), category
                )


def _demand(
    need: Need, level: Level, kind: str, category: str, catalog: Catalog, others: tuple[str, ...] = ()
) -> Iterator[Demand]:
    if need.practice:
        yield Demand(need.practice, level.level, kind, _wanted(need, catalog), others, category)
    for option in need.any:
        rest = tuple(_words(other) for other in need.any if other != option)
        yield from _demand(option, level, kind, category, catalog, (*others, *rest))
    for part in need.all:
        yield from _demand(part, level, kind, category, catalog, others)


def _words(need: Need) -> str:
    if need.any:
        return " or ".join(_words(part) for part in need.any)
    return " and ".join(_words(part) for part in need.all) if need.all else need.practice


def _needs(model: Model, low: int, high: int, *, strict: bool) -> Iterator[Need]:
    ladders = [ladder for name, ladder in model.categories.items() if name != "strategy"] or [model.levels]
    for ladder in ladders:
        for level in ladder:
            if low <= level.level <= high:
                yield from (*level.require, *(level.strict if strict else ()))


def _wanted(need: Need, catalog: Catalog) -> Strength:
    return max(need.strength, catalog.practices[need.practice].satisfied_at)


def _holds(need: Need, catalog: Catalog, verdicts: Mapping[str, Verdict], which: str) -> bool:
    if need.any:
        return any(_holds(option, catalog, verdicts, which) for option in need.any)
    if need.all:
        return all(_holds(part, catalog, verdicts, which) for part in need.all)
    has: Strength = getattr(verdicts[need.practice], which)
    return has >= _wanted(need, catalog)


def _term(need: Need, catalog: Catalog, verdicts: Mapping[str, Verdict]) -> Term:
    if need.any:
        return Term(any=tuple(_term(option, catalog, verdicts) for option in need.any))
    if need.all:
        return Term(all=tuple(_term(part, catalog, verdicts) for part in need.all))
    return Term(need.practice, _wanted(need, catalog), verdicts[need.practice].strength)


def headline(assessment: Assessment, catalog: Catalog) -> str:
    """Return the level of the chosen model in one sentence: `Google level 1 of 2, target 2.`."""
    item = assessment.models[assessment.model]
    level = item.strict_level if assessment.strict else item.level
    waived = item.waived_strict_level if assessment.strict else item.waived_level
    name = catalog.models[item.model].name
    said = (
        f"{name} level {level} of {item.max_level}"
        if level is not None
        else f"{name}: no level without machine learning"
    )
    if level is not None and waived is not None and waived > level:
        said += f" ({waived} with waivers)"
    strict = " strict" if assessment.strict else ""
    return (
        f"{said}, target {assessment.target}{strict}."
        if assessment.target is not None
        else f"{said}{strict}."
    )
