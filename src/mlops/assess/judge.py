"""Practice by practice: strength, possible strength, status and the findings behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops.assess.outcome import Outcome
from mlops.assess.query import Query
from mlops.domain.assessment import Evidence, Rejection, Unknown, Verdict, Waiver
from mlops.domain.graph import Graph
from mlops.domain.logic import Tri
from mlops.domain.record import replace
from mlops.domain.rules import Clause, Practice, Strength

#: Findings of each sort that a verdict keeps.
_KEPT = 10


def judge(
    graph: Graph, practices: Mapping[str, Practice], waivers: Mapping[str, Waiver], *, claims: bool = False
) -> dict[str, Verdict]:
    """Return the verdict on each practice; `claims` says that the configuration names outside entry points."""
    query = Query(graph)
    verdicts = {id_: _judge(practice, query, waivers.get(id_)) for id_, practice in practices.items()}
    if claims:
        claimed = Query(graph, claims=True)
        verdicts = {
            id_: replace(verdict, claimed=max(verdict.strength, _strength(practices[id_], claimed)[0]))
            for id_, verdict in verdicts.items()
        }
    return verdicts


def _judge(practice: Practice, query: Query, waiver: Waiver | None) -> Verdict:
    strength, possible, outcomes = Strength.ABSENT, Strength.ABSENT, []
    for level, clause in _clauses(practice):
        outcome = query.evaluate(clause)
        outcomes.append((level, outcome))
        if outcome.value is Tri.YES:
            strength = max(strength, level)
        if outcome.value is not Tri.NO:
            possible = max(possible, level)
    possible = max(possible, strength)
    return Verdict(
        practice=practice.id,
        strength=strength,
        possible=possible,
        claimed=strength,
        status=status(practice, strength, possible, waiver),
        evidence=_evidence(outcomes, strength),
        rejected=_rejections(outcomes, strength, practice),
        unknown=_unknowns(outcomes, strength, possible),
        waiver=waiver,
    )


def _strength(practice: Practice, query: Query) -> tuple[Strength, Strength]:
    strength = possible = Strength.ABSENT
    for level, clause in _clauses(practice):
        value = query.evaluate(clause).value
        strength = max(strength, level) if value is Tri.YES else strength
        possible = max(possible, level) if value is not Tri.NO else possible
    return strength, max(strength, possible)


def _clauses(practice: Practice) -> list[tuple[Strength, Clause]]:
    pairs = (
        (Strength.ENFORCED, practice.enforced),
        (Strength.USED, practice.used),
        (Strength.DECLARED, practice.declared),
    )
    return [(level, clause) for level, clause in pairs if clause is not None]


def status(practice: Practice, strength: Strength, possible: Strength, waiver: Waiver | None) -> str:
    """Return met, waived, unknown, partial or missing, relative to what satisfies the practice."""
    if strength >= practice.satisfied_at:
        return "met"
    if waiver is not None:
        return "waived"
    if possible >= practice.satisfied_at:
        return "unknown"
    return "partial" if strength > Strength.ABSENT else "missing"


def _evidence(outcomes: Sequence[tuple[Strength, Outcome]], strength: Strength) -> tuple[Evidence, ...]:
    """The evidence for the strength reached first, then what weaker clauses add at other places."""
    found: dict[tuple[str, int], Evidence] = {}
    for level, outcome in outcomes:
        shown = level <= strength and (level is not Strength.DECLARED or strength is Strength.DECLARED)
        if shown and outcome.value is Tri.YES:
            for item in outcome.evidence:
                found.setdefault((item.path, item.line), replace(item, strength=level))
    return tuple(found.values())[:_KEPT]


def _rejections(
    outcomes: Sequence[tuple[Strength, Outcome]], strength: Strength, practice: Practice
) -> tuple[Rejection, ...]:
    """What was refused, for strengths not reached; a place that counts as evidence is not refused as well."""
    found: dict[tuple[str, int, str], Rejection] = {}
    proved = {(item.path, item.line) for level, o in outcomes if level <= strength for item in o.evidence}
    for level, outcome in outcomes:
        if level is Strength.DECLARED or (
            level > practice.satisfied_at and strength >= practice.satisfied_at
        ):
            continue
        for item in outcome.rejected:
            if (item.path, item.line) not in proved or item.fake not in {"F9", ""}:
                found.setdefault((item.path, item.line, item.reason), item)
    # A place refused for two reasons is best explained by the one that is a known fake.
    ordered = sorted(found.values(), key=lambda item: (item.fake in {"", "F9"}, item.fake == "F22"))
    return tuple(ordered)[:_KEPT]


def _unknowns(
    outcomes: Sequence[tuple[Strength, Outcome]], strength: Strength, possible: Strength
) -> tuple[Unknown, ...]:
    if possible <= strength:
        return ()
    found = {(u.path, u.line, u.reason): u for level, o in outcomes if level > strength for u in o.unknown}
    return tuple(found.values())[:_KEPT]
