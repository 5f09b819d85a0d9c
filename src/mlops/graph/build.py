"""All files' facts -> one graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mlops.domain.facts import Fact, FileFacts
from mlops.domain.graph import Graph, PlacedFact
from mlops.domain.pipeline import Pipeline
from mlops.domain.python import PythonFacts
from mlops.domain.record import dataclass, field
from mlops.domain.rules import Wrapper
from mlops.domain.shell import Script
from mlops.domain.signs import Signs
from mlops.graph.context import Context
from mlops.graph.derived import derive
from mlops.graph.entries import add_entries
from mlops.graph.estimators import place_estimators
from mlops.graph.launches import add_launches
from mlops.graph.pipelines import add_pipelines
from mlops.graph.placing import place_file
from mlops.graph.python import PythonGraph
from mlops.graph.scope import adopted, example_folder, scope_of
from mlops.graph.targets import add_targets, link_targets


@dataclass(frozen=True, slots=True)
class Claim:
    """What the configuration says a platform outside the repository starts."""

    path: str
    command: str
    trigger: str
    line: int
    #: The file that makes the claim.
    source: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a graph is made from."""

    files: Mapping[str, FileFacts]
    paths: Sequence[str]
    pipelines: Sequence[Pipeline]
    signs: Signs
    wrappers: Sequence[Wrapper]
    neutral: Mapping[str, object]
    parse: Callable[[str], Script]
    claims: Sequence[Claim] = field(default=())


def build(inputs: Inputs) -> Graph:
    """Return the graph of a repository (or of one component of it)."""
    graph = Graph(paths=tuple(inputs.paths))
    scopes = {path: scope_of(path) for path in dict.fromkeys((*inputs.paths, *inputs.files))}
    modules = {path: file.python for path, file in inputs.files.items() if file.python is not None}
    python = PythonGraph(graph, modules, scopes, inputs.signs)
    _adopt_examples(scopes, python)
    python.build()
    for path, facts in modules.items():
        place_file(python, path, facts)
    place_estimators(python)
    context = Context(
        graph=graph,
        files=inputs.files,
        scopes=scopes,
        paths=frozenset(inputs.paths),
        signs=inputs.signs,
        wrappers=tuple(inputs.wrappers),
        neutral=inputs.neutral,
        parse=inputs.parse,
        python=python,
    )
    _place_files(context)
    add_targets(context)
    add_pipelines(context, list(inputs.pipelines))
    link_targets(context)
    add_launches(context)
    add_entries(context, inputs.claims)
    derive(context)
    return graph


def _adopt_examples(scopes: dict[str, str], python: PythonGraph) -> None:
    """A folder of examples from which the project's own code imports is a part of the project."""
    modules = python.modules
    if "example" not in {scopes[path] for path in modules.files}:
        return
    folders: set[str] = set()
    for path, file in modules.files.items():
        for item in file.facts.imports if scopes[path] == "source" else ():
            name = item.name.removesuffix(".*")
            target = modules.module(name, path) or modules.module(name.rpartition(".")[0], path)
            if target is not None and scopes[target] == "example":
                folders.add(example_folder(target))
    for path in [path for path, scope in scopes.items() if scope == "example" and folders]:
        folder = example_folder(path)
        if folder in folders:
            scopes[path] = adopted(path, folder)


def _place_files(context: Context) -> None:
    """Place the flat facts of every file; a fact of a target's kind lies in no node of its own."""
    for path in context.graph.paths:
        context.place("file", path, path, 0)
    for path, file in context.files.items():
        scope = context.scopes[path]
        for problem in file.problems:
            context.graph.problems.append((path, problem.line, problem.message))
        placed = []
        for fact in file.facts:
            if fact.kind == "call":
                continue  # of a program in R: `add_targets` places it there
            capabilities = context.signs.capabilities(fact.kind, fact.value, fact.attrs)
            placed.append(PlacedFact(fact, path, scope, -1, capabilities))
        context.graph.place(placed)
        if file.python is not None:
            context.graph.place(_imports(context, path, file.python))


def _imports(context: Context, path: str, facts: PythonFacts) -> list[PlacedFact]:
    """Return the imports of foreign modules as facts."""
    modules = context.python.modules
    return [
        PlacedFact(
            Fact("import", item.name, item.line, {"optional": "yes"} if item.optional else {}),
            path,
            context.scopes[path],
            context.python.node_of(path, item.scope),
            context.signs.capabilities("import", item.name, {}),
        )
        for item in facts.imports
        if modules.module(item.name.split(".")[0] or item.name, path) is None
    ]
