"""Where models are trained, loaded and asked: the facts `training`, `inference`, `scoring`, `ml`."""

from __future__ import annotations

import re
import sys

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import MAIN, MODULE
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, with_capability
from mlops.graph.estimators import estimators

_FOREIGN_TRAINING = regex(
    r"(^|[/_.-])(train|training|fit|retrain|build_model|modell?ing|tune)([_.\-/0-9]|$)", re.IGNORECASE
)
#: Names of explanations that are written by hand, and the calls that ask a network for its gradients or activations.
_EXPLAINS = regex(
    r"saliency|grad_?cam|integrated_?grad|(gradient|feature)_attribution|permutation_importance|occlusion"
    r"|explain_(prediction|instance|model)|counterfactual",
    re.IGNORECASE,
)
_GRADIENTS = (
    "backward",
    "autograd.grad",
    ".gradient",
    "register_forward_hook",
    "register_full_backward_hook",
)
#: Methods by which nothing but a model is asked, and what only passes the question on.
_ASKS = frozenset({"predict", "predict_proba", "predict_log_proba", "decision_function"})
_REMOTE = regex(r"endpoint|client|api|session|predictor|deployment|service|stub", re.IGNORECASE)
#: So many arguments a fit of a model takes.
_FEATURES_AND_TARGET = 2
_FOREIGN_STAGE = regex(r"train|fit|model", re.IGNORECASE)


def add_ml(context: Context) -> None:
    """Add the facts of machine learning."""
    _asked(context)
    _training(context)
    _foreign_training(context)
    _scoring(context)
    _estimators(context)
    _explanations(context)
    _ml(context)


def _training(context: Context) -> None:
    found = [derived(fact, "training") for fact in with_capability(context, "model-training")]
    context.graph.place(found)
    _learners(context)


def _learners(context: Context) -> None:
    """An object of a library that no tool table knows (a company's own, say) is fitted to features and a target."""
    python = context.python
    for path, file in python.modules.files.items():
        if context.scopes[path] != "source":
            continue
        for index, call in enumerate(file.facts.calls):
            origin, _, method = call.name.rpartition(".")
            root = origin.partition(".")[0]
            if (
                not _learns(origin.rpartition(".")[2], method, len(call.args) + len(call.keywords))
                or (path, index) in python.placed
                or not origin.rpartition(".")[2][:1].isupper()
                or root[:1] in {"", "?", ":"}
                or root in sys.stdlib_module_names
                or python.modules.module(root, path) is not None
                or context.signs.capabilities("import", root, {})
            ):
                continue
            fact = Fact("training", call.name, call.line, {"by": "fit"})
            refused = ("", "") if call.live else ("the code is never reached", "F9")
            node = python.node_of(path, call.scope)
            context.graph.place([PlacedFact(fact, path, "source", node, frozenset(), refused)])


def _learns(cls: str, method: str, arguments: int) -> bool:
    """Tell whether a method of a class trains by its name: `fit` of two arguments, and all fits of a trainer."""
    if cls.endswith("Trainer"):
        return method in {"train", "fit"} or method.startswith("fit_")
    return method == "fit" and arguments >= _FEATURES_AND_TARGET


def _asked(context: Context) -> None:
    """An object that no fact names (a parameter, say) is asked for predictions where the file, or one that it imports, loads models."""
    python = context.python
    loads = _loading(context)
    for path, file in python.modules.files.items():
        if context.scopes[path] != "source" or not ({path} | python.imports_of(path)) & loads:
            continue
        for index, call in enumerate(file.facts.calls):
            receiver, _, method = call.name.rpartition(".")
            if (
                method not in _ASKS
                or not receiver.startswith("?")
                or _REMOTE.search(receiver)
                or not (call.args or call.keywords)
                or (path, index) in python.placed
                or (path, index) in python.meanings
            ):
                continue
            fact = Fact("method", method, call.line, {})
            refused = ("", "") if call.live else ("the code is never reached", "F9")
            node = python.node_of(path, call.scope)
            item = PlacedFact(fact, path, "source", node, frozenset({"model-inference"}), refused)
            python.placed[(path, index)] = item
            context.graph.place([item])


def _loading(context: Context) -> set[str]:
    """Return the files that load models."""
    found = with_capability(context, "model-loading", "model-registry-read")
    return {fact.path for fact in found if not fact.refused[0]}


def _foreign_training(context: Context) -> None:
    """R, Julia, Scala, SQL: a stage or program that is named for training and exists."""
    placed = []
    for (path, kind, name), node in context.target_nodes.items():
        if kind == "program" and _FOREIGN_TRAINING.search(path):
            placed.append(_at(context, path, node, name))
    for kind, found in context.targets.items():
        for path, target in found:
            node = context.target_nodes[(path, kind, target.name)]
            runs_foreign = any(
                context.graph.nodes[edge.target].kind == "program"
                for script in context.graph.out[node]
                for command in context.graph.out[script.target]
                for edge in context.graph.out[command.target]
            )
            if runs_foreign and kind == "dvc-stage" and _FOREIGN_STAGE.search(target.name) and target.outputs:
                placed.append(_at(context, path, node, target.name))
    context.graph.place(placed)


def _at(context: Context, path: str, node: int, value: str) -> PlacedFact:
    place = context.graph.nodes[node]
    return PlacedFact(
        Fact("training", value, place.line, {"by": "command"}), path, context.scopes[path], node
    )


def _scoring(context: Context) -> None:
    """Inference with a loaded model that does more than feed a metric: a program that gives predictions."""
    loads = _loading(context)
    metrics = {fact.path for fact in with_capability(context, "metric-computation")}
    trains = {fact.path for fact in context.graph.of_kind("training")}
    python = context.python
    importers: dict[str, set[str]] = {}
    for path in python.modules.files:
        for imported in python.imports_of(path):
            importers.setdefault(imported, set()).add(path)
    found = with_capability(context, "model-inference", "batch-scoring")
    decorated = {
        (path, decorator.line)
        for path in {fact.path for fact in found if fact.fact.kind == "call"} & python.modules.files.keys()
        for function in python.modules.files[path].facts.functions
        for decorator in function.decorators
    }
    for fact in found:
        if fact.fact.kind == "call" and (fact.path, fact.fact.line) in decorated:
            continue  # `@torch.no_grad()`: the decorator tells of which function
        near = {fact.path} | importers.get(fact.path, set()) | python.imports_of(fact.path)
        loaded = bool(near & loads)
        evaluates = fact.path in metrics or (fact.path in trains and fact.path not in loads)
        is_loaded, only_evaluates = "yes" if loaded else "no", "yes" if evaluates else "no"
        packaged = "yes" if _is_packaged(context, fact, importers.get(fact.path, set())) else "no"
        refused = ("", "")
        if evaluates:
            refused = ("it only evaluates the model", "")
        elif not loaded:
            refused = ("no trained model is loaded", "F11")
        context.graph.place(
            [
                derived(fact, "inference", loaded=is_loaded, evaluates=only_evaluates),
                derived(
                    fact,
                    "scoring",
                    refused=refused,
                    loaded=is_loaded,
                    evaluates=only_evaluates,
                    packaged=packaged,
                ),
            ]
        )
    for fact in with_capability(context, "model-server", "scoring-handler"):
        if fact.fact.kind in {"decorator", "base", "resource", "call"}:
            context.graph.place([derived(fact, "scoring", loaded="yes", evaluates="no")])


def _is_packaged(context: Context, fact: PlacedFact, importers: set[str]) -> bool:
    """Tell whether a public function of a package holds a fact, and code outside of that package imports its file."""
    node = context.graph.nodes[fact.node] if fact.node >= 0 else None
    if node is None or node.kind != "function" or node.label.rpartition(".")[2].startswith("_"):
        return False
    folder = fact.path.rpartition("/")[0]
    while folder:
        if not context.paths.isdisjoint({f"{folder}/setup.py", f"{folder}/pyproject.toml"}):
            return any(not path.startswith(f"{folder}/") for path in importers)
        folder = folder.rpartition("/")[0]
    return False


def _estimators(context: Context) -> None:
    """A model written by hand is machine learning, whoever uses it."""
    python = context.python
    for path, found in estimators(python):
        function = min(found)
        facts = python.modules.files[path].facts.functions[function]
        node = python.function_nodes[(path, function)]
        context.graph.place([PlacedFact(Fact("ml", facts.name, facts.line, {}), path, "source", node)])


def _explanations(context: Context) -> None:
    """A function of the project that is named for an explanation, and asks the model for gradients or answers."""
    python = context.python
    for path, file in python.modules.files.items():
        facts = file.facts
        if context.scopes[path] != "source":
            continue
        asking = {
            call.scope
            for index, call in enumerate(facts.calls)
            if call.name.endswith(_GRADIENTS)
            or ((placed := python.placed.get((path, index))) and "model-inference" in placed.capabilities)
        }
        for index in sorted(asking - {MODULE, MAIN}):
            function = facts.functions[index]
            if _EXPLAINS.search(function.name) and function.body == "real":
                node = python.function_nodes[(path, index)]
                fact = Fact("own-explanation", function.name, function.line, {})
                context.graph.place([PlacedFact(fact, path, "source", node)])


def _ml(context: Context) -> None:
    """Place one fact `ml` for each place that shows machine learning, and `hosted` for calls of hosted models."""
    graph = context.graph
    shown = {"source", "notebook"}
    for fact in (*graph.of_kind("training"), *graph.of_kind("inference")):
        if fact.scope in shown and (fact.fact.kind == "training" or fact.fact.attrs.get("loaded") == "yes"):
            graph.place([derived(fact, "ml")])
    for fact in with_capability(context, "remote-training"):
        if fact.scope in shown and fact.fact.kind != "resource":
            graph.place([derived(fact, "ml")])
    for fact in with_capability(context, "hosted-model"):
        if fact.scope in shown:
            graph.place([derived(fact, "hosted")])
