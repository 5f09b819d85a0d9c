"""Why not here: the clauses of one practice with everything that was found, and what came nearest."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.assess.outcome import Outcome
from mlops.assess.query import Query
from mlops.assess.wording import shown
from mlops.domain.assessment import Link, Unknown, Verdict
from mlops.domain.graph import Graph, PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.rules import Clause, Practice, Strength
from mlops.domain.trace import ClauseTrace, Miss, Piece, Trace


def trace(graph: Graph, practice: Practice, verdict: Verdict) -> Trace:
    """Return all that decided a verdict; the verdict itself comes from `judge`."""
    query = Query(graph)
    strengths = tuple(
        (strength, _clause(query, clause))
        for strength, clause in (
            (Strength.ENFORCED, practice.enforced),
            (Strength.USED, practice.used),
            (Strength.DECLARED, practice.declared),
        )
        if clause is not None
    )
    kinds = frozenset(kind for _, traced in strengths for kind in _entry_kinds(traced.clause))
    return Trace(verdict, strengths, _entries(graph, kinds), _nearest(practice, verdict, strengths))


def _clause(query: Query, clause: Clause) -> ClauseTrace:
    outcome = query.evaluate(clause)
    if clause.operator != "fact":
        return ClauseTrace(clause, outcome.value, tuple(_clause(query, part) for part in clause.clauses))
    found = dict.fromkeys(_piece(fact, query.weigh(clause, fact)) for fact in query.facts(clause.selector))
    if outcome.value is Tri.UNKNOWN and all(piece.outcome is not Tri.UNKNOWN for piece in found):
        found |= dict.fromkeys(_outside(why) for why in outcome.unknown)
    return ClauseTrace(clause, outcome.value, pieces=tuple(sorted(found, key=lambda piece: -piece.nearness)))


def _outside(why: Unknown) -> Piece:
    """Return what lies outside of the repository and could be what a clause looks for."""
    value, _, reason = why.reason.partition(": ")
    return Piece(why.path, why.line, "opaque", value, Tri.UNKNOWN, reason, why.path, why.line)


def _piece(fact: PlacedFact, outcome: Outcome) -> Piece:
    place = (fact.path, fact.fact.line, fact.fact.kind, fact.fact.value, outcome.value)
    if outcome.value is Tri.YES:
        return Piece(*place, chain=outcome.evidence[0].chain if outcome.evidence else ())
    if outcome.value is Tri.UNKNOWN and outcome.unknown:
        why = outcome.unknown[0]
        return Piece(*place, why.reason.removeprefix(f"{shown(fact)}: "), why.path, why.line)
    if outcome.rejected:
        no = outcome.rejected[0]
        reason = no.reason.removeprefix(f"{shown(fact)}: ")
        return Piece(*place, reason, no.path, no.line, no.fake, no.chain)
    return Piece(*place)


def _entry_kinds(clause: Clause) -> Iterator[str]:
    yield from clause.entries
    for part in (*clause.clauses, clause.before, clause.after, clause.same):
        if part is not None:
            yield from _entry_kinds(part)


def _entries(graph: Graph, kinds: frozenset[str]) -> tuple[tuple[str, Link], ...]:
    """Return the entries of these kinds, those of CI first."""
    found = [node for node in graph.nodes if node.entry in kinds]
    found.sort(key=lambda node: (node.kind != "event", node.path, node.line))
    return tuple(dict.fromkeys((node.entry, Link(node.path, node.line, node.label)) for node in found))


def _nearest(
    practice: Practice, verdict: Verdict, strengths: tuple[tuple[Strength, ClauseTrace], ...]
) -> Miss | None:
    """Return what came nearest to the least strength that satisfies the practice and was not reached."""
    if verdict.strength >= practice.satisfied_at:
        return None
    wanted = [item for item in strengths if item[0] >= practice.satisfied_at and item[1].value is not Tri.YES]
    if not wanted:
        return None
    strength, traced = max(wanted, key=lambda item: (_nearness(item[1]), -item[0]))
    holding: list[Clause] = []
    lacking: list[Clause] = []
    while traced.parts:
        open_parts = [part for part in traced.parts if part.value is not Tri.YES]
        chosen = max(open_parts, key=_nearness)
        if traced.clause.operator == "all":
            holding += [part.clause for part in traced.parts if part.value is Tri.YES]
            lacking += [part.clause for part in open_parts if part is not chosen]
        traced = chosen
    # A clause that wants several has some that count: what is missing is another one.
    piece = next((piece for piece in traced.pieces if piece.outcome is not Tri.YES), None)
    return Miss(strength, traced.clause, piece, tuple(holding), tuple(lacking))


def _nearness(traced: ClauseTrace) -> float:
    """Tell how near a clause comes to holding, from 0 (nothing found) to 6 (it holds)."""
    if traced.value is Tri.YES:
        return 6
    if traced.clause.operator == "all":
        return sum(map(_nearness, traced.parts)) / max(len(traced.parts), 1)
    if traced.parts:
        return max(map(_nearness, traced.parts))
    return max((piece.nearness for piece in traced.pieces), default=0)
