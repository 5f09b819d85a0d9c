"""Entries besides CI: scripts, routes, scheduled workflows, and what the configuration claims."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops.domain.graph import Node
from mlops.domain.logic import Tri
from mlops.domain.python import MODULE
from mlops.graph.commands.programs import program
from mlops.graph.context import Context, join
from mlops.graph.scripts import run_text

if TYPE_CHECKING:
    from mlops.graph.build import Claim

#: Capabilities whose decorator or base makes a function an entry -> kind of entry.
_REGISTERED = {
    "web-service": "route",
    "scoring-handler": "route",
    "model-server": "route",
    "app-demo": "route",
    "pipeline-definition": "orchestrator",
}
#: Functions that a cloud platform calls by name in a file of this name.
_HANDLERS = {"init", "run", "model_fn", "input_fn", "predict_fn", "output_fn", "lambda_handler", "handler"}
_HANDLER_FILES = ("score", "inference", "predict", "serve", "handler", "lambda", "main", "app", "function")


def add_entries(context: Context, claims: Sequence[Claim]) -> None:
    """Mark the nodes from which a program starts."""
    _scripts(context)
    _registered(context)
    _handlers(context)
    _schedules(context)
    _notebooks(context)
    _claims(context, claims)


def _mark(context: Context, node: int, entry: str) -> None:
    graph = context.graph
    old = graph.nodes[node]
    if not old.entry:
        graph.nodes[node] = Node(
            old.index, old.kind, old.label, old.path, old.line, entry, old.scope, old.sequential
        )


def _scripts(context: Context) -> None:
    """A file with a main block, or with loose code that nobody imports, is a script."""
    python = context.python
    for path, node in python.main_nodes.items():
        if context.scopes[path] == "source":
            _mark(context, node, "script")
    for path, file in python.modules.files.items():
        if context.scopes[path] != "source" or path in python.imported or path in python.main_nodes:
            continue
        if any(call.scope == MODULE for call in file.facts.calls) and file.facts.loose_statements:
            _mark(context, python.module_nodes[path], "script")


def _registered(context: Context) -> None:
    """A decorated function that a web framework, workflow engine or command line calls."""
    for fact in list(context.graph.of_kind("decorator")):
        if fact.scope != "source" or fact.node < 0:
            continue
        entry = next(
            (kind for capability, kind in _REGISTERED.items() if capability in fact.capabilities), None
        )
        if entry is not None:
            _mark(context, fact.node, entry)
    python = context.python
    programs = _programs(context)
    for path, offered in python.subcommands.items():
        for _, node in offered:
            if context.scopes[path] == "source" and path in programs:
                _mark(context, node, "console")
    for fact in list(context.graph.of_kind("base")):
        entry = next(
            (kind for capability, kind in _REGISTERED.items() if capability in fact.capabilities), None
        )
        if fact.scope == "source" and entry is not None:
            for name, index in python.modules.files[fact.path].functions.items():
                if name.rpartition(".")[0] == fact.fact.attrs.get("class"):
                    _mark(context, python.function_nodes[(fact.path, index)], entry)


def _programs(context: Context) -> set[str]:
    """Return the files that are run as programs, and the files that these import (four steps)."""
    python = context.python
    found = set(python.main_nodes) | {
        path for path, node in python.module_nodes.items() if context.graph.nodes[node].entry
    }
    for path, target in context.targets.get("console-script", ()):
        module = python.modules.module(
            target.function.partition(":")[0], join(posixpath.dirname(path), "setup.py")
        )
        if module is not None:
            found.add(module)
    frontier = set(found)
    for _ in range(4):
        frontier = {item for path in frontier for item in python.imports_of(path)} - found
        found |= frontier
    return found


def _handlers(context: Context) -> None:
    python = context.python
    for path, file in python.modules.files.items():
        stem = path.rpartition("/")[2].removesuffix(".py").lower()
        if context.scopes[path] != "source" or not any(name in stem for name in _HANDLER_FILES):
            continue
        names = {function.name for function in file.facts.functions}
        platform = {"init", "run"} <= names or bool(names & (_HANDLERS - {"init", "run"}))
        for index, function in enumerate(file.facts.functions):
            if platform and function.name in _HANDLERS:
                _mark(context, python.function_nodes[(path, index)], "route")


def _schedules(context: Context) -> None:
    """A workflow with a schedule in code or configuration starts by itself, whoever deploys it."""
    graph = context.graph
    places = {id(fact): place for place, fact in context.python.placed.items()}
    for fact in graph.showing(["pipeline-schedule"]):
        if fact.scope != "source" or fact.refused[0] or fact.fact.kind == "command":
            # A command that deploys a schedule: `derived/workflows.py` links it to the workflow that it schedules.
            continue
        event = graph.add(
            "event", f"schedule of {fact.fact.value}", fact.path, fact.fact.line, entry="schedule"
        )
        named = _named_workflows(context, places[id(fact)]) if id(fact) in places else []
        for node in named or _scheduled_nodes(context, fact.path, fact.node):
            context.edge(event, node, fact.path, fact.fact.line, "schedules")
    for kind, found in context.targets.items():
        for path, target in found:
            cron = target.attrs.get("schedule", "")
            if cron and target.attrs.get("suspend", "") not in {"true", "True", "PAUSED"}:
                event = graph.add("event", f'schedule "{cron}"', path, target.line, entry="schedule")
                context.edge(
                    event, context.target_nodes[(path, kind, target.name)], path, target.line, "schedules"
                )


def _named_workflows(context: Context, place: tuple[str, int]) -> list[int]:
    """Return the functions that a call schedules: its receiver, its arguments, or those of the call that takes it."""
    python = context.python
    path, index = place
    calls = python.modules.files[path].facts.calls
    found: list[int] = []
    for call in (calls[index], *(other for other in calls if index in other.feeds)):
        given = (call.name.rpartition(".")[0], *call.args, *(value for _, value in call.keywords))
        symbols = [python.modules.resolve(name, path) for name in given if name and name[0] not in "'\"[{?:"]
        found += [
            python.function_nodes[(symbol.path, symbol.index)]
            for symbol in symbols
            if symbol is not None and symbol.kind == "function"
        ]
    return list(dict.fromkeys(found))


def _scheduled_nodes(context: Context, path: str, node: int) -> list[int]:
    """The decorated function, else everything that the file defines for the workflow engine."""
    python = context.python
    if node >= 0 and context.graph.nodes[node].kind == "function":
        return [node]
    if path in python.module_nodes:
        return [python.main_nodes.get(path, python.module_nodes[path])]
    return [n for (where, _, _), n in context.target_nodes.items() if where == path]


def _notebooks(context: Context) -> None:
    for path, node in context.python.module_nodes.items():
        if context.scopes[path] == "notebook":
            _mark(context, node, "notebook")
            for text, line in context.python.modules.files[path].facts.shell:
                script = run_text(context, text, path, line, "")
                context.edge(node, script, path, line)


def _claims(context: Context, claims: Sequence[Claim]) -> None:
    """An entry that the configuration claims: its edge counts only where claims do."""
    graph = context.graph
    for claim in claims:
        kind = claim.trigger if claim.trigger in {"schedule", "push", "manual", "signal"} else "schedule"
        event = graph.add("event", f"claimed {claim.trigger}", claim.source, claim.line, entry=kind)
        nodes = [found.node for found in program(context, claim.path)] if claim.path else []
        if claim.command:
            nodes.append(run_text(context, claim.command, claim.source, claim.line, ""))
        for node in nodes:
            context.edge(event, node, claim.source, claim.line, "claimed", possible=Tri.YES)
