"""What tests really test: the facts `test` (one for each collected test function) and `test-command`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import Check, Function, PythonFacts
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, facts_of, is_project_call, python_paths, with_capability
from mlops.graph.derived.exercised import kinds_of, opens_project, project_programs, started, started_kinds
from mlops.graph.derived.imports import lost_imports
from mlops.graph.derived.walk import below
from mlops.graph.rendered import unquoted
from mlops.graph.selection import configured_markers, is_test, markers, selected

_SKIPS = {"skip", "xfail"}
_MODEL_NAMES = regex(r"predict|train|fit|score|evaluat|infer|model|forward|loss", re.IGNORECASE)
_CONSTANT = ("the assertion is constant: it cannot fail", "F2")
_NAMED = {
    "pipeline": regex(r"integration|e2e|end_to_end|pipeline", re.IGNORECASE),
    "model": regex(r"model|train|predict|fit", re.IGNORECASE),
    "service": regex(r"service|app|api|score|scoring|serve|endpoint", re.IGNORECASE),
}
_MOCKS = ("unittest.mock.", "mock.", "pytest_mock.", "?mocker.", "?mock", "?self.mock")
_FOREIGN_RUNNERS = {"go", "mvn", "gradle", "./gradlew", "npm", "yarn", "pnpm", "cargo", "sbt", "Rscript", "R", "ctest", "julia",
                    "dotnet", "jest", "vitest", "npx", "bats", "dbt", "phpunit", "bundle", "rspec"}  # fmt: skip


def add_tests(context: Context) -> None:
    """Add a fact for each test function, and for each command that runs tests."""
    for path in list(python_paths(context, "test", "source")):
        facts = facts_of(context, path)
        for index, function in enumerate(facts.functions):
            if is_test(facts, function):
                _place_test(context, path, facts, index)
    _commands(context)


def _place_test(context: Context, path: str, facts: PythonFacts, index: int) -> None:
    function = facts.functions[index]
    checks = _checks_within(context, path, function)
    refused, kinds = _judge(context, path, facts, index, function, checks)
    if not context.graph.of_kind("ml"):
        # Without a model there is no answer of a model that a service could give.
        kinds.discard("service")
    line = checks[0].line if checks and not refused[0] else function.line
    attrs = {"kinds": " ".join(sorted(kinds)), "name": function.name}
    node = context.python.function_nodes[(path, index)]
    context.graph.place(
        [PlacedFact(Fact("test", function.name, line, attrs), path, "test", node, frozenset(), refused)]
    )


def _checks_within(context: Context, path: str, function: Function) -> list[Check]:
    """Return what is asserted between the lines of a function."""
    asserts = context.asserts.get(path)
    if asserts is None:
        checks = (check for check in facts_of(context, path).checks if check.kind == "assert")
        asserts = context.asserts[path] = sorted(checks, key=_line)
    first = bisect_left(asserts, function.line, key=_line)
    return asserts[first : bisect_right(asserts, function.end_line, lo=first, key=_line)]


def _line(check: Check) -> int:
    return check.line


def _judge(
    context: Context, path: str, facts: PythonFacts, index: int, function: Function, checks: list[Check]
) -> tuple[tuple[str, str], set[str]]:
    """Return why a test proves nothing (or ("", "")), and the kinds of test that it is."""
    if _SKIPS & markers(facts, function):
        return ("the test is skipped or expected to fail", "F3"), _named_kinds(path, function)
    lost = lost_imports(context, path)
    if lost is not None:
        return (f"it cannot be imported: {lost[0]} has no {lost[1]}", "F14"), _named_kinds(path, function)
    missing = _skipped_for(context, facts, function)
    if missing:
        reason = f"it is skipped where {missing} is missing, and nobody tracks that file"
        return (reason, "F3"), _named_kinds(path, function)
    if _deselected(context, path, facts, index):
        return ("the configuration deselects it, and no command selects it", "F3"), _named_kinds(
            path, function
        )
    if function.body == "stub":
        return ("the test has no body", "F1"), _named_kinds(path, function)
    within = _calls_within(context, path, facts, function)
    first_party = [i for i in within if is_project_call(context, path, i)]
    raising = [check for check in checks if not check.constant and not check.swallowed and check.live]
    kinds = kinds_of(context, path, facts, within, first_party) | started_kinds(context, path, index)
    if not checks:
        if any(_asserts_by_call(context, path, i) for i in (*within, *first_party)):
            return ("", ""), kinds
        return ("nothing is asserted", "F1"), kinds | _named_kinds(path, function)
    if not raising:
        swallowed = any(check.swallowed for check in checks)
        refused = ("the assertion is swallowed by a try", "F15") if swallowed else _CONSTANT
        return refused, kinds | _named_kinds(path, function)
    if all(_mock_only(facts, check) for check in raising):
        return ("only a mock is asserted", "F4"), kinds | _named_kinds(path, function)
    if (
        not first_party
        and not kinds & {"service", "model", "pipeline"}
        and not _uses_project(context, path, index, function)
    ):
        return ("no project code is called", "F2"), kinds | _named_kinds(path, function)
    return ("", ""), kinds


def _calls_within(context: Context, path: str, facts: PythonFacts, function: Function) -> list[int]:
    """Return the indices of the calls between the lines of a function."""
    lines = context.call_lines.get(path)
    if lines is None:
        ordered = sorted((call.line, index) for index, call in enumerate(facts.calls))
        lines = context.call_lines[path] = ordered
    first, last = bisect_left(lines, (function.line, -1)), bisect_left(lines, (function.end_line + 1, -1))
    return sorted(index for _, index in lines[first:last])


def _named_kinds(path: str, function: Function) -> set[str]:
    """Tell what a test that proves nothing is named for: the practices of that kind say why it does not count."""
    return {kind for kind, words in _NAMED.items() if words.search(f"{path} {function.name}")}


def _skipped_for(context: Context, facts: PythonFacts, function: Function) -> str:
    """Return the untracked file without which `skipif` always skips the test, or ""."""
    lines = [d.line for d in function.decorators if d.name.endswith(".skipif")]
    for line in lines:
        for index, call in enumerate(facts.calls):
            if not line <= call.line < function.line or not call.name.endswith(
                (".exists", ".isfile", ".is_file")
            ):
                continue
            given = [
                *call.args,
                *(arg for feed in facts.calls[index].feeds for arg in facts.calls[feed].args),
            ]
            for name in (unquoted(text) for text in given):
                if (
                    "/" in name
                    and name not in context.paths
                    and not any(path.startswith(f"{name}/") for path in context.paths)
                ):
                    return name
    return ""


def _deselected(context: Context, path: str, facts: PythonFacts, index: int) -> bool:
    """Tell whether the configured `-m` leaves a test out and no test command collects it all the same."""
    expression = configured_markers(context, "")
    if not expression or selected(facts, facts.functions[index], expression, ""):
        return False
    node = context.python.function_nodes[(path, index)]
    return not any(context.graph.nodes[edge.source].kind == "tests" for edge in context.graph.into[node])


def _uses_project(context: Context, path: str, index: int, function: Function) -> bool:
    """A fixture or helper may call the project's code: a parameter, or any first-party edge from the test."""
    node = context.python.function_nodes[(path, index)]
    if any(project_programs(context, command) for command in started(context, path, index)):
        return True
    seen, pending = {node}, [node]
    fixtures = {parameter.name for parameter in function.parameters} - {"self"}
    named = _test_functions(context)
    found = [item for name in fixtures for item in named.get(name, ())]
    # Nodes have the order of the files.
    near = sorted((item, where) for where, item in found if where == path or where.endswith("conftest.py"))
    pending += [item for item, _ in near]
    if any(opens_project(context, where, item) for item, where in [(node, path), *near]):
        return True
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


def _test_functions(context: Context) -> Mapping[str, list[tuple[str, int]]]:
    """Return the functions of test code by name: (path, node)."""
    if not context.test_functions:
        files = context.python.modules.files
        for (path, index), node in context.python.function_nodes.items():
            if context.scopes[path] == "test":
                name = files[path].facts.functions[index].name
                context.test_functions.setdefault(name, []).append((path, node))
    return context.test_functions


def _asserts_by_call(context: Context, path: str, index: int) -> bool:
    placed = context.python.placed.get((path, index))
    if placed is not None and placed.capabilities & {"test-assertion", "model-test-suite"}:
        return True
    symbol = context.python.meanings.get((path, index))
    if symbol is not None and symbol.kind == "function" and context.scopes[symbol.path] == "test":
        helper = context.python.modules.function(symbol)
        inside = _checks_within(context, symbol.path, helper)
        if any(not check.constant and not check.swallowed and check.live for check in inside):
            return True
    name = facts_of(context, path).calls[index].name.rpartition(".")[2]
    return (
        name.startswith(("assert", "check_", "expect", "validate", "verify"))
        or ":assert" in facts_of(context, path).calls[index].name
    )


def _mock_only(facts: PythonFacts, check: Check) -> bool:
    """The asserted value comes from mocks alone, or only calls of a mock are asserted."""
    if any(name.startswith(("assert_called", "assert_has_calls")) for name in check.names):
        return False if check.feeds and not _all_mocks(facts, check) else _all_mocks(facts, check)
    return bool(check.feeds) and _all_mocks(facts, check)


def _all_mocks(facts: PythonFacts, check: Check) -> bool:
    names = [facts.calls[index].name for index in check.feeds]
    return bool(names) and all(name.startswith(_MOCKS) or "Mock" in name for name in names)


def _results(context: Context, fact: PlacedFact) -> bool:
    """Tell whether a command of the same job runs the tests whose results a task publishes."""
    runs = {f.node for f in with_capability(context, "test-run") if f.fact.kind == "command"}
    return any(below(context, edge.source) & runs for edge in context.graph.into[fact.node])


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
        elif fact.fact.kind in {"action", "task"} and not collected:
            refused = ("", "") if real else ("it runs no test that can fail", "F1")
            if fact.fact.value.startswith("PublishTestResults") and not _results(context, fact):
                refused = ("no command of the job runs tests", "F1")
            context.graph.place([derived(fact, "test-command", runner="action", refused=refused)])
        elif collected:
            tests = [edge.target for node in collected for edge in context.graph.out[node]]
            good = any(node in real for node in tests)
            refused = ("", "") if good else ("it runs no test that can fail", "F1")
            context.graph.place([derived(fact, "test-command", runner="python", refused=refused)])
        elif not through:
            context.graph.place(
                [derived(fact, "test-command", runner="python", refused=("it collects no test", "F3"))]
            )
