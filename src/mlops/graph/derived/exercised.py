"""What a test exercises: a model, a service, several components, data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import zip_longest

from mlops.domain.python import MODULE, Call, PythonFacts
from mlops.domain.regex import regex
from mlops.graph.commands.programs import subcommands
from mlops.graph.context import Context
from mlops.graph.derived.common import facts_of, fed_capabilities
from mlops.graph.python import REFERENCE
from mlops.graph.rendered import unquoted

_VERBS = {"get", "post", "put", "patch", "delete", "request", "options", "head"}
#: What stands before the route in an address.
_HOST = regex(r"^(https?://[^/]*|\{\})+(?=/)")
#: Routes by which a service only tells that it lives.
HEALTH = regex(
    r"^/?(health\w*|ready\w*|live\w*|ping|status|metrics|docs|version|openapi\.json)?/?$", re.IGNORECASE
)
_WORD = regex(r"'([^']*)'")
#: A stand-in for the model, by its name or by the argument that takes it.
_STAND_IN = regex(
    r"(?<![a-z])(mock|fake|stub)(ed)?_?\w*(model|predictor|classifier|regressor|estimator|booster)(?![a-z])"
    r"|(?<![a-z])(model|predictor|classifier|regressor|estimator|booster)_(mock|fake|stub)(?![a-z])",
    re.IGNORECASE,
)
_MODEL_ARGUMENT = regex(r"(^|_)(model|clf|predictor|classifier|regressor|estimator|booster)$")
#: So many calls below those of a test itself are followed.
_DEPTH = 3


def kinds_of(
    context: Context, path: str, facts: PythonFacts, within: list[int], first_party: list[int]
) -> set[str]:
    """Tell what a test exercises: model, service, pipeline, data."""
    kinds: set[str] = set()
    genuine = [index for index in within if not _stands_in(context, path, index)]
    shown = fed_capabilities(context, path, genuine) | _reached(context, path, genuine)
    if shown & {"model-training", "model-inference", "model-test-suite", "quality-gate"} or any(
        _asks_network(context, path, index) for index in within
    ):
        kinds.add("model")
    if shown & {"test-client", "endpoint-check"} and not _asks_health_only(facts, within):
        kinds.add("service")
    if shown & {"pipeline-run", "pipeline-definition", "test-services", "notebook-run"} or _trains_then_asks(
        context, path, facts, first_party, asks="service" in kinds
    ):
        kinds.add("pipeline")
    names = [facts.calls[index].name.rpartition(".")[2] for index in first_party]
    if {"init", "run"} <= set(names):
        kinds.add("service")
    return kinds


def _stands_in(context: Context, path: str, index: int) -> bool:
    """Tell whether a call is handed something that only plays the model: nothing of a model is tested then."""
    call = facts_of(context, path).calls[index]
    symbol = context.python.meanings.get((path, index))
    takes = (
        context.python.modules.function(symbol) if symbol is not None and symbol.kind == "function" else None
    )
    names = [parameter.name for parameter in takes.parameters] if takes is not None else []
    given = [*zip_longest(names[: len(call.args)], call.args, fillvalue=""), *call.keywords]
    return any(
        value[:1] not in {"'", '"', "["}
        and (_STAND_IN.search(value) or (_MODEL_ARGUMENT.search(name) and value.endswith("Mock")))
        for name, value in given
    )


def _trains_then_asks(
    context: Context, path: str, facts: PythonFacts, first_party: list[int], *, asks: bool
) -> bool:
    """Tell whether the project's training runs in a test that then asks its service, or its code that loads and scores."""
    reached = {index: _reached(context, path, [index]) for index in first_party}
    trained = [facts.calls[index].line for index, shown in reached.items() if "model-training" in shown]
    if not trained:
        return False
    return asks or any(
        facts.calls[index].line > min(trained)
        and shown >= {"model-loading", "model-inference"}
        and "model-training" not in shown
        for index, shown in reached.items()
    )


def _asks_network(context: Context, path: str, index: int) -> bool:
    """Tell whether a call runs data through a network that the project defines: `Net()(x)`, `net.forward(x)`."""
    origin, _, method = facts_of(context, path).calls[index].name.rpartition(".")
    if method not in {"__call__", "forward"}:
        return False
    modules = context.python.modules
    symbol = modules.resolve(origin, path)
    if symbol is None or symbol.kind != "class" or context.scopes[symbol.path] == "test":
        return False
    bases = modules.external_bases(symbol.path, symbol.index)
    return any("model-construction" in context.signs.capabilities("base", base, {}) for base in bases)


def _asks_health_only(facts: PythonFacts, within: list[int]) -> bool:
    """Tell whether a test asks a service for nothing but its health."""
    asked = [
        _HOST.sub("", unquoted(call.args[0]))
        for call in (facts.calls[index] for index in within)
        if call.args and call.name.rpartition(".")[2] in _VERBS
    ]
    routes = [route for route in asked if route.startswith("/")]
    return bool(routes) and all(HEALTH.match(route) for route in routes)


def _reached(context: Context, path: str, within: list[int]) -> frozenset[str]:
    """Return the capabilities of first-party functions that a test's calls enter, a few calls deep."""
    graph, python = context.graph, context.python
    found: frozenset[str] = frozenset()
    for index in within:
        symbol = python.meanings.get((path, index))
        node = python.node_of_symbol(symbol) if symbol is not None else None
        if node is not None:
            found |= _shown_below(context, node)
        call = facts_of(context, path).calls[index]
        if call.name.startswith("?"):
            for edge in graph.out[python.node_of(path, call.scope)]:
                if edge.line == call.line:
                    found |= _shown_below(context, edge.target)
        for node in _invoked(context, path, call):
            found |= _shown_below(context, node)
    return found


def _invoked(context: Context, path: str, call: Call) -> list[int]:
    """Return the commands of a command line that a test runs: `CliRunner().invoke(app, ["train"])`."""
    if not call.name.endswith("CliRunner.invoke") or not call.args:
        return []
    python = context.python
    symbol = python.modules.resolve(call.args[0], path)
    node = python.node_of_symbol(symbol) if symbol is not None and symbol.kind == "function" else None
    if node is not None:
        return [node]
    module = python.modules.module(call.args[0].rpartition(".")[0], path)
    words = tuple(_WORD.findall(call.args[1])) if len(call.args) > 1 else ()
    return [found.node for found in subcommands(context, module, words)] if module is not None else []


def opens_project(context: Context, path: str, node: int) -> bool:
    """Tell whether a function asks a test client of an application that a module of the project holds."""
    python, facts = context.python, facts_of(context, path)
    for index, call in enumerate(facts.calls):
        placed = python.placed.get((path, index))
        if placed is None or "test-client" not in placed.capabilities or not _of_project(context, path, call):
            continue
        asked = f"{call.name}."
        if python.node_of(path, call.scope) == node or (
            call.scope == MODULE
            and any(
                other.name.startswith(asked) and python.node_of(path, other.scope) == node
                for other in facts.calls
            )
        ):
            return True
    return False


def _of_project(context: Context, path: str, call: Call) -> bool:
    """Tell whether a module of the project holds what a call is given."""
    given = (name.rpartition(".")[0] for name in call.args if name[:1] not in {"", "?", ":", "'"})
    owners = (context.python.modules.module(name, path) for name in given if name)
    return any(owner is not None and context.scopes[owner] != "test" for owner in owners)


def _shown_below(context: Context, start: int) -> frozenset[str]:
    """Return the capabilities of a function and of those that it calls, three calls deep."""
    known = context.memo.setdefault(("capabilities below",), {})
    shown = known.get(start)
    if shown is None:
        graph, by_node = context.graph, _capabilities_by_node(context)
        seen, level = {start}, [start]
        for _ in range(_DEPTH):
            targets = {e.target for node in level for e in graph.out[node] if e.label != REFERENCE} - seen
            level = [node for node in targets if graph.nodes[node].kind == "function"]
            seen.update(level)
        shown = known[start] = frozenset().union(*(by_node.get(node, ()) for node in seen))
    return shown


def _capabilities_by_node(context: Context) -> Mapping[object, frozenset[str]]:
    key = ("capabilities by node",)
    cached = context.memo.get(key)
    if cached is None:
        table: dict[object, frozenset[str]] = {}
        for fact in context.graph.facts:
            if fact.node >= 0 and fact.capabilities:
                table[fact.node] = table.get(fact.node, frozenset()) | fact.capabilities
        cached = context.memo[key] = table
    return cached


def started(context: Context, path: str, index: int) -> list[int]:
    """Return the commands that a test starts as processes of their own."""
    graph = context.graph
    scripts = [edge.target for edge in graph.out[context.python.function_nodes[(path, index)]]]
    return [e.target for s in scripts if graph.nodes[s].kind == "script" for e in graph.out[s]]


def project_programs(context: Context, command: int) -> set[int]:
    """Return what a command runs of the project."""
    graph = context.graph
    return {edge.target for edge in graph.out[command] if graph.nodes[edge.target].scope == "source"}


def started_kinds(context: Context, path: str, index: int) -> set[str]:
    """A test that starts the workflow, or several programs of the project, runs them together."""
    commands = started(context, path, index)
    by_node = _capabilities_by_node(context)
    programs: set[int] = set()
    for command in commands:
        programs |= project_programs(context, command)
    runs = any("pipeline-run" in by_node.get(command, ()) for command in commands)
    return {"pipeline"} if runs or len(programs) >= 2 else set()
