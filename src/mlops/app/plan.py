"""`plan`: what a repository lacks for a level, step by step, and the files that `new` would give for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mlops import resources
from mlops.app.lint import Request, conclude, link, read
from mlops.app.outcome import reached
from mlops.app.upgrade import Made, made
from mlops.domain.assessment import Assessment, Term
from mlops.domain.graph import Graph
from mlops.domain.rules import Catalog
from mlops.report.goal import goal, leaves
from mlops.report.plan import Plan, Step
from mlops.scaffold import fragments as fragment_map
from mlops.scaffold.fragments import PROVIDERS
from mlops.tree import Tree

_PACKAGE = "{=cookiecutter.package=}"


def plan(tree: Tree, folder: Path, catalog: Catalog, request: Request) -> Plan:
    """Return the steps to the target level: the one asked for, else the configured one until it is reached, else the next.

    Raises MlopsError for a configuration that cannot be used, or a level that the model does not have.
    """
    linked = link(read(tree, catalog, request), catalog, request)
    assessment = conclude(tree, linked, catalog, request)
    if request.level is None and reached(assessment):
        assessment = replace(assessment, target=None)
    origin = made(folder, catalog)
    ci = origin.answers.ci if origin else detected(linked.graph)
    return Plan(assessment, ci, origin is not None, tuple(_steps(assessment, catalog, tree, ci, origin)))


def detected(graph: Graph) -> str:
    """Return the CI system that has most jobs among those that templates know, the first one where none has any."""
    jobs = Counter(fact.fact.attrs["provider"] for fact in graph.of_kind("job"))
    return max(PROVIDERS, key=lambda name: jobs[name])


def _steps(
    assessment: Assessment, catalog: Catalog, tree: Tree, ci: str, origin: Made | None
) -> Iterator[Step]:
    known = fragment_map.load(resources.TEMPLATES / "fragments.yaml")
    package = origin.answers.package if origin else "PACKAGE"
    there = set(tree.paths())
    seen: set[str] = set()
    for level, term, unknown in _terms(assessment, catalog):
        for leaf, others in leaves(term):
            if leaf.practice in seen:
                continue
            seen.add(leaf.practice)
            practice = catalog.practices[leaf.practice]
            paths = fragment_map.own_files(known, practice.fragment, ci, catalog.practices)
            files = [path.replace(_PACKAGE, package) for path in paths]
            yield Step(
                practice=practice.id,
                level=level,
                needs=leaf.needs,
                has=assessment.verdicts[practice.id].strength,
                unknown=unknown,
                others=others,
                files=tuple((path, path in there) for path in files),
            )


def _terms(assessment: Assessment, catalog: Catalog) -> Iterator[tuple[int, Term, bool]]:
    """Yield what each level up to the target lacks: the level, the term, and whether it cannot be decided."""
    item = assessment.models[assessment.model]
    following = item.next_strict if assessment.strict else item.next
    if following is None:
        return
    seen: list[Term] = []
    for level in range(following.level, (assessment.target or following.level) + 1):
        lacks = goal(replace(assessment, target=level), catalog, item, assessment.verdicts)
        if lacks is None:
            continue
        for term in (*lacks.missing, *lacks.unknown):
            if term not in seen:
                seen.append(term)
                yield level, term, term in lacks.unknown
