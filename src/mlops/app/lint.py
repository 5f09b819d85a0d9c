"""One tree judged: files -> facts -> graph -> verdicts -> levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from mlops import __version__
from mlops.app import components, settings
from mlops.app.reading import Begun, Known, Reading
from mlops.assess.judge import judge
from mlops.assess.levels import Ladder
from mlops.domain.assessment import Assessment, Attainment, Component, Verdict
from mlops.domain.config import Config
from mlops.domain.diagnostic import Diagnostic
from mlops.domain.facts import FileFacts
from mlops.domain.graph import Graph
from mlops.domain.pipeline import CiConfig, Pipeline
from mlops.domain.record import dataclass, field
from mlops.domain.rules import Catalog
from mlops.domain.signs import Signs
from mlops.graph.build import Claim, Inputs, build
from mlops.graph.ci import pipelines
from mlops.tree import Tree

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a lint; None takes what the configuration says."""

    model: str | None = None
    level: int | None = None
    strict: bool = False
    #: `host/owner/repo` -> tree of a local checkout.
    sources: Mapping[str, Tree] = field(default_factory=dict)
    today: date = field(default_factory=date.today)
    progress: Progress | None = None
    #: Facts of files that need not be read again.
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What the files of a tree say, before anything is linked."""

    config: Config
    reading: Reading
    #: `host/owner/repo` -> the CI files of a checkout.
    sources: Mapping[str, Mapping[str, FileFacts]]


@dataclass(frozen=True, slots=True)
class Linked:
    """A tree read and linked, before anything is judged."""

    config: Config
    reading: Reading
    signs: Signs
    #: `host/owner/repo` -> the CI files of a checkout.
    sources: Mapping[str, Mapping[str, FileFacts]]
    graph: Graph
    #: Faults of the tree, its files and the claims of its configuration.
    problems: tuple[Diagnostic, ...]


def read(tree: Tree, catalog: Catalog, request: Request, config: Config | None = None) -> Read:
    """Read a tree, by its own configuration unless another one is given.

    Raises MlopsError for a configuration that cannot be used.
    """
    config = settings.load(tree) if config is None else config
    with Begun(tree, exclude=config.exclude, progress=request.progress, known=request.known) as begun:
        return end(begun, catalog, request, config)


def end(begun: Begun, catalog: Catalog, request: Request, config: Config) -> Read:
    """End the reading of a tree that was begun by this configuration.

    Raises MlopsError for a configuration that cannot be used.
    """
    settings.check(config, catalog)
    settings.check_goal(request.model or config.model, request.level, config, catalog)
    sources = {name: _lent(source) for name, source in request.sources.items()}
    return Read(config, begun.end(), sources)


def _lent(source: Tree) -> Mapping[str, FileFacts]:
    """Return the CI files of a checkout."""
    with Begun(source, ci_only=True) as begun:
        return begun.end().files


def link(found: Read, catalog: Catalog, request: Request) -> Linked:
    """Link what the files of a tree say."""
    config, reading, sources = found.config, found.reading, found.sources
    signs = Signs(catalog.signs)
    graph, claims = _graph(reading, config, catalog, signs, request, sources)
    linking = [Diagnostic(path, line, message) for path, line, message in graph.problems]
    return Linked(config, reading, signs, sources, graph, (*reading.problems, *linking, *claims))


def link_component(linked: Linked, folder: str, catalog: Catalog, request: Request) -> Graph:
    """Return the graph of one component: without the files of the others, and what concerns them refused."""
    inside = components.restrict(linked.reading, folder, linked.config)
    graph, _ = _graph(inside, linked.config, catalog, linked.signs, request, linked.sources)
    return components.focus(graph, folder, linked.config)


def lint(tree: Tree, catalog: Catalog, request: Request, config: Config | None = None) -> Assessment:
    """Judge a tree, by its own configuration unless another one is given.

    Raises MlopsError for a configuration that cannot be used.
    """
    return conclude(tree, link(read(tree, catalog, request, config), catalog, request), catalog, request)


def conclude(tree: Tree, linked: Linked, catalog: Catalog, request: Request) -> Assessment:
    """Judge what was read and linked of a tree."""
    config, graph = linked.config, linked.graph
    diagnostics = [*linked.problems]
    waived, said = settings.waivers(config, request.today, catalog)
    diagnostics += said
    attested, said = settings.attested(config, request.today)
    diagnostics += said
    verdicts = judge(graph, catalog.practices, waived, claims=bool(config.entrypoints))
    found = _ml(graph)
    parts = {
        name: _component(name, folder, linked, catalog, request, verdicts)
        for name, folder in config.components.items()
    }
    if parts:
        verdicts = components.weakest(verdicts, parts)
    models = _models(catalog, verdicts, ml=found is None, attested=attested)
    models = components.lowest(models, parts) if parts else models
    diagnostics += components.advice(graph, config)
    model = request.model or config.model
    return Assessment(
        version=__version__,
        edition=config.edition or catalog.edition,
        root=tree.root,
        revision=tree.revision,
        ml=found is None,
        ml_reason=found,
        model=model,
        target=request.level if request.level is not None else config.level,
        strict=request.strict or config.strict,
        models=models,
        verdicts=verdicts,
        components=parts,
        traits=traits(catalog, verdicts),
        diagnostics=tuple(dict.fromkeys(diagnostics)),
        sources=_sources(verdicts),
        config_path=config.path,
        first_path=next(iter(tree.paths()), ""),
    )


def _graph(
    reading: Reading,
    config: Config,
    catalog: Catalog,
    signs: Signs,
    request: Request,
    sources: Mapping[str, Mapping[str, FileFacts]],
) -> tuple[Graph, list[Diagnostic]]:
    found = _pipelines(reading, config, sources)
    claims, said = settings.claims_in_force(config, request.today)
    said += [
        Diagnostic(config.path, entry.line, f"the entry point claims {entry.path}, which does not exist")
        for entry in claims
        if entry.path and entry.path not in reading.files and entry.path not in set(reading.paths)
    ]
    graph = build(
        Inputs(
            files=reading.files,
            paths=reading.paths,
            pipelines=found,
            signs=signs,
            wrappers=catalog.wrappers,
            neutral=catalog.neutral,
            parse=reading.parse,
            claims=[Claim(c.path, c.command, c.trigger, c.line, config.path) for c in claims],
        )
    )
    return graph, said


def _pipelines(
    reading: Reading, config: Config, sources: Mapping[str, Mapping[str, FileFacts]]
) -> list[Pipeline]:
    branches = (config.default_branch,) if config.default_branch else ("main", "master", "trunk")
    return pipelines(reading.files, CiConfig(branches, tuple(reading.paths), sources))


def _component(
    name: str, folder: str, linked: Linked, catalog: Catalog, request: Request, shared: Mapping[str, Verdict]
) -> Component:
    """Judge one component: its own files and what lies outside all components; shared practices from the whole."""
    config = linked.config
    graph = link_component(linked, folder, catalog, request)
    waived, _ = settings.waivers(config, request.today, catalog)
    own = judge(graph, catalog.practices, waived, claims=bool(config.entrypoints))
    verdicts = components.combine(own, shared, catalog)
    models = _models(catalog, verdicts, ml=_ml(graph) is None, attested=frozenset())
    return Component(name, folder, models, verdicts)


def _models(
    catalog: Catalog, verdicts: Mapping[str, Verdict], *, ml: bool, attested: frozenset[str]
) -> dict[str, Attainment]:
    ladder = Ladder(catalog.practices, verdicts)
    return {
        name: ladder.attain(model, ml=ml, attested=attested, attestations=catalog.attestations)
        for name, model in catalog.models.items()
    }


def _ml(graph: Graph) -> str | None:
    """Return None where first-party code does machine learning, else why not."""
    if graph.of_kind("ml"):
        return None
    return "hosted-model" if graph.of_kind("hosted") else "none-found"


def traits(catalog: Catalog, verdicts: Mapping[str, Verdict]) -> tuple[str, ...]:
    """Return the statements of weakness still present: any of their practices is not met."""
    return tuple(
        statement.id
        for statement in catalog.statements.values()
        if statement.kind == "anti"
        and any(name in verdicts and verdicts[name].status != "met" for name in statement.practices)
    )


def _sources(verdicts: Mapping[str, Verdict]) -> dict[str, tuple[str, ...]]:
    """Return what checkouts would settle which undecided practices."""
    found: dict[str, list[str]] = {}
    for name, verdict in verdicts.items():
        if verdict.status == "unknown":
            for source in {item.source for item in verdict.unknown if item.source}:
                found.setdefault(source, []).append(name)
    return {source: tuple(found[source]) for source in sorted(found)}
