"""Strengths of practices against the formulas of a maturity model (architecture section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mlops.domain.assessment import Attainment, Category, Next, Term, Verdict
from mlops.domain.rules import Attestation, Level, Model, Need, Practice, Strength

#: Ranks of effort, and what an already declared alternative saves: one rank.
_EFFORT = {"small": 1, "medium": 3, "large": 8}
_CHEAPER = {1: 1, 3: 1, 8: 3}

Has = Callable[[str], Strength]


class Ladder:
    """Evaluates the formulas of the models for one set of verdicts."""

    def __init__(self, practices: Mapping[str, Practice], verdicts: Mapping[str, Verdict]) -> None:
        """Take the catalog's practices and the verdicts on them."""
        self._practices = practices
        self._verdicts = verdicts

    def attain(
        self, model: Model, *, ml: bool, attested: frozenset[str], attestations: Mapping[str, Attestation]
    ) -> Attainment:
        """Return what a model says of the repository; `attested` holds the ids of attestations in force."""
        strength, possible = self._has("strength"), self._has("possible")
        level = self._overall(model, strength, strict=False)
        strict_level = self._overall(model, strength, strict=True)
        possible_level = self._overall(model, possible, strict=False)
        claimed = self._overall(model, self._has("claimed"), strict=False)
        waived = any(
            verdict.waiver is not None and verdict.status == "waived" for verdict in self._verdicts.values()
        )
        following = min(level + 1, model.max_level)
        terms = self._terms(model, following, strict=False)
        met = sum(self._holds(term, strength) for term in terms)
        masked = None if not ml else level
        return Attainment(
            model=model.id,
            level=masked,
            strict_level=strict_level if ml else None,
            possible_level=possible_level if ml else None,
            claimed_level=claimed
            if ml and any(v.claimed > v.strength for v in self._verdicts.values())
            else None,
            waived_level=self._overall(model, self._has("waived"), strict=False) if waived and ml else None,
            waived_strict_level=self._overall(model, self._has("waived"), strict=True)
            if waived and ml
            else None,
            attested_level=self._attested(model, level, attested, attestations) if ml else None,
            max_level=model.max_level,
            met=met,
            of=len(terms),
            next=self._next(model, level, strict=False),
            next_strict=self._next(model, strict_level, strict=True),
            categories=self._categories(model, strength) if model.categories else None,
            formula_level=level,
            formula_strict_level=strict_level,
        )

    def terms_up_to(self, model: Model, level: int, *, strict: bool) -> tuple[Need, ...]:
        """Return the cumulative terms of a level; for a model with categories those of the overall level."""
        return self._terms(model, level, strict=strict)

    def met(self, need: Need) -> bool:
        """Tell whether a term holds by what is proved."""
        return self._holds(need, self._has("strength"))

    def term(self, need: Need) -> Term:
        """Return a term with what the repository has; alternatives cheapest first."""
        if need.any:
            options = sorted(need.any, key=self.effort)
            return Term(any=tuple(self.term(option) for option in options))
        if need.all:
            return Term(all=tuple(self.term(part) for part in need.all))
        return Term(need.practice, self._wanted(need), self._has("strength")(need.practice))

    def effort(self, need: Need) -> int:
        """Return the remaining effort of a term: 1, 3 or 8 a practice, one rank less if already declared."""
        if self._holds(need, self._has("strength")):
            return 0
        if need.any:
            return min(self.effort(option) for option in need.any)
        if need.all:
            return sum(self.effort(part) for part in need.all)
        rank = _EFFORT[self._practices[need.practice].remedy.effort]
        return rank if self._has("strength")(need.practice) is Strength.ABSENT else _CHEAPER[rank]

    def _has(self, which: str) -> Has:
        if which == "waived":
            return lambda id_: (
                Strength.ENFORCED if self._verdicts[id_].waiver is not None else self._verdicts[id_].strength
            )
        return lambda id_: getattr(self._verdicts[id_], which)

    def _wanted(self, need: Need) -> Strength:
        return max(need.strength, self._practices[need.practice].satisfied_at)

    def _holds(self, need: Need, has: Has) -> bool:
        if need.any:
            return any(self._holds(option, has) for option in need.any)
        if need.all:
            return all(self._holds(part, has) for part in need.all)
        return has(need.practice) >= self._wanted(need)

    def _ladders(self, model: Model) -> list[tuple[Level, ...]]:
        """Return the ladders that decide the overall level: strategy has nothing that a repository can prove."""
        if not model.categories:
            return [model.levels]
        return [levels for name, levels in model.categories.items() if name != "strategy"]

    def _terms(self, model: Model, level: int, *, strict: bool) -> tuple[Need, ...]:
        found: dict[Need, None] = {}
        for ladder in self._ladders(model):
            for step in ladder:
                if step.level <= level:
                    found.update(dict.fromkeys((*step.require, *(step.strict if strict else ()))))
        return _weakest_dropped(tuple(found), self._wanted)

    def _overall(self, model: Model, has: Has, *, strict: bool) -> int:
        return min(_held(ladder, self._holds, has, strict=strict) for ladder in self._ladders(model))

    def _categories(self, model: Model, has: Has) -> dict[str, Category]:
        return {name: self._category(name, ladder, has) for name, ladder in model.categories.items()}

    def _category(self, name: str, ladder: Sequence[Level], has: Has) -> Category:
        held = _held(ladder, self._holds, has, strict=False)
        if name == "strategy":
            return Category(None, None, held)
        return Category(
            _own_level(ladder, held, strict=False),
            _own_level(ladder, _held(ladder, self._holds, has, strict=True), strict=True),
            held,
        )

    def _next(self, model: Model, level: int, *, strict: bool) -> Next | None:
        if level >= model.max_level:
            return None
        terms = self._terms(model, level + 1, strict=strict)
        strength, possible = self._has("strength"), self._has("possible")
        open_terms = sorted((term for term in terms if not self._holds(term, strength)), key=self.effort)
        return Next(
            level + 1,
            tuple(self.term(term) for term in open_terms if not self._holds(term, possible)),
            tuple(self.term(term) for term in open_terms if self._holds(term, possible)),
        )

    def _attested(
        self, model: Model, level: int, attested: frozenset[str], attestations: Mapping[str, Attestation]
    ) -> int | None:
        """Return the highest level up to `level` whose attestations are all in force; None where none is given."""
        asked = {id_: item for id_, item in attestations.items() if model.id in item.levels}
        if not asked:
            return level
        if not attested & asked.keys():
            return None
        for candidate in range(level, -1, -1):
            if all(self._settled(item, model, candidate, attested) for item in asked.values()):
                return candidate
        return 0

    def _settled(self, item: Attestation, model: Model, level: int, attested: frozenset[str]) -> bool:
        if all(number > level for number in item.levels[model.id]) or item.id in attested:
            return True
        if item.superseded_at and level >= item.superseded_at:
            by = item.superseded_by
            if by in self._practices:
                return self.met(Need(by))
            return by in attested
        return False


def _held(ladder: Sequence[Level], holds: Callable[[Need, Has], bool], has: Has, *, strict: bool) -> int:
    """Return the largest level of a ladder whose cumulative formula holds."""
    held = 0
    for step in sorted(ladder, key=lambda step: step.level):
        needs = (*step.require, *(step.strict if strict else ()))
        if not all(holds(need, has) for need in needs):
            break
        held = step.level
    return held


def _own_level(ladder: Sequence[Level], held: int, *, strict: bool) -> int | None:
    """Return a category's own level: the largest held one whose own cell says something provable."""
    provable = [
        step.level for step in ladder if step.level > 0 and (step.require or (strict and step.strict))
    ]
    own = [level for level in provable if level <= held]
    if own:
        return max(own)
    return 0 if 1 in provable else None


def _weakest_dropped(terms: tuple[Need, ...], wanted: Callable[[Need], Strength]) -> tuple[Need, ...]:
    """Drop terms that a stricter one implies: x beside x@enforced, and a choice beside one of its alternatives."""
    strengths: dict[str, Strength] = {}
    for term in terms:
        if term.practice:
            strengths[term.practice] = max(strengths.get(term.practice, Strength.ABSENT), wanted(term))

    def implied(term: Need) -> bool:
        if term.practice:
            return wanted(term) < strengths[term.practice]
        if term.any:
            return any(_given(option, strengths, wanted) for option in term.any) or any(
                other.any and other != term and set(other.any) < set(term.any) for other in terms
            )
        return _given(term, strengths, wanted)

    return tuple(term for term in terms if not implied(term))


def _given(term: Need, strengths: Mapping[str, Strength], wanted: Callable[[Need], Strength]) -> bool:
    if term.practice:
        return strengths.get(term.practice, Strength.ABSENT) >= wanted(term)
    if term.all:
        return all(_given(part, strengths, wanted) for part in term.all)
    return any(_given(part, strengths, wanted) for part in term.any)
