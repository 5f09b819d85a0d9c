"""Base against head: which terms and levels a change takes away, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mlops.assess.blame import Side, blame, undecided
from mlops.domain.assessment import Assessment, Attainment, Regression, Verdict
from mlops.domain.facts import Location
from mlops.domain.record import dataclass, replace
from mlops.domain.rules import Catalog, Model, Need, Practice, Strength

Has = Callable[[str], Strength]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model says of one part of a repository: the whole, or a component."""

    verdicts: Mapping[str, Verdict]
    attainment: Attainment
    component: str = ""


def compare(base: Side, head: Side, catalog: Catalog) -> tuple[Regression, ...]:
    """Return what the head lacks of what the base had, by the model, target and strictness asked of the base.

    Components are compared one by one, by name; one that only one side has is nobody's regression.
    """
    asked = base.assessment
    model = catalog.models[asked.model]
    found: list[Regression] = []
    before, after = _parts(asked), _parts(head.assessment)
    shared = [name for name in before if name in after]
    for name in shared:
        found += _part(before[name], after[name], base, head, catalog.practices, model)
    return _merged(found, len(shared))


def terms(model: Model, level: int, *, strict: bool) -> tuple[Need, ...]:
    """Return every term of the levels up to one; a stricter term beside a weaker one hides neither."""
    ladders = [ladder for name, ladder in model.categories.items() if name != "strategy"] or [model.levels]
    found: dict[Need, None] = {}
    for step in (step for ladder in ladders for step in ladder if step.level <= level):
        found.update(dict.fromkeys((*step.require, *(step.strict if strict else ()))))
    return tuple(found)


def _parts(assessment: Assessment) -> dict[str, Judgement]:
    if not assessment.components:
        return {"": Judgement(assessment.verdicts, assessment.models[assessment.model])}
    return {
        name: Judgement(part.verdicts, part.models[assessment.model], name)
        for name, part in assessment.components.items()
    }


def _part(
    before: Judgement,
    after: Judgement,
    base: Side,
    head: Side,
    practices: Mapping[str, Practice],
    model: Model,
) -> list[Regression]:
    strict = base.assessment.strict
    level = max(base.assessment.target or 0, before.attainment.formula_level)
    lost: dict[str, Regression] = {}
    for need in terms(model, level, strict=strict):
        if _holds(need, _proved(before), practices) and not _holds(need, _counted(after), practices):
            possible = _holds(need, _possible(after), practices)
            for practice in _took(need, before, after, practices):
                lost.setdefault(
                    practice,
                    _term(practices[practice], before, after, base, head, model.id, possible=possible),
                )
    return [*_level(before, after, head, model, list(lost.values()), strict=strict), *lost.values()]


def _proved(side: Judgement) -> Has:
    return lambda name: side.verdicts[name].strength


def _possible(side: Judgement) -> Has:
    return lambda name: max(side.verdicts[name].possible, _counted(side)(name))


def _counted(side: Judgement) -> Has:
    """What counts for a gate: what is proved, and what is waived."""
    return lambda name: (
        Strength.ENFORCED if side.verdicts[name].waiver is not None else side.verdicts[name].strength
    )


def _holds(need: Need, has: Has, practices: Mapping[str, Practice]) -> bool:
    if need.any:
        return any(_holds(option, has, practices) for option in need.any)
    if need.all:
        return all(_holds(part, has, practices) for part in need.all)
    return has(need.practice) >= max(need.strength, practices[need.practice].satisfied_at)


def _took(
    need: Need, before: Judgement, after: Judgement, practices: Mapping[str, Practice]
) -> Iterator[str]:
    """Yield the practices by whose loss a term is lost: of a choice, the best that the base had."""
    if need.any:
        held = [option for option in need.any if _holds(option, _proved(before), practices)]
        yield from _took(max(held, key=lambda option: _best(option, before)), before, after, practices)
    elif need.all:
        for part in need.all:
            if not _holds(part, _counted(after), practices):
                yield from _took(part, before, after, practices)
    else:
        yield need.practice


def _best(need: Need, side: Judgement) -> Strength:
    names = [need.practice] if need.practice else [leaf.practice for leaf in (*need.any, *need.all)]
    return max((side.verdicts[name].strength for name in names if name), default=Strength.ABSENT)


def _term(
    practice: Practice,
    before: Judgement,
    after: Judgement,
    base: Side,
    head: Side,
    model: str,
    *,
    possible: bool,
) -> Regression:
    was, now = before.verdicts[practice.id], after.verdicts[practice.id]
    open_now = possible and now.possible > now.strength
    cause = undecided(was, now) if open_now else None
    cause = cause or blame(was, now, base, head)
    evidence = sorted(was.evidence, key=lambda item: -item.strength)
    return Regression(
        kind="undecided" if open_now else "term",
        model=model,
        practice=practice.id,
        before=str(was.strength),
        after=str(now.strength),
        was=tuple(dict.fromkeys(Location(item.path, item.line) for item in evidence))[:3],
        because=cause.places,
        reason=cause.reason
        or f"{was.strength} asks: {practice.meaning.get(str(was.strength), practice.definition)}",
        component=before.component,
    )


def _level(
    before: Judgement, after: Judgement, head: Side, model: Model, lost: list[Regression], *, strict: bool
) -> Iterator[Regression]:
    """Yield the level, and under strict terms the strict level, where it is lower than it was."""
    pairs = [("", before.attainment.level, after.attainment.level, after.attainment.waived_level)]
    if strict:
        now = after.attainment
        pairs.append((" strict", before.attainment.strict_level, now.strict_level, now.waived_strict_level))
    for kind, had, has, waived in pairs:
        counted = max((value for value in (has, waived) if value is not None), default=None)
        if had is None or (counted is not None and counted >= had):
            continue
        yield Regression(
            kind="level",
            model=model.id,
            practice="",
            before=f"{had}{kind}",
            after="n/a" if has is None else f"{has}{kind}",
            was=tuple(dict.fromkeys(place for item in lost for place in item.was[:1]))[:3],
            because=tuple(dict.fromkeys(place for item in lost for place in item.because[:1]))[:3],
            reason=_why_level(head.assessment, has, [item.practice for item in lost]),
            component=before.component,
        )
        return  # a lower level is a lower strict level too


def _why_level(head: Assessment, level: int | None, lost: list[str]) -> str:
    if level is None:
        return (
            "the code only calls a model that somebody else hosts"
            if head.ml_reason == "hosted-model"
            else "no first-party code does machine learning any more"
        )
    return f"it needs {', '.join(lost)}" if lost else ""


def _merged(found: list[Regression], parts: int) -> tuple[Regression, ...]:
    """Name once, without a component, what all of several components lost alike."""
    alike: dict[Regression, list[Regression]] = {}
    for item in found:
        alike.setdefault(replace(item, component=""), []).append(item)
    merged: list[Regression] = []
    for whole, items in alike.items():
        merged += [whole] if parts > 1 and len(items) == parts else items
    return tuple(sorted(merged, key=lambda item: item.kind != "level"))
