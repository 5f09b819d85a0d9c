"""Which clauses of the rules does no example tree need? Removes each in memory and looks for a tree that fails.

    python bench/mutation.py [PRACTICE …]

Mutants of a practice's rule: each element of `any` and `all` removed, each `from`, `blocks`, `where`, `value`, `scope`,
`before`, `after`, `same` and `count` lifted, each strength's clause dropped. A mutant is killed when a tree of the
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
from mlops.domain.rules import Clause, Pattern, Practice  # noqa: E402
from mlops.tree import MemoryTree  # noqa: E402

STRENGTHS = ("declared", "used", "enforced")


@dataclass(frozen=True)
class Mutant:
    """One changed rule: `at` is the way to the clause."""

    practice: Practice
    at: str
    what: str

    def __str__(self) -> str:
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
    if selector.value != Pattern():
        yield at, "value lifted", replace(clause, selector=replace(selector, value=Pattern()))
    if selector.capability and selector.kind:
        yield at, "kind lifted", replace(clause, selector=replace(selector, kind=""))
    for capability in selector.capability if len(selector.capability) > 1 else ():
        rest = tuple(item for item in selector.capability if item != capability)
        yield (
            at,
            f"capability {capability} removed",
            replace(clause, selector=replace(selector, capability=rest)),
        )
    if selector.scope != SCOPES:
        yield at, "scope lifted", replace(clause, selector=replace(selector, scope=SCOPES))


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
    with mock.patch.object(linter, "Signs", lambda _: signs), mock.patch.object(linter, "judge", keep):
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
        self.by_practice: dict[str, list[tuple[Case, Query]]] = {}
        for case in cases():
            if not wanted or case.practice in wanted:
                self.by_practice.setdefault(case.practice, []).append((case, Query(graph_of(case))))

    def killers(self, mutant: Mutant) -> list[str]:
        """Return the trees that a mutant gets wrong, though the rule as it is gets them right."""
        id_ = mutant.practice.id
        original = rules()[0].practices[id_]
        found = []
        for case, query in self.by_practice.get(id_, ()):
            if _right(case, mutant.practice, query) or not _right(case, original, query):
                continue
            found.append(case.name)
            break
        return found


def _right(case: Case, practice: Practice, query: Query) -> bool:
    with mock.patch("mlops.assess.judge.Query", lambda *_, **__: query):
        verdict = judge(query.graph, {practice.id: practice}, {})[practice.id]
    wanted = (case.expected() or {}).get("strength")
    if (verdict.status == "met") is not case.good:
        return False
    return wanted is None or str(verdict.strength) == wanted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("practices", nargs="*")
    wanted = set(parser.parse_args().practices)
    begin = time.perf_counter()
    trees = Trees(wanted)
    total, survivors = 0, []
    for practice in rules()[0].practices.values():
        if wanted and practice.id not in wanted:
            continue
        for mutant in mutants(practice):
            total += 1
            if not trees.killers(mutant):
                survivors.append(mutant)
    for mutant in survivors:
        print(mutant)
    print(f"{total} mutants, {len(survivors)} survivors, {time.perf_counter() - begin:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
