"""What tests really test: the facts `test` (one for each collected test function) and `test-command`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import Check, Function, PythonFacts
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, facts_of, fed_capabilities, python_paths, with_capability
from mlops.graph.selection import is_test, markers

_SKIPS = {"skip", "xfail"}
_MODEL_NAMES = re.compile(r"predict|train|fit|score|evaluat|infer|model|forward|loss", re.IGNORECASE)
_MOCKS = ("unittest.mock.", "mock.", "pytest_mock.", "?mocker.", "?mock", "?self.mock")
_FOREIGN_RUNNERS = {"go", "mvn", "gradle", "./gradlew", "npm", "yarn", "pnpm", "cargo", "sbt", "Rscript", "R", "ctest", "julia",
                    "dotnet", "jest", "vitest", "npx", "bats", "dbt", "phpunit", "bundle", "rspec"}  # fmt: skip


def add_tests(context: Context) -> None:
    """Add a fact for each test function, and for each command that runs tests."""
    for path in list(python_paths(context, "test", "source")):
        facts = facts_of(context, path)
        for index, function in enumerate(facts.functions):
            if is_test(facts, function, path):
                _place_test(context, path, facts, index, function)
    _commands(context)


def _place_test(context: Context, path: str, facts: PythonFacts, index: int, function: Function) -> None:
    checks = list(_checks_within(facts, index, function))
    refused, kinds = _judge(context, path, facts, index, function, checks)
    line = checks[0].line if checks and not refused[0] else function.line
    attrs = {"kinds": " ".join(sorted(kinds)), "name": function.name}
    node = context.python.function_nodes[(path, index)]
    context.graph.place(
        [PlacedFact(Fact("test", function.name, line, attrs), path, "test", node, frozenset(), refused)]
    )


def _checks_within(facts: PythonFacts, index: int, function: Function) -> Iterator[Check]:
    for check in facts.checks:
        if check.kind == "assert" and function.line <= check.line <= function.end_line:
            yield check


def _judge(
    context: Context, path: str, facts: PythonFacts, index: int, function: Function, checks: list[Check]
) -> tuple[tuple[str, str], set[str]]:
    """Return why a test proves nothing (or ("", "")), and the kinds of test that it is."""
    if _SKIPS & markers(facts, function):
        return ("the test is skipped or expected to fail", "F3"), set()
    if function.body == "stub":
        return ("the test has no body", "F1"), set()
    within = [i for i, call in enumerate(facts.calls) if function.line <= call.line <= function.end_line]
    first_party = [i for i in within if _is_project_call(context, path, i)]
    raising = [check for check in checks if not check.constant and not check.swallowed and check.live]
    kinds = _kinds(context, path, facts, within, first_party)
    if not checks:
        if any(_asserts_by_call(context, path, i) for i in (*within, *first_party)):
            return ("", ""), kinds
        return ("nothing is asserted", "F1"), kinds
    if not raising:
        swallowed = any(check.swallowed for check in checks)
        return ("the assertion is swallowed by a try", "F15") if swallowed else (
            "the assertion is constant: it cannot fail",
            "F2",
        ), kinds
    if all(_mock_only(facts, check) for check in raising):
        return ("only a mock is asserted", "F4"), kinds
    if (
        not first_party
        and not kinds & {"service", "model", "pipeline"}
        and not _uses_project(context, path, facts, function)
    ):
        return ("no project code is called", "F2"), kinds
    return ("", ""), kinds


def _is_project_call(context: Context, path: str, index: int) -> bool:
    symbol = context.python.meanings.get((path, index))
    return (
        symbol is not None and symbol.kind in {"function", "class"} and context.scopes[symbol.path] != "test"
    )


def _uses_project(context: Context, path: str, facts: PythonFacts, function: Function) -> bool:
    """A fixture or helper may call the project's code: a parameter, or any first-party edge from the test."""
    node = context.python.function_nodes[(path, facts.functions.index(function))]
    seen, pending = {node}, [node]
    fixtures = {parameter.name for parameter in function.parameters} - {"self"}
    for where, index in context.python.function_nodes:
        candidate = context.python.modules.files[where].facts.functions[index]
        if (
            candidate.name in fixtures
            and context.scopes[where] == "test"
            and (where == path or where.endswith("conftest.py"))
        ):
            pending.append(context.python.function_nodes[(where, index)])
    for _ in range(200):
        if not pending:
            return False
        for edge in context.graph.out[pending.pop()]:
            target = context.graph.nodes[edge.target]
            if target.kind == "function" and target.scope == "source":
                return True
            if edge.target not in seen and target.kind == "function":
                seen.add(edge.target)
                pending.append(edge.target)
    return False


def _asserts_by_call(context: Context, path: str, index: int) -> bool:
    placed = context.python.placed.get((path, index))
    if placed is not None and placed.capabilities & {"test-assertion", "model-test-suite"}:
        return True
    name = facts_of(context, path).calls[index].name.rpartition(".")[2]
    return (
        name.startswith(("assert", "check_", "expect", "validate", "verify"))
        or ":assert" in facts_of(context, path).calls[index].name
    )


def _mock_only(facts: PythonFacts, check: Check) -> bool:
    """The asserted value comes from mocks alone, or only calls of a mock are asserted."""
    if any(name.startswith("assert_called") or name.startswith("assert_has_calls") for name in check.names):
        return False if check.feeds and not _all_mocks(facts, check) else _all_mocks(facts, check)
    return bool(check.feeds) and _all_mocks(facts, check)


def _all_mocks(facts: PythonFacts, check: Check) -> bool:
    names = [facts.calls[index].name for index in check.feeds]
    return bool(names) and all(name.startswith(_MOCKS) or "Mock" in name for name in names)


def _kinds(
    context: Context, path: str, facts: PythonFacts, within: list[int], first_party: list[int]
) -> set[str]:
    """Tell what a test exercises: model, service, pipeline, data."""
    kinds: set[str] = set()
    shown = fed_capabilities(context, path, within) | _reached(context, path, within)
    if shown & {"model-training", "model-inference", "model-test-suite", "quality-gate"}:
        kinds.add("model")
    if shown & {"test-client", "endpoint-check"}:
        kinds.add("service")
    if shown & {"pipeline-run", "test-services", "notebook-run"}:
        kinds.add("pipeline")
    names = [facts.calls[index].name.rpartition(".")[2] for index in first_party]
    if {"init", "run"} <= set(names):
        kinds.add("service")
    return kinds


def _reached(context: Context, path: str, within: list[int]) -> frozenset[str]:
    """Return the capabilities of first-party functions that a test's calls enter, a few calls deep."""
    graph, python = context.graph, context.python
    by_node = _capabilities_by_node(context)
    found: set[str] = set()
    seen: set[int] = set()
    pending: list[tuple[int, int]] = []
    for index in within:
        symbol = python.meanings.get((path, index))
        node = python.node_of_symbol(symbol) if symbol is not None else None
        if node is not None:
            pending.append((node, 4))
        call = facts_of(context, path).calls[index]
        if call.name.startswith("?"):
            for edge in graph.out[python.node_of(path, call.scope)]:
                if edge.line == call.line:
                    pending.append((edge.target, 4))
    while pending:
        node, depth = pending.pop()
        if node in seen or depth == 0:
            continue
        seen.add(node)
        found |= by_node.get(node, frozenset())
        pending.extend(
            (edge.target, depth - 1)
            for edge in graph.out[node]
            if graph.nodes[edge.target].kind == "function"
        )
    return frozenset(found)


def _capabilities_by_node(context: Context) -> dict[int, frozenset[str]]:
    key = ("capabilities by node",)
    cached = context.memo.get(key)
    if cached is None:
        table: dict[int, frozenset[str]] = {}
        for fact in context.graph.facts:
            if fact.node >= 0 and fact.capabilities:
                table[fact.node] = table.get(fact.node, frozenset()) | fact.capabilities
        cached = context.memo[key] = table
    return cached


def _commands(context: Context) -> None:
    """A test command counts when it collects a real test; foreign runners are believed."""
    real = {fact.node for fact in context.graph.of_kind("test") if not fact.refused[0]}
    for fact in with_capability(context, "test-run"):
        if fact.node < 0:
            continue
        words = fact.fact.value.split()
        collected = [
            edge.target
            for edge in context.graph.out[fact.node]
            if context.graph.nodes[edge.target].kind == "tests"
        ]
        through = [
            edge for edge in context.graph.out[fact.node] if context.graph.nodes[edge.target].kind != "tests"
        ]
        if words and words[0] in _FOREIGN_RUNNERS:
            context.graph.place([derived(fact, "test-command", runner="foreign")])
        elif collected:
            tests = [edge.target for node in collected for edge in context.graph.out[node]]
            good = any(node in real for node in tests)
            refused = ("", "") if good else ("it runs no test that can fail", "F1")
            context.graph.place([derived(fact, "test-command", runner="python", refused=refused)])
        elif not through:
            context.graph.place(
                [derived(fact, "test-command", runner="python", refused=("it collects no test", "F3"))]
            )
