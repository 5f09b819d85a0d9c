"""Each clause of each rule is needed by a tree: the quick part of bench/mutation.py."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))

import mutation

#: Clauses that no tree can need: what they add follows from another clause, or no reader gives it yet.
EQUIVALENT = {
    "data-versioned  used.any[1]  removed: resource",  # the outputs of a lock carry hashes of their own
    "data-versioned  used.any[3]  where.kw.label lifted",  # no sign of a versioned read takes a label
    "lineage-tracked  used.any[1]  where.how lifted",  # a lock is reached from nowhere
    "lineage-tracked  enforced.all[0]  where.how lifted",
    "ci-lints  enforced.any[0]  where.of lifted",  # a hook is reached from nowhere
    "unit-tests  used.any[1]  where.runner lifted",  # a command that runs real tests implies a test
    "pipeline-orchestrated  used.any[1]  where.weak lifted",  # the first alternative takes what is not weak
}


def test_every_clause_is_needed_by_a_tree() -> None:
    survivors = {str(mutant) for mutant in mutation.survivors(set(), deep=False)}
    assert survivors <= EQUIVALENT, "\n".join(sorted(survivors - EQUIVALENT))


def test_no_clause_is_excused_for_nothing() -> None:
    known = {
        str(mutant)
        for practice in mutation.rules()[0].practices.values()
        for mutant in mutation.mutants(practice)
    }
    assert known >= EQUIVALENT
