"""What the parts of the graph builder share while they work."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from mlops.domain.facts import Fact, FileFacts, Target
from mlops.domain.graph import Edge, Graph, PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.python import Check
from mlops.domain.record import dataclass, field
from mlops.domain.rules import Wrapper
from mlops.domain.shell import Script
from mlops.domain.signs import Signs
from mlops.graph.python import PythonGraph


@dataclass(slots=True)
class Context:
    """The graph under construction with the facts that it is made from."""

    graph: Graph
    files: Mapping[str, FileFacts]
    scopes: Mapping[str, str]
    paths: frozenset[str]
    signs: Signs
    wrappers: tuple[Wrapper, ...]
    #: Flags that keep a tool from failing: see `graph/shell/neutral.py`.
    neutral: Mapping[str, object]
    #: The shell reader, handed in since readers and graph do not know each other.
    parse: Callable[[str], Script]
    python: PythonGraph
    #: (path, kind, name) -> node of a target; targets by kind for look-ups.
    target_nodes: dict[tuple[str, str, str], int] = field(default_factory=dict)
    targets: dict[str, list[tuple[str, Target]]] = field(default_factory=dict)
    #: Scripts that several places run are built once.
    script_nodes: dict[tuple[object, ...], int] = field(default_factory=dict)
    #: Node of a job description -> its commands: (path, text, line).
    job_scripts: dict[int, list[tuple[str, str, int]]] = field(default_factory=dict)
    #: Workflows defined in code, by file.
    workflows: dict[str, int] = field(default_factory=dict)
    #: Commands by node, for predicates that look at words again.
    commands: dict[int, tuple[str, ...]] = field(default_factory=dict)
    #: Node -> all nodes that running it reaches.
    reached: dict[int, frozenset[int]] = field(default_factory=dict)
    #: Functions of test code by name: (path, node).
    test_functions: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    #: Calls of the files with tests, by line: (line, index).
    call_lines: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    #: Path -> what a Python file asserts, in the order of lines.
    asserts: dict[str, list[Check]] = field(default_factory=dict)
    #: Path -> a module's file and what is imported from it in vain, or None.
    lost_imports: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    #: (path, call index) -> what feeds the value of the call.
    returned: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    #: Folder -> the -m expression of the configured addopts.
    markers: dict[str, str] = field(default_factory=dict)
    #: Tables that several predicates share.
    memo: dict[tuple[object, ...], dict[object, frozenset[str]]] = field(default_factory=dict)

    def edge(
        self,
        source: int,
        target: int,
        path: str,
        line: int,
        label: str = "runs",
        *,
        possible: Tri = Tri.YES,
        stops: Tri = Tri.YES,
        reason: str = "",
        fake: str = "",
        stop_reason: str = "",
        stop_fake: str = "",
    ) -> None:
        """Link two nodes."""
        if source != target:
            self.graph.link(
                Edge(source, target, path, line, label, possible, stops, reason, stop_reason, fake, stop_fake)
            )

    def edge_dead(
        self,
        source: int,
        target: int,
        path: str,
        line: int,
        *,
        live: bool,
        stops: bool,
        stop_reason: str,
        stop_fake: str,
    ) -> None:
        """Link what code runs; dead code runs nothing."""
        self.edge(
            source,
            target,
            path,
            line,
            possible=Tri.YES if live else Tri.NO,
            reason="" if live else "the code before it always returns, or its condition is always false",
            fake="" if live else "F9",
            stops=Tri.YES if stops else Tri.NO,
            stop_reason=stop_reason,
            stop_fake=stop_fake,
        )

    def place(
        self,
        kind: str,
        value: str,
        path: str,
        line: int,
        node: int = -1,
        attrs: Mapping[str, str] | None = None,
        refused: tuple[str, str] = ("", ""),
    ) -> PlacedFact:
        """Place a fact with what the tool tables say of it."""
        details = attrs or {}
        capabilities = self.signs.capabilities(kind, value, details)
        scope = self.scopes.get(path, "source")
        placed = PlacedFact(Fact(kind, value, line, details), path, scope, node, capabilities, refused)
        self.graph.place([placed])
        return placed

    def file_at(self, name: str, folder: str) -> str | None:
        """Return the tracked file that a command in `folder` means by `name`, trying the root as well."""
        for candidate in dict.fromkeys((join(folder, name), join("", name))):
            if candidate in self.paths:
                return candidate
        return None

    def below(self, name: str, folder: str) -> list[str]:
        """Return the tracked files below the folder (or the file) that a command means."""
        found = self.file_at(name, folder)
        if found is not None:
            return [found]
        for base in dict.fromkeys((join(folder, name), join("", name))):
            prefix = f"{base}/" if base else ""
            inside = sorted(path for path in self.paths if path.startswith(prefix))
            if inside:
                return inside
        return []


def join(folder: str, name: str) -> str:
    """Join and normalise; what leads out of the root gives a name that no file has."""
    if name.startswith("/"):
        name = name.lstrip("/")
        folder = ""
    joined = posixpath.normpath(posixpath.join(folder, name))
    return "" if joined == "." else joined
