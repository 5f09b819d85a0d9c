"""Why a practice has the verdict that it has: every clause with all that was looked at."""

from __future__ import annotations

from mlops.domain.assessment import Link, Verdict
from mlops.domain.logic import Tri
from mlops.domain.record import dataclass
from mlops.domain.rules import Clause, Strength


@dataclass(frozen=True, slots=True)
class Piece:
    """One fact that a clause's selector means, and what it came to."""

    path: str
    line: int
    #: The fact's kind and value: `call` and `mlflow.log_metric`.
    kind: str
    value: str
    outcome: Tri
    #: Why it counts for nothing or cannot be decided, where (a line of the way to it, often), and which fake.
    reason: str = ""
    reason_path: str = ""
    reason_line: int = 0
    fake: str = ""
    #: The way from the entry to it, as far as there is one.
    chain: tuple[Link, ...] = ()

    @property
    def nearness(self) -> int:
        """Tell how near it comes to counting: 5 counts, 4 is undecided, 3 lacks one link, 1 merely exists."""
        if self.outcome is not Tri.NO:
            return 3 + int(self.outcome)
        if self.chain:
            return 3
        return 1 if self.fake in {"F7", "F10", "F22"} else 2


@dataclass(frozen=True, slots=True)
class ClauseTrace:
    """One clause with its outcome; a clause about facts has pieces, the others have parts."""

    clause: Clause
    value: Tri
    parts: tuple[ClauseTrace, ...] = ()
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Miss:
    """What came nearest to a strength: the clause that lacks, the piece that almost was it, and what holds beside."""

    strength: Strength
    clause: Clause
    piece: Piece | None
    #: Other clauses of the same `all` that hold.
    holding: tuple[Clause, ...] = ()
    #: Other clauses of the same `all` that lack as well.
    lacking: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """One practice on one repository (or component)."""

    verdict: Verdict
    #: Strength -> its clause, the strongest first.
    strengths: tuple[tuple[Strength, ClauseTrace], ...]
    #: What starts something in the repository, of the kinds that the practice asks for.
    entries: tuple[tuple[str, Link], ...]
    miss: Miss | None
    component: str = ""
