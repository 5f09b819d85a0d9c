"""Pipelines that are only compiled: the compiler traces the function, it runs none of its steps."""

from __future__ import annotations

from mlops.domain.graph import Edge
from mlops.domain.logic import Tri
from mlops.domain.record import replace
from mlops.graph.context import Context
from mlops.graph.derived.common import facts_of, with_capability
from mlops.graph.python import REFERENCE

_REASON = "compiling a pipeline runs none of its steps"


def add_compiling(context: Context) -> None:
    """Cut what leads from the call of a compiler into the pipeline that it gets; what submits it has edges of its own."""
    graph = context.graph
    flows = {
        fact.node for fact in with_capability(context, "pipeline-definition") if fact.fact.kind == "decorator"
    }
    for fact in with_capability(context, "pipeline-build"):
        if fact.fact.kind != "call" or fact.node < 0 or not fact.fact.value.endswith(".compile"):
            continue
        first = fact.fact.line
        calls = facts_of(context, fact.path).calls
        last = max((call.end_line for call in calls if call.line == first), default=first)
        for place, edge in enumerate(graph.out[fact.node]):
            if edge.target in flows and edge.label == REFERENCE and first <= edge.line <= last:
                _cut(context, place, edge)


def _cut(context: Context, place: int, edge: Edge) -> None:
    dead = replace(edge, possible=Tri.NO, reason=_REASON)
    context.graph.out[edge.source][place] = dead
    into = context.graph.into[edge.target]
    into[into.index(edge)] = dead
