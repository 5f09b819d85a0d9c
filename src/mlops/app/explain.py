"""What an id means, and why a practice is not met in a repository."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from mlops.app import settings
from mlops.app.lint import Linked, Request, link, link_component, read
from mlops.assess.judge import judge
from mlops.assess.trace import trace
from mlops.domain.fakes import FAKES
from mlops.domain.graph import Graph
from mlops.domain.record import replace
from mlops.domain.rules import Catalog
from mlops.domain.trace import Trace
from mlops.errors import MlopsError
from mlops.report.words import level_ids
from mlops.tree import Tree


def find(name: str, catalog: Catalog) -> tuple[str, str]:
    """Return the kind and the id that a name means; an old name means the new one.

    Raises MlopsError for an unknown name, with the nearest ones.
    """
    name = catalog.aliases.get(name, name)
    known = ids(catalog)
    if name in known:
        return known[name], name
    lower = {id_.lower(): id_ for id_ in known}
    if name.lower() in lower:
        return known[lower[name.lower()]], lower[name.lower()]
    near = get_close_matches(name.lower(), lower, 3)
    hint = (
        f"did you mean {' or '.join(lower[one] for one in near)}?" if near else "see `mlops list practices`"
    )
    raise MlopsError(f"nothing is called {name}; {hint}")


def ids(catalog: Catalog) -> dict[str, str]:
    """Return every id that can be explained with its kind, practices first."""
    known = dict.fromkeys(catalog.practices, "practice")
    known |= dict.fromkeys(catalog.models, "model")
    known |= {name: "level" for model in catalog.models.values() for name, _ in level_ids(model)}
    known |= dict.fromkeys(catalog.attestations, "attestation")
    known |= dict.fromkeys(catalog.statements, "statement")
    known |= dict.fromkeys(catalog.tools, "tool")
    return known | dict.fromkeys(FAKES, "fake")


def why(name: str, tree: Tree, catalog: Catalog, request: Request) -> Trace:
    """Return why a practice has its verdict on a tree; of several components, on the one that has it least.

    Raises MlopsError for what is no practice, and for a configuration that cannot be used.
    """
    kind, name = find(name, catalog)
    if kind != "practice":
        raise MlopsError(
            f"{name} is a {kind}, and --in judges practices alone; leave --in out, or name a practice"
        )
    practice = catalog.practices[name]
    linked = link(read(tree, catalog, request), catalog, request)
    waived, _ = settings.waivers(linked.config, request.today, catalog)
    found = []
    for component, graph in _graphs(linked, catalog, request, shared=not practice.per_component):
        verdict = judge(graph, {name: practice}, waived, claims=bool(linked.config.entrypoints))[name]
        found.append(replace(trace(graph, practice, verdict), component=component))
    return min(found, key=lambda item: (item.verdict.strength, item.verdict.possible))


def _graphs(
    linked: Linked, catalog: Catalog, request: Request, *, shared: bool
) -> Iterator[tuple[str, Graph]]:
    """Yield the graphs that decide a practice: of each component, or of the whole where there is none."""
    parts = {} if shared else linked.config.components
    for component, folder in parts.items():
        yield component, link_component(linked, folder, catalog, request)
    if not parts:
        yield "", linked.graph
