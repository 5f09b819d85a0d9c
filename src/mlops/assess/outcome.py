"""What a clause came to: its value, the evidence, and what was refused or cannot be told."""

from __future__ import annotations

from mlops.domain.assessment import Evidence, Rejection, Unknown
from mlops.domain.graph import PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.record import dataclass, field

#: So many pieces of each sort are kept for a clause; the first are the nearest.
_KEPT = 12


@dataclass(slots=True)
class Outcome:
    """What a clause came to."""

    value: Tri = Tri.NO
    evidence: list[Evidence] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    #: Facts that satisfied the clause, surely and possibly.
    certain: list[PlacedFact] = field(default_factory=list)
    possible: list[PlacedFact] = field(default_factory=list)

    def absorb(self, other: Outcome) -> None:
        """Take over another outcome's findings."""
        self.evidence += other.evidence
        self.rejected += other.rejected
        self.unknown += other.unknown
        self.certain += other.certain
        self.possible += other.possible


def trim(outcome: Outcome) -> None:
    """Keep the first of each place; a clause over a large repository may match thousands of facts."""
    outcome.evidence = list({(e.path, e.line): e for e in reversed(outcome.evidence)}.values())[::-1][:_KEPT]
    outcome.rejected = list({(r.path, r.line, r.reason): r for r in reversed(outcome.rejected)}.values())[
        ::-1
    ][:_KEPT]
    outcome.unknown = list({(u.path, u.line): u for u in reversed(outcome.unknown)}.values())[::-1][:_KEPT]
