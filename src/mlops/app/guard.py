"""The gate job itself: where CI runs the gate, what starts it, whether it stops a merge, and how it is pinned."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from mlops.app.guard_copies import copies
from mlops.assess.query import Outcome, Query
from mlops.domain.assessment import ConfigChange
from mlops.domain.facts import FileFacts
from mlops.domain.graph import Graph, PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.pipeline import EVENT_KINDS
from mlops.domain.record import dataclass
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
#: How the distribution is asked for in a script or a file of requirements: with an exact version, or without.
_ASKED = regex(r"mlops-maturity(?:\[[\w,-]*\])?(?P<pin>\s*(?:==\s*|@)v?\d[\w.]*)?(?![\w/-])")
_COMMIT = regex(r"[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_EXACT = regex(r"v?\d+\.\d+\.\d+")
_MAJOR = regex(r"v?\d+(?:\.\d+)?$")
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
    #: Event kind -> whether the gate surely or possibly runs, and whether it stops what started.
    runs: Mapping[str, Tri] | None = None
    stops: Mapping[str, Tri] | None = None
    #: Why it does not stop, by event kind.
    reasons: Mapping[str, tuple[str, int, str]] | None = None


def gates(graph: Graph, files: Mapping[str, FileFacts], tree: Tree) -> tuple[Gate, ...]:
    """Return the places of a tree that run the gate."""
    commands = [*_commands(graph)]
    found = [*commands, *_actions(graph), *_hooks(files), *_templates(graph, tree), *_copies(commands, files)]
    if not found:
        return ()
    query = Query(graph)
    return tuple(_reached(gate, fact, query) for gate, fact in found)


def gate_changes(
    before: tuple[Gate, ...], after: tuple[Gate, ...], base: Tree, head: Tree
) -> list[ConfigChange]:
    """Return how a change removes, softens or unpins what runs the gate."""
    if not before:
        return []
    if not after:
        return [ConfigChange(gate.path, 0, "what runs the gate here was removed") for gate in before]
    return [
        *_unhooked(before, after),
        *_softened(before, after),
        *_asked_differently(before, after),
        *_unpinned(before, after),
        *_loose(before, after, base, head),
    ]


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


def _templates(graph: Graph, tree: Tree) -> Iterator[tuple[Gate, None]]:
    """Yield the includes of our template: what it does lies elsewhere, what it is asked lies here."""
    for path, line, text in dict.fromkeys((item.path, item.line, item.text) for item in graph.unresolved):
        if _TEMPLATE in text:
            name, _, version = text.partition("@")
            given = [found.groups() for found in map(_INPUT.search, _block(tree, path, line)) if found]
            revision = next((value for key, value in given if key == "ref"), version)
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


def _reached(gate: Gate, fact: PlacedFact | None, query: Query) -> Gate:
    if fact is None:
        return gate
    runs, stops, reasons = {}, {}, {}
    selector = Selector(kind=fact.fact.kind, scope=_SCOPE)
    for kind in EVENT_KINDS:
        reached = query.weigh(Clause("fact", selector=selector, entries=(kind,)), fact)
        held = query.weigh(Clause("fact", selector=selector, entries=(kind,), blocks=True), fact)
        runs[kind], stops[kind] = reached.value, held.value
        if held.value is not Tri.YES:
            reasons[kind] = _reason(held, fact)
    return Gate(gate.path, gate.line, gate.asked, gate.pinned, gate.revision, runs, stops, reasons)


def _reason(outcome: Outcome, fact: PlacedFact) -> tuple[str, int, str]:
    refused: list[tuple[str, int, str]] = [(item.path, item.line, item.reason) for item in outcome.rejected]
    refused += [(item.path, item.line, item.reason) for item in outcome.unknown]
    return refused[0] if refused else (fact.path, fact.fact.line, "nothing of that kind starts it")


def _unhooked(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    """Yield the hooks that are gone: they watch commits that CI never sees."""
    kept = {gate.pinned.rsplit(" ", 1)[-1] for gate in after if gate.runs is None}
    for gate in before:
        name = gate.pinned.rsplit(" ", 1)[-1]
        if gate.runs is None and name not in kept:
            yield ConfigChange(gate.path, 0, f"{name}, which runs the gate, was removed")


def _softened(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    """Yield the events that the gate watched or stopped and does no more, by the best gate of each side."""
    said: dict[tuple[str, int, str], list[str]] = {}
    for what, verb in (("stops", "stop"), ("runs", "run on")):
        for kind in EVENT_KINDS:
            had = max((getattr(gate, what)[kind] for gate in before if gate.runs), default=Tri.NO)
            has = max((getattr(gate, what)[kind] for gate in after if gate.runs), default=Tri.NO)
            if has < had:
                place = _place(before, after, kind)
                if not any(kind in text for text in said.get(place, ())):
                    said.setdefault(place, []).append(f"{verb} {kind.replace('_', ' ')}")
    for (path, line, reason), texts in said.items():
        yield ConfigChange(path, line, f"the gate does not surely {', '.join(texts)} any more: {reason}")


def _place(before: tuple[Gate, ...], after: tuple[Gate, ...], kind: str) -> tuple[str, int, str]:
    reasons = [gate.reasons[kind] for gate in after if gate.reasons and kind in gate.reasons]
    if reasons:
        return reasons[0]
    gone = next(gate for gate in before if gate.runs)
    return gone.path, 0, "what runs the gate here was removed"


def _asked_differently(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    asked = {gate.asked for gate in after}
    for gate in before:
        gone = gate.runs is None and gate.path not in {other.path for other in after}
        if gate.asked not in asked and not gone:
            alike = sorted(after, key=lambda other: (other.pinned != gate.pinned, other.path != gate.path))
            now = alike[0]
            yield ConfigChange(
                now.path,
                now.line,
                f"the gate was asked `{gate.asked or 'nothing more'}`, now `{now.asked or 'nothing more'}`",
            )
            return


def _unpinned(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    now = {gate.pinned: gate for gate in after if gate.pinned}
    for gate in before:
        other = now.get(gate.pinned) if gate.pinned else None
        if other is not None and _rank(other.revision) < _rank(gate.revision):
            said = f"{gate.pinned} was pinned to {gate.revision}, now {other.revision or 'to nothing'}"
            yield ConfigChange(other.path, other.line, said)


def _rank(revision: str) -> int:
    if _COMMIT.match(revision):
        return 3
    if _EXACT.match(revision):
        return 2
    return 1 if _MAJOR.match(revision) else 0


def _loose(
    before: tuple[Gate, ...], after: tuple[Gate, ...], base: Tree, head: Tree
) -> Iterator[ConfigChange]:
    """Yield the first place where the distribution lost its exact version."""
    had, _ = _mentions(base, before)
    has, loose = _mentions(head, after)
    _, loose_before = _mentions(base, before)
    if has < had and len(loose) > len(loose_before):
        path, line = loose[0]
        yield ConfigChange(path, line, "mlops-maturity was pinned to an exact version and is not any more")


def _mentions(tree: Tree, found: tuple[Gate, ...]) -> tuple[int, list[tuple[str, int]]]:
    """Count exact versions, and list the places without one, in the files of the gate and of requirements."""
    paths = {gate.path for gate in found} | {path for path in tree.paths() if _requirements(path)}
    exact, loose = 0, []
    for path in sorted(paths & set(tree.paths())):
        source = tree.read(path)
        text = source.decode("utf-8", "replace") if isinstance(source, bytes) else ""
        for number, line in enumerate(text.splitlines() if "mlops-maturity" in text else (), 1):
            for mention in _ASKED.finditer(line):
                if mention["pin"]:
                    exact += 1
                elif not line[mention.end() :].lstrip().startswith(("gate", "lint")) or "uvx" in line:
                    loose.append((path, number))
    return exact, loose


def _requirements(path: str) -> bool:
    name = posixpath.basename(path)
    return (name.endswith((".txt", ".in", ".lock")) and "require" in name) or name in {
        "pyproject.toml",
        "setup.cfg",
    }
