"""What the derived families share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import Call, PythonFacts
from mlops.graph.context import Context

#: Readers of settings alone; JSON is as often data.
SETTINGS_READS = {"yaml.safe_load", "yaml.load", "yaml.full_load", "tomllib.load", "tomllib.loads", "toml.load",
                  "ruamel.yaml.YAML.load", "configparser.ConfigParser.read"}  # fmt: skip


def derived(
    origin: PlacedFact, kind: str, value: str = "", *, refused: tuple[str, str] = ("", ""), **attrs: str
) -> PlacedFact:
    """Return a derived fact that stands where another fact stands."""
    return PlacedFact(
        Fact(kind, value or origin.fact.value, origin.fact.line, attrs),
        origin.path,
        origin.scope,
        origin.node,
        frozenset(),
        refused if refused[0] else origin.refused,
    )


def with_capability(context: Context, *capabilities: str) -> list[PlacedFact]:
    """Return the placed facts that show any of these capabilities, declarations apart."""
    return context.graph.showing(capabilities)


def calls_of(context: Context, path: str) -> tuple[Call, ...]:
    """Return the calls of a Python file."""
    return facts_of(context, path).calls


def facts_of(context: Context, path: str) -> PythonFacts:
    """Return the facts of a Python file."""
    return context.python.modules.files[path].facts


def capabilities_of(context: Context, path: str, indices: Iterable[int]) -> frozenset[str]:
    """Return all that the calls with these indices show, first-party calls followed one level by name."""
    found: set[str] = set()
    for index in indices:
        placed = context.python.placed.get((path, index))
        if placed is not None:
            found |= placed.capabilities
    return frozenset(found)


def returned_capabilities(context: Context, path: str, index: int, depth: int = 3) -> frozenset[str]:
    """Return what feeds the value of a call: its own capabilities, or those of what a first-party function returns."""
    placed = context.python.placed.get((path, index))
    if placed is not None:
        # What settings were checked for is no check of what is done with them.
        settings = "data-validation" in placed.capabilities and is_of_settings(facts_of(context, path), index)
        return placed.capabilities - {"data-validation"} if settings else placed.capabilities
    symbol = context.python.meanings.get((path, index))
    if symbol is None or symbol.kind != "function" or depth == 0:
        return frozenset()
    function = context.python.modules.function(symbol)
    found: set[str] = set()
    for inner in function.returns:
        found |= returned_capabilities(context, symbol.path, inner, depth - 1)
    return frozenset(found)


def fed_capabilities(context: Context, path: str, feeds: Iterable[int]) -> frozenset[str]:
    """Return the capabilities of all calls that feed a value, through first-party functions."""
    found: set[str] = set()
    known = context.returned
    for index in feeds:
        key = (path, index)
        shown = known.get(key)
        if shown is None:
            # Calls and their meanings are settled before anything is derived: the answer stays.
            shown = known[key] = returned_capabilities(context, path, index)
        found |= shown
    return frozenset(found)


def python_paths(context: Context, *scopes: str) -> Iterator[str]:
    """Yield the Python files and notebooks of some scopes."""
    for path in context.python.modules.files:
        if context.scopes[path] in scopes:
            yield path


def is_of_settings(facts: PythonFacts, index: int) -> bool:
    """Tell whether a call is fed by what a settings file holds."""
    return any(facts.calls[feed].name.lstrip("?:") in SETTINGS_READS for feed in facts.calls[index].feeds)


def is_read(facts: PythonFacts, index: int) -> bool:
    """Tell whether the result of a call decides something: a branch, an exit code, or what a function returns."""
    results = {index}
    for later, other in enumerate(facts.calls):
        if results & set(other.feeds):
            results.add(later)
    return (
        any(results & set(check.feeds) for check in facts.checks)
        or any(results & set(function.returns) for function in facts.functions)
        or any(facts.calls[item].name in {"sys.exit", "exit", "SystemExit"} for item in results)
    )


def is_project_call(context: Context, path: str, index: int) -> bool:
    """Tell whether a call in a test is one of the project's own code."""
    symbol = context.python.meanings.get((path, index))
    if symbol is not None and symbol.kind in {"function", "class"}:
        return context.scopes[symbol.path] != "test"
    # An object that a module of the project makes: `from app import app; app.test_client()`.
    name = facts_of(context, path).calls[index].name
    module = (
        context.python.modules.module(name.partition(".")[0], path)
        if name[:1] not in {"", "?", ":"}
        else None
    )
    return module is not None and context.scopes[module] != "test"


def service_files(context: Context) -> set[str]:
    """Return the files of services, and those that nothing but services import."""
    python = context.python
    services = {fact.path for fact in with_capability(context, "web-service")}
    importers: dict[str, set[str]] = {}
    for path in python.modules.files:
        if context.scopes[path] != "test":
            for imported in python.imports_of(path):
                importers.setdefault(imported, set()).add(path)
    grown: set[str] = set()
    while grown != services:
        grown = services
        services = grown | {path for path, found in importers.items() if found <= grown}
    return services
