"""Which clauses of the rules does no example tree need? Removes each in memory and looks for a tree that fails.

    python bench/mutation.py [--deep] [PRACTICE …]

Mutants of a practice's rule: each strength's clause dropped, each element of `any` and `all` removed, each `from`, `blocks`,
`where`, `before`, `after`, `same` and `count` lifted; with --deep each `scope`, `value`, `kind` and capability too. A mutant is killed when a tree of the
practice gets another status than its name says, or another strength than its `expected.yaml` says. Prints the survivors.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from trees import REQUEST, Case, cases, rules  # noqa: E402

from mlops.app import lint as linter  # noqa: E402
from mlops.assess.judge import judge  # noqa: E402
from mlops.assess.query import Query  # noqa: E402
from mlops.domain.graph import SCOPES, Graph  # noqa: E402
from mlops.domain.rules import Clause, Pattern, Practice, Selector  # noqa: E402
from mlops.tree import MemoryTree  # noqa: E402

#: Marks mutants that are made with --deep only.
DEEP = "deep: "
STRENGTHS = ("declared", "used", "enforced")


@dataclass(frozen=True)
class Mutant:
    """One changed rule: `at` is the way to the clause."""

    practice: Practice
    at: str
    what: str

    def __str__(self) -> str:
        """Name the practice, the clause and the change."""
        return f"{self.practice.id}  {self.at}  {self.what}"


def mutants(practice: Practice) -> Iterator[Mutant]:
    """Yield a practice's rule with one thing taken away, for each such thing."""
    for name in STRENGTHS:
        clause = getattr(practice, name)
        if clause is None:
            continue
        yield Mutant(replace(practice, **{name: None}), name, "dropped")
        for at, what, changed in _changes(clause, name):
            yield Mutant(replace(practice, **{name: changed}), at, what)


def _changes(clause: Clause, at: str) -> Iterator[tuple[str, str, Clause]]:
    for index, part in enumerate(clause.clauses):
        here = f"{at}.{clause.operator}[{index}]"
        if len(clause.clauses) > 1:
            rest = clause.clauses[:index] + clause.clauses[index + 1 :]
            yield here, f"removed: {_brief(part)}", replace(clause, clauses=rest)
        for inner, what, changed in _changes(part, here):
            parts = (*clause.clauses[:index], changed, *clause.clauses[index + 1 :])
            yield inner, what, replace(clause, clauses=parts)
    if clause.operator == "fact":
        yield from _lifted(clause, at)


def _lifted(clause: Clause, at: str) -> Iterator[tuple[str, str, Clause]]:
    """Conditions of one clause, each lifted."""
    if clause.entries:
        # Without `from` there is no run in which a failure could stop anything.
        yield at, "from lifted", replace(clause, entries=(), blocks=False)
    if clause.blocks:
        yield at, "blocks lifted", replace(clause, blocks=False)
    if clause.count > 1:
        yield at, "count lifted", replace(clause, count=1)
    for name in ("before", "after", "same"):
        if getattr(clause, name) is not None:
            yield at, f"{name} lifted", replace(clause, **{name: None})
    selector = clause.selector
    for name in selector.where:
        where = {key: value for key, value in selector.where.items() if key != name}
        yield at, f"where.{name} lifted", replace(clause, selector=replace(selector, where=where))
    yield from ((at, what, replace(clause, selector=changed)) for what, changed in _deeper(selector))


def _deeper(selector: Selector) -> Iterator[tuple[str, Selector]]:
    """What a clause selects, widened or narrowed."""
    if selector.value != Pattern():
        yield f"{DEEP}value lifted", replace(selector, value=Pattern())
    if selector.capability and selector.kind:
        yield f"{DEEP}kind lifted", replace(selector, kind="")
    for capability in selector.capability if len(selector.capability) > 1 else ():
        rest = tuple(item for item in selector.capability if item != capability)
        yield f"{DEEP}capability {capability} removed", replace(selector, capability=rest)
    if selector.scope != SCOPES:
        yield f"{DEEP}scope lifted", replace(selector, scope=SCOPES)


def _brief(clause: Clause) -> str:
    if clause.operator != "fact":
        return f"{clause.operator}({', '.join(_brief(part) for part in clause.clauses)})"
    name = " ".join(filter(None, (clause.selector.kind, "/".join(clause.selector.capability))))
    return name if len(name) < 80 else name[:77] + "..."


def graph_of(case: Case) -> Graph:
    """Return the graph of a tree, as the linter builds it."""
    kept: list[Graph] = []

    def keep(graph: Graph, *_: object, **__: object) -> dict[str, object]:
        kept.append(graph)
        raise _Built

    catalog, signs = rules()
    with mock.patch.object(linter, "Signs", return_value=signs), mock.patch.object(linter, "judge", keep):
        try:
            linter.lint(MemoryTree(case.files()), catalog, REQUEST)
        except _Built:
            return kept[0]
    raise AssertionError(case.id)


class _Built(Exception):  # noqa: N818 - it only ends the linter after the graph is there
    pass


class Trees:
    """The graphs of all trees, by practice."""

    def __init__(self, wanted: set[str]) -> None:
        """Build the graphs of the wanted practices' trees, or of all."""
        self.by_practice: dict[str, list[tuple[Case, Query]]] = {}
        for case in cases():
            if not wanted or case.practice in wanted:
                self.by_practice.setdefault(case.practice, []).append((case, Query(graph_of(case))))

    def kills(self, mutant: Mutant) -> bool:
        """Tell whether a tree is judged wrongly by a mutant, though rightly by the rule as it is."""
        original = rules()[0].practices[mutant.practice.id]
        return any(
            not _right(case, mutant.practice, query) and _right(case, original, query)
            for case, query in self.by_practice.get(mutant.practice.id, ())
        )


def survivors(wanted: set[str], *, deep: bool) -> Iterator[Mutant]:
    """Yield the mutants that no tree kills."""
    trees = Trees(wanted)
    for practice in rules()[0].practices.values():
        for mutant in mutants(practice) if not wanted or practice.id in wanted else ():
            if (deep or not mutant.what.startswith(DEEP)) and not trees.kills(mutant):
                yield mutant


def _right(case: Case, practice: Practice, query: Query) -> bool:
    with mock.patch("mlops.assess.judge.Query", return_value=query):
        verdict = judge(query.graph, {practice.id: practice}, {})[practice.id]
    wanted = (case.expected() or {}).get("strength")
    if (verdict.status == "met") is not case.good:
        return False
    return wanted is None or str(verdict.strength) == wanted


def main() -> int:
    """Print the survivors."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("practices", nargs="*")
    arguments = parser.parse_args()
    begin, number = time.perf_counter(), 0
    for mutant in survivors(set(arguments.practices), deep=arguments.deep):
        print(mutant)
        number += 1
    print(f"{number} survivors, {time.perf_counter() - begin:.0f} s")
    return 1 if number else 0


if __name__ == "__main__":
    sys.exit(main())
