"""Forward walks over the graph, remembered."""

from __future__ import annotations

from mlops.domain.logic import Tri
from mlops.graph.context import Context


def below(context: Context, node: int) -> frozenset[int]:
    """Return all nodes that running a node reaches, itself included, tests left out."""
    cached = context.reached.get(node)
    if cached is None:
        nodes, out = context.graph.nodes, context.graph.out
        seen: set[int] = set()
        pending = [node]
        while pending:
            current = pending.pop()
            if current in seen or nodes[current].scope == "test":
                continue
            seen.add(current)
            pending.extend(edge.target for edge in out[current] if edge.possible is not Tri.NO)
        cached = context.reached[node] = frozenset(seen)
    return cached
