"""Calls, decorators and base classes of Python files as facts, where the tool tables know them."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import Call, PythonFacts
from mlops.graph.python import PythonGraph
from mlops.graph.rendered import attributes, call_attrs

#: Methods by which a loaded model is asked.
_ASKING = frozenset({"predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples", "generate",
                     "forward", "__call__", "transform", "run", "infer", "inference_step"})  # fmt: skip


def place_file(python: PythonGraph, path: str, facts: PythonFacts) -> None:
    """Place what the tool tables know of a file's calls, decorators and base classes."""
    scope = python.scopes[path]
    roots = _roots(python, path, facts)
    placed: list[PlacedFact] = []
    for index, call in enumerate(facts.calls):
        symbol = python.meanings.get((path, index))
        if symbol is not None and symbol.kind != "external":
            continue
        if call.name.startswith("?"):
            kind, value = "method", call.name.rpartition(".")[2]
        else:
            kind, value = "call", symbol.name if symbol else call.name
        fact = _call(python, kind, value, call, roots)
        if fact is None and kind == "call" and "." in value:
            fact = _call(python, "method", value.rpartition(".")[2], call, roots)
            fact = _by_origin(python, value, call, roots) or fact
        if fact is None:
            continue
        refused = ("", "") if call.live else ("the code is never reached", "F9")
        item = PlacedFact(fact[0], path, scope, python.node_of(path, call.scope), fact[1], refused)
        python.placed[(path, index)] = item
        placed.append(item)
    python.graph.place(placed)
    python.graph.place(_decorators_and_bases(python, path, facts, roots))


def _call(
    python: PythonGraph, kind: str, value: str, call: Call, roots: frozenset[str]
) -> tuple[Fact, frozenset[str]] | None:
    if not python.signs.knows(kind, value):
        return None
    return _sign(python, kind, value, call_attrs(call), call.line, roots)


def _by_origin(
    python: PythonGraph, value: str, call: Call, roots: frozenset[str]
) -> tuple[Fact, frozenset[str]] | None:
    """A loaded model is asked whatever loaded it: `joblib.load(path).predict(rows)`."""
    origin, _, method = value.rpartition(".")
    if method not in _ASKING:
        return None
    made = python.signs.capabilities("call", origin, {}, roots)
    if not made & {"model-loading", "model-registry-read"}:
        return None
    return Fact("call", value, call.line, call_attrs(call)), frozenset({"model-inference"})


def _roots(python: PythonGraph, path: str, facts: PythonFacts) -> frozenset[str]:
    """Return the foreign packages that a file imports, also through `from module import *`."""
    found = {item.name.split(".")[0] for item in facts.imports}
    for item in facts.imports:
        if item.name.endswith(".*"):
            target = python.modules.module(item.name.removesuffix(".*"), path)
            if target is not None and target != path:
                found |= {other.name.split(".")[0] for other in python.modules.files[target].facts.imports}
    return frozenset(found)


def _sign(
    python: PythonGraph, kind: str, value: str, attrs: Mapping[str, str], line: int, roots: frozenset[str]
) -> tuple[Fact, frozenset[str]] | None:
    capabilities = python.signs.capabilities(kind, value, attrs, roots)
    return (Fact(kind, value, line, attrs), capabilities) if capabilities else None


def _decorators_and_bases(
    python: PythonGraph, path: str, facts: PythonFacts, roots: frozenset[str]
) -> list[PlacedFact]:
    scope = python.scopes[path]
    placed: list[PlacedFact] = []
    owners = [(f.decorators, python.function_nodes[(path, i)], f.name) for i, f in enumerate(facts.functions)]
    owners += [(c.decorators, python.module_nodes[path], c.name) for c in facts.classes]
    for decorators, node, target in owners:
        for decorator in decorators:
            symbol = python.modules.resolve(decorator.name, path)
            value = symbol.name if symbol is not None and symbol.kind == "external" else decorator.name
            attrs = {"target": target, **attributes(decorator.args, decorator.keywords)}
            fact = _sign(python, "decorator", value, attrs, decorator.line, roots)
            if fact is not None:
                placed.append(PlacedFact(fact[0], path, scope, node, fact[1]))
    for index, cls in enumerate(facts.classes):
        for base in python.modules.external_bases(path, index):
            fact = _sign(python, "base", base, {"class": cls.name}, cls.line, roots)
            if fact is not None:
                placed.append(PlacedFact(fact[0], path, scope, python.module_nodes[path], fact[1]))
    return placed
