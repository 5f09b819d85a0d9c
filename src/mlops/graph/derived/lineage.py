"""What ties a model to its code and data: the fact `lineage`; and what reads a model's data back: `versioned-data`."""

from __future__ import annotations

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, with_capability

_MODEL_RECORDS = ("model-registration", "experiment-tracking", "model-saving")


def add_lineage(context: Context) -> None:
    """Add the facts of lineage."""
    graph = context.graph
    models = {f.path for f in graph.of_kind("training") if f.scope == "source"}
    for fact in with_capability(context, "lineage"):
        own = "model-registration" in fact.capabilities or fact.path not in context.python.modules.files
        beside = own or bool(_neighbours(context, fact.path) & models) or _flows(context, fact.path, models)
        refused = ("", "") if beside else ("it is about no model that is trained here", "")
        graph.place([derived(fact, "lineage", refused=refused, how="recorded")])
    _identities(context)
    _locks(context)


def _identities(context: Context) -> None:
    """Code identity and data identity recorded by one file (or by files that it imports) that stores a model's record."""
    data = _files(context, "data-identity") | _files(context, "data-versioning")
    records = _files(context, *_MODEL_RECORDS)
    for fact in with_capability(context, "code-identity"):
        if fact.scope != "source" or fact.path not in context.python.modules.files:
            continue
        near = _neighbours(context, fact.path)
        if near & data and near & records:
            context.graph.place([derived(fact, "lineage", how="identities")])


def _files(context: Context, *capabilities: str) -> set[str]:
    return {
        fact.path
        for fact in with_capability(context, *capabilities)
        if fact.scope == "source" and fact.fact.kind not in {"dependency", "import"}
    }


def _neighbours(context: Context, path: str) -> set[str]:
    """Return a file, the first-party files that it imports, and those that import it."""
    python = context.python
    importers = {other for other in python.modules.files if path in python.imports_of(other)}
    return {path} | importers | python.imports_of(path)


def _flows(context: Context, path: str, models: set[str]) -> bool:
    """Tell whether a file that imports this one leads to a file that trains too: a workflow of both."""
    python = context.python
    for other in python.modules.files:
        used = python.imports_of(other)
        if path in used and context.scopes[other] == "source":
            further = {item for found in used for item in python.imports_of(found)}
            if (used | further) & models:
                return True
    return False


def _locks(context: Context) -> None:
    """A committed dvc.lock that holds hashes of both inputs and outputs, for a pipeline that trains."""
    trains = any(f.scope == "source" and not f.refused[0] for f in context.graph.of_kind("training"))
    for fact in context.graph.of_kind("resource"):
        if fact.fact.value == "dvc:lock" and trains:
            placed = Fact("lineage", "dvc.lock", fact.fact.line, {"how": "lock"})
            context.graph.place([PlacedFact(placed, fact.path, fact.scope)])
            return
