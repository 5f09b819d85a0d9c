"""The graph of what runs what, and the facts that lie in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mlops.domain.facts import Fact
from mlops.domain.logic import Tri
from mlops.domain.pipeline import Unresolved
from mlops.domain.record import dataclass, field

#: Where a file stands: evidence of most practices counts in "source" only.
SCOPES = ("source", "notebook", "test", "docs", "example", "vendored", "generated", "template", "archive")

#: Kinds of facts that only declare a tool: a clause that wants them names them.
DECLARATIONS = frozenset({"dependency", "locked", "import", "file"})

#: Kinds of entries from which a search starts. Event kinds are those of `pipeline.EVENT_KINDS`.
PROGRAM_ENTRIES = (
    "script",
    "console",
    "stage",
    "route",
    "container",
    "job",
    "orchestrator",
    "task",
)
ENTRY_GROUPS: Mapping[str, tuple[str, ...]] = {
    "change": ("push", "branch", "pull_request"),
    "guard": ("push", "pull_request"),
    "automatic": ("push", "branch", "pull_request", "tag", "release", "schedule", "signal", "pipeline"),
    # "approved" is an event whose job a person must release: delivery allows it, training and tests do not.
    "delivery": ("push", "tag", "release", "schedule", "signal", "pipeline", "approved"),
    "ci": ("push", "branch", "pull_request", "tag", "release", "schedule", "signal", "pipeline", "approved", "manual", "call",
           "other"),
    "program": PROGRAM_ENTRIES,
    "any": ("push", "branch", "pull_request", "tag", "release", "schedule", "signal", "pipeline", "approved", "manual", "call",
            "other",
            *PROGRAM_ENTRIES),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that runs: event, job, step, command, script, target, stage, module, function, cell, test."""

    index: int
    kind: str
    label: str
    path: str
    line: int
    #: The kind of entry that it is, or "".
    entry: str = ""
    scope: str = "source"
    #: Children run one after the other in the order of their edges.
    sequential: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` runs `target`; `stops` tells whether a failure below stops what is above."""

    source: int
    target: int
    path: str
    line: int
    label: str = ""
    possible: Tri = Tri.YES
    stops: Tri = Tri.YES
    #: Why it is not surely possible; `stop_reason` why a failure does not surely stop.
    reason: str = ""
    stop_reason: str = ""
    fake: str = ""
    stop_fake: str = ""


@dataclass(frozen=True, slots=True)
class PlacedFact:
    """A fact with its file, the node in which it happens (-1 for none) and what the tool tables say of it."""

    fact: Fact
    path: str
    scope: str
    node: int = -1
    capabilities: frozenset[str] = frozenset()
    #: Why this fact, though present, proves nothing: (reason, fake code); else ("", "").
    refused: tuple[str, str] = ("", "")


@dataclass(slots=True)
class Graph:
    """Nodes, edges both ways, facts, and what could not be resolved."""

    nodes: list[Node] = field(default_factory=list)
    out: list[list[Edge]] = field(default_factory=list)
    into: list[list[Edge]] = field(default_factory=list)
    facts: list[PlacedFact] = field(default_factory=list)
    #: Node -> nodes of the same run or pipeline that must have succeeded before it.
    needs: dict[int, frozenset[int]] = field(default_factory=dict)
    unresolved: list[Unresolved] = field(default_factory=list)
    #: Faults of files and of the linking: (path, line, message).
    problems: list[tuple[str, int, str]] = field(default_factory=list)
    paths: tuple[str, ...] = ()
    _kinds: dict[str, list[PlacedFact]] = field(default_factory=dict)
    #: Capability -> places in `facts` of what shows it.
    _showing: dict[str, list[int]] = field(default_factory=dict)

    def add(
        self,
        kind: str,
        label: str,
        path: str,
        line: int,
        *,
        entry: str = "",
        scope: str = "source",
        sequential: bool = True,
    ) -> int:
        """Append a node and return its index."""
        index = len(self.nodes)
        self.nodes.append(Node(index, kind, label, path, line, entry, scope, sequential))
        self.out.append([])
        self.into.append([])
        return index

    def link(self, edge: Edge) -> None:
        """Append an edge."""
        self.out[edge.source].append(edge)
        self.into[edge.target].append(edge)

    def place(self, facts: Iterable[PlacedFact]) -> None:
        """Append facts."""
        for fact in facts:
            for capability in fact.capabilities:
                self._showing.setdefault(capability, []).append(len(self.facts))
            self.facts.append(fact)
            self._kinds.setdefault(fact.fact.kind, []).append(fact)

    def clear_index(self) -> None:
        """Forget what each fact is and shows, before all are placed anew."""
        self._kinds.clear()
        self._showing.clear()

    def showing(self, capabilities: Iterable[str]) -> list[PlacedFact]:
        """Return the facts that show any of these capabilities in the order of placing, declarations apart."""
        places = {place for name in capabilities for place in self._showing.get(name, ())}
        found = (self.facts[place] for place in sorted(places))
        return [fact for fact in found if fact.fact.kind not in DECLARATIONS]

    def of_kind(self, kind: str) -> list[PlacedFact]:
        """Return the facts of one kind in the order of placing."""
        return self._kinds.get(kind, [])
