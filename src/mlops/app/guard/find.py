"""Where CI runs the gate, what starts it, whether it stops a merge, and how it is pinned."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from mlops.app.guard.copies import copies, repository_ref
from mlops.assess.outcome import Outcome
from mlops.assess.query import Query
from mlops.domain.facts import FileFacts
from mlops.domain.graph import Graph, PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.pipeline import EVENT_KINDS
from mlops.domain.record import dataclass, replace
from mlops.domain.regex import regex
from mlops.domain.rules import Clause, Selector
from mlops.tree import Tree

_PROGRAMS = frozenset({"mlops", "mlops-maturity"})
_ACTIONS = frozenset({"mlops", "mlops-maturity", "mlops-gate", "mlops-action"})
_HOOKS = frozenset({"mlops-gate", "mlops-lint"})
#: Options that only tell where the result goes; without them two commands are alike.
_HARMLESS = frozenset({"--format", "--output", "--no-cache"})
_VALUED = frozenset(
    {"--format", "--output", "--base", "--baseline", "--rev", "--model", "--level", "--source", "--accept", "--reason"}
)  # fmt: skip
_HARMLESS_INPUTS = frozenset(
    {
        "format",
        "formats",
        "output",
        "outputs",
        "summary",
        "upload",
        "artifact",
        "token",
        "python",
        "python-version",
        "pythonVersion",
    }
)
#: The templates for GitLab and Azure that other repositories include.
_TEMPLATE = "mlops-gate"
_INPUT = regex(r"([\w-]+)\s*:\s*(.*)")
_VERSION = regex(r"^([A-Za-z_-]+)(?:\[[^\]]*\])?(?:==|@|~=|>=|<=|<|>).*$")
_EXACT = regex(r"v?\d+\.\d+\.\d+")
_SCOPE = ("source", "test", "docs", "example", "template")


@dataclass(frozen=True, slots=True)
class Gate:
    """One place that runs the gate."""

    path: str
    line: int
    #: What it is asked, without where it is written or how results are shown.
    asked: str
    #: What is pinned: an action or hook by its name, with its revision; "" for a command.
    pinned: str = ""
    revision: str = ""
    #: The container image in which its job runs, as it is written.
    image: str = ""
    #: Event kind -> whether the gate surely or possibly runs, and whether it stops what started.
    runs: Mapping[str, Tri] | None = None
    stops: Mapping[str, Tri] | None = None
    #: Why it does not stop, by event kind.
    reasons: Mapping[str, tuple[str, int, str]] | None = None


def gates(graph: Graph, files: Mapping[str, FileFacts], tree: Tree) -> tuple[Gate, ...]:
    """Return the places of a tree that run the gate."""
    commands = [*_commands(graph)]
    found = [
        *commands,
        *_actions(graph),
        *_hooks(files),
        *_templates(graph, files, tree),
        *_copies(commands, files),
    ]
    if not found:
        return ()
    query = Query(graph)
    images = {
        fact.node: fact.fact.value for fact in graph.of_kind("image") if fact.fact.attrs["use"] == "job"
    }
    return tuple(_reached(gate, fact, query, images) for gate, fact in found)


def _commands(graph: Graph) -> Iterator[tuple[Gate, PlacedFact]]:
    for fact in graph.of_kind("command"):
        words = fact.fact.value.split()
        named = _VERSION.match(words[0]) if words else None
        program = posixpath.basename(named[1] if named else words[0]) if words else ""
        if program in _PROGRAMS and len(words) > 1 and words[1] == "gate":
            yield Gate(fact.path, fact.fact.line, _options(words[2:])), fact


def _options(words: list[str]) -> str:
    """Return the options that matter, in order of their names."""
    kept, skip = [], False
    for position, word in enumerate(words):
        if skip:
            skip = False
            continue
        name, sign, _ = word.partition("=")
        skip = name in _VALUED and not sign
        value = words[position + 1] if skip and position + 1 < len(words) else ""
        if name not in _HARMLESS:
            kept.append(f"{word} {value}".strip())
    return " ".join(sorted(kept))


def _actions(graph: Graph) -> Iterator[tuple[Gate, PlacedFact]]:
    for fact in graph.of_kind("action"):
        name = fact.fact.value.lower().rstrip("/").rsplit("/", 1)[-1]
        if name in _ACTIONS:
            given = [
                (key.removeprefix("with."), value)
                for key, value in sorted(fact.fact.attrs.items())
                if key.startswith("with.")
            ]
            inputs = [f"{key}={value}" for key, value in given if _matters(key, value)]
            revision = fact.fact.attrs.get("ref", "")
            yield Gate(fact.path, fact.fact.line, " ".join(inputs), fact.fact.value, revision), fact


def _matters(name: str, value: str) -> bool:
    """Tell whether an input changes what the gate lets pass; one exact version is as good as another."""
    return name not in _HARMLESS_INPUTS and not (name == "version" and _EXACT.match(value))


def _templates(graph: Graph, files: Mapping[str, FileFacts], tree: Tree) -> Iterator[tuple[Gate, None]]:
    """Yield the includes of our template: what it does lies elsewhere, what it is asked lies here."""
    for path, line, text in dict.fromkeys((item.path, item.line, item.text) for item in graph.unresolved):
        if _TEMPLATE in text:
            name, _, version = text.partition("@")
            given = [found.groups() for found in map(_INPUT.search, _block(tree, path, line)) if found]
            # Azure names a repository behind the @, and the revision where that repository is declared.
            declared = repository_ref(files[path], version) if path in files else None
            revision = next((value for key, value in given if key == "ref"), declared or version)
            inputs = [
                f"{key}={value}"
                for key, value in given[1:]
                if value and key != "ref" and _matters(key, value)
            ]
            yield Gate(path, line, " ".join(sorted(inputs)), name, revision.strip("'\"")), None


def _copies(
    commands: list[tuple[Gate, PlacedFact]], files: Mapping[str, FileFacts]
) -> Iterator[tuple[Gate, None]]:
    """Yield what takes up a copy of our template: the command lies there, what it is asked lies here."""
    templates = {gate.path for gate, _ in commands if posixpath.basename(gate.path).startswith(_TEMPLATE)}
    for copy in copies(files, templates):
        inputs = [f"{key}={value}" for key, value in copy.given if _matters(key, value)]
        yield Gate(copy.path, copy.line, " ".join(sorted(inputs)), copy.template), None


def _block(tree: Tree, path: str, line: int) -> list[str]:
    """Return the lines of a list item that holds a line: those after it that are indented further."""
    source = tree.read(path) if path in tree.paths() else b""
    lines = source.decode("utf-8", "replace").splitlines()[line - 1 :] if isinstance(source, bytes) else []
    depth = len(lines[0]) - len(lines[0].lstrip(" ")) if lines else 0
    block = lines[:1]
    for text in lines[1:]:
        if text.strip() and len(text) - len(text.lstrip(" ")) <= depth:
            break
        block.append(text)
    return block


def _hooks(files: Mapping[str, FileFacts]) -> Iterator[tuple[Gate, None]]:
    """Yield the hooks of pre-commit: people's machines run them, no event of CI."""
    for path, file in files.items():
        for target in file.targets:
            if target.kind == "pre-commit-hook" and target.name in _HOOKS:
                asked = (
                    target.name,
                    _options(target.attrs.get("args", "").split()),
                    target.attrs.get("stages", ""),
                )
                name = f"{target.attrs.get('repo', '')} {target.name}"
                yield (
                    Gate(path, target.line, " ".join(filter(None, asked)), name, target.attrs.get("rev", "")),
                    None,
                )


def _reached(gate: Gate, fact: PlacedFact | None, query: Query, images: Mapping[int, str]) -> Gate:
    if fact is None:
        return gate
    inside = (images[node] for node in _above(query.graph, fact.node) if node in images)
    runs, stops, reasons = {}, {}, {}
    selector = Selector(kind=fact.fact.kind, scope=_SCOPE)
    for kind in EVENT_KINDS:
        reached = query.weigh(Clause("fact", selector=selector, entries=(kind,)), fact)
        held = query.weigh(Clause("fact", selector=selector, entries=(kind,), blocks=True), fact)
        runs[kind], stops[kind] = reached.value, held.value
        if held.value is not Tri.YES:
            reasons[kind] = _reason(held, fact)
    return replace(gate, image=next(inside, ""), runs=runs, stops=stops, reasons=reasons)


def _above(graph: Graph, node: int) -> Iterator[int]:
    """Yield the nodes that run a node, itself first, up to the jobs."""
    seen, pending = {node}, [node]
    while pending:
        current = pending.pop(0)
        yield current
        if graph.nodes[current].kind != "job":
            above = [edge.source for edge in graph.into[current] if edge.source not in seen]
            seen.update(above)
            pending += above


def _reason(outcome: Outcome, fact: PlacedFact) -> tuple[str, int, str]:
    refused: list[tuple[str, int, str]] = [(item.path, item.line, item.reason) for item in outcome.rejected]
    refused += [(item.path, item.line, item.reason) for item in outcome.unknown]
    return refused[0] if refused else (fact.path, fact.fact.line, "nothing of that kind starts it")
