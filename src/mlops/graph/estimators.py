"""Models written by hand: classes of the project that both learn and predict."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.graph.python import PythonGraph
from mlops.graph.rendered import call_attrs

#: What a method of such a class does for whoever calls it.
_METHODS = {"fit": "model-training", "predict": "model-inference"}


def estimators(python: PythonGraph) -> Iterator[tuple[str, dict[int, str]]]:
    """Yield, for each class with a real `fit` and `predict`, its file and the two functions with what they do."""
    for path, file in python.modules.files.items():
        if python.scopes[path] != "source":
            continue
        for cls in file.facts.classes:
            found = {
                index: does
                for name, does in _METHODS.items()
                if (index := file.functions.get(f"{cls.name}.{name}")) is not None
                and file.facts.functions[index].body == "real"
            }
            if len(found) == len(_METHODS):
                yield path, found


def place_estimators(python: PythonGraph) -> None:
    """Place calls of such methods as what they do: training and inference, as with a library's models."""
    does = {(path, index): what for path, found in estimators(python) for index, what in found.items()}
    if not does:
        return
    for (path, index), symbol in python.meanings.items():
        capability = does.get((symbol.path, symbol.index)) if symbol.kind == "function" else None
        if capability is None:
            continue
        call = python.modules.files[path].facts.calls[index]
        refused = ("", "") if call.live else ("the code is never reached", "F9")
        item = PlacedFact(
            Fact("call", call.name.lstrip(":"), call.line, call_attrs(call)),
            path,
            python.scopes[path],
            python.node_of(path, call.scope),
            frozenset({capability}),
            refused,
        )
        python.placed[(path, index)] = item
        python.graph.place([item])
