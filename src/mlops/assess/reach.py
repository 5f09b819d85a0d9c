"""From which entries a node is reached, and along which chain: backward searches over the graph."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import Enum

from mlops.domain.assessment import Link
from mlops.domain.graph import Edge, Graph
from mlops.domain.logic import Tri
from mlops.domain.record import dataclass


class Mode(Enum):
    """Which edges a search may use: (least `possible`, least `stops`)."""

    BLOCKING = (Tri.YES, Tri.YES)
    CERTAIN = (Tri.YES, Tri.NO)
    POSSIBLY_BLOCKING = (Tri.UNKNOWN, Tri.UNKNOWN)
    POSSIBLE = (Tri.UNKNOWN, Tri.NO)
    REFUSED = (Tri.NO, Tri.NO)


#: Scopes whose programs and workflows show how a project can be used, not that it is.
_STRANGE = frozenset({"docs", "example", "vendored", "template", "archive"})


@dataclass(frozen=True, slots=True)
class _Search:
    """Nodes in the order of distance, and for each the edge that leads on towards the goal."""

    order: tuple[int, ...]
    onward: dict[int, Edge]


class Reach:
    """Answers reachability questions over one graph; every search is done once."""

    def __init__(self, graph: Graph, *, claims: bool = False) -> None:
        """Take the graph; with `claims`, entries that only the configuration claims count as certain."""
        self.graph = graph
        self._claims = claims
        self._searches: dict[tuple[int, Mode, bool], _Search] = {}

    def entry(self, goal: int, entries: frozenset[str], mode: Mode, *, tests: bool = False) -> int | None:
        """Return the nearest entry of these kinds from which the goal is reached, or None."""
        return next(self.entries(goal, entries, mode, tests=tests), None)

    def entries(
        self, goal: int, entries: frozenset[str], mode: Mode, *, tests: bool = False
    ) -> Iterator[int]:
        """Yield all entries of these kinds from which the goal is reached, nearest first."""
        nodes = self.graph.nodes
        return (
            node
            for node in self._search(goal, mode, tests).order
            if nodes[node].entry in entries and nodes[node].scope not in _STRANGE
        )

    def reaches(self, source: int, goal: int, mode: Mode, *, tests: bool = False) -> bool:
        """Tell whether the goal is reached from this node."""
        return source == goal or source in self._search(goal, mode, tests).onward

    def chain(self, entry: int, goal: int, mode: Mode, *, tests: bool = False) -> list[Edge]:
        """Return the edges from the entry to the goal."""
        onward = self._search(goal, mode, tests).onward
        edges: list[Edge] = []
        node = entry
        while node != goal:
            edge = onward[node]
            edges.append(edge)
            node = edge.target
        return edges

    def links(self, entry: int, edges: list[Edge]) -> tuple[Link, ...]:
        """Return a chain as the report prints it, without the steps that add nothing for a reader."""
        nodes = self.graph.nodes
        first = nodes[entry]
        links = [Link(first.path, first.line, first.label)]
        for edge in edges:
            node = nodes[edge.target]
            if node.kind in {"script", "tests"} and node.label in {"script", "$(…)"}:
                continue
            label = (
                node.label
                if node.kind in {"job", "step", "command", "function"}
                else f"{edge.label} {node.label}"
            )
            if node.label == node.path:
                label = edge.label
            line = node.line if node.path != edge.path else (edge.line or node.line)
            link = Link(node.path, line, label)
            if link != links[-1]:
                links.append(link)
        return tuple(links)

    def _search(self, goal: int, mode: Mode, tests: bool) -> _Search:
        key = (goal, mode, tests)
        found = self._searches.get(key)
        if found is None:
            found = self._searches[key] = self._walk(goal, mode, tests)
        return found

    def _walk(self, goal: int, mode: Mode, tests: bool) -> _Search:
        least_possible, least_stops = mode.value
        nodes, into = self.graph.nodes, self.graph.into
        order, onward, queue = [goal], {}, deque([goal])
        while queue:
            node = queue.popleft()
            for edge in into[node]:
                source = edge.source
                if source in onward or source == goal:
                    continue
                if edge.label == "claimed" and not self._claims:
                    continue
                if edge.possible < least_possible or edge.stops < least_stops:
                    continue
                if not tests and nodes[source].scope == "test":
                    continue
                onward[source] = edge
                order.append(source)
                queue.append(source)
        return _Search(tuple(order), onward)
