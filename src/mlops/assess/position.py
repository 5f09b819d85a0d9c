"""What comes before what in one run."""

from __future__ import annotations

from mlops.assess.reach import Mode, Reach
from mlops.domain.graph import Edge, PlacedFact
from mlops.domain.logic import Tri

#: So many entries are tried for a pair of facts.
_ENTRIES = 12


def container(reach: Reach, node: int) -> int:
    """Return the function, step or target in which a node's facts lie; a command lies in its script."""
    graph = reach.graph
    if node >= 0 and graph.nodes[node].kind == "command" and graph.into[node]:
        return graph.into[node][0].source
    return node


def precedes(
    reach: Reach,
    first: PlacedFact,
    second: PlacedFact,
    kinds: frozenset[str],
    mode: Mode,
    *,
    blocking: bool,
    tests: bool,
) -> bool:
    """Tell whether `first` comes before `second` in a run of an entry of these kinds.

    With `blocking`, a failure at `first` must also keep `second` from happening.
    """
    if first.node < 0 or second.node < 0:
        return False
    shared = 0
    for entry in reach.entries(first.node, kinds, mode, tests=tests):
        if shared >= _ENTRIES:
            break
        if not reach.reaches(entry, second.node, mode, tests=tests):
            continue
        shared += 1
        left = reach.chain(entry, first.node, mode, tests=tests)
        right = reach.chain(entry, second.node, mode, tests=tests)
        if _in_order(reach, entry, left, right, first, second, blocking=blocking):
            return True
    return False


def _in_order(
    reach: Reach,
    entry: int,
    left: list[Edge],
    right: list[Edge],
    first: PlacedFact,
    second: PlacedFact,
    *,
    blocking: bool,
) -> bool:
    depth = 0
    node = entry
    while depth < min(len(left), len(right)) and left[depth].target == right[depth].target:
        node = left[depth].target
        depth += 1
    rest = left[depth:]
    if blocking and any(edge.stops is not Tri.YES for edge in rest[1:]):
        return False
    if depth == len(left) and depth == len(right):
        return first.fact.line <= second.fact.line
    if depth == len(left):
        return first.fact.line <= right[depth].line
    if depth == len(right):
        return left[depth].line <= second.fact.line and (not blocking or left[depth].stops is Tri.YES)
    return _children_in_order(reach, node, left[depth], right[depth], blocking=blocking)


def _children_in_order(reach: Reach, node: int, left: Edge, right: Edge, *, blocking: bool) -> bool:
    graph = reach.graph
    if graph.nodes[node].kind == "event":
        return left.target in graph.needs.get(right.target, frozenset())
    if right.target in graph.needs or left.target in graph.needs:
        return left.target in _closure(reach, right.target)
    if blocking and left.stops is not Tri.YES:
        return False
    siblings = graph.out[node]
    return siblings.index(left) < siblings.index(right)


def _closure(reach: Reach, node: int) -> set[int]:
    """Return all nodes that must have succeeded before this one."""
    found: set[int] = set()
    pending = [node]
    while pending:
        for need in reach.graph.needs.get(pending.pop(), frozenset()):
            if need not in found:
                found.add(need)
                pending.append(need)
    return found
