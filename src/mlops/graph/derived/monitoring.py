"""What happens to predictions after they are made: `prediction-log`, `drift-signal`, `live-quality`, `retrain`."""

from __future__ import annotations

import re

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.python import Call, Check, PythonFacts
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, facts_of, fed_capabilities, is_read, with_capability
from mlops.graph.derived.walk import below
from mlops.graph.rendered import unquoted

_PREDICTION_NAMES = regex(
    r"predict|inference|score_log|prediction_log|log_request|request_log|audit", re.IGNORECASE
)
_DRIFT_NAMES = regex(
    r"drift|psi\b|stability_index|ks_(stat|test)|wasserstein|jensen|divergence", re.IGNORECASE
)
_MONITOR_NAMES = regex(
    r"monitor|drift|feedback|actuals?|ground_truth|labels?_arriv|outcome|live", re.IGNORECASE
)
_STARTS = {"retrain-start", "pipeline-run", "remote-training"}


def add_monitoring(context: Context) -> None:
    """Add the facts of operation."""
    _prediction_logs(context)
    _drift(context)
    _live_quality(context)
    _retrains(context)


def _prediction_logs(context: Context) -> None:
    """A durable sink that the predicted value flows into, or a logging function named for it on the scoring path."""
    graph, python = context.graph, context.python
    for fact in with_capability(context, "prediction-logging"):
        if fact.fact.kind not in {"dependency", "import", "file"}:
            graph.place([derived(fact, "prediction-log")])
    scoring_nodes = {f.node for f in graph.of_kind("inference") if f.scope == "source"}
    for (path, index), fact in python.placed.items():
        if "durable-sink" not in fact.capabilities or fact.scope != "source":
            continue
        call = facts_of(context, path).calls[index]
        fed = fed_capabilities(context, path, call.feeds)
        name = graph.nodes[fact.node].label
        if fed & {"model-inference"} or (
            _PREDICTION_NAMES.search(name)
            and (
                _called_from(context, fact.node, scoring_nodes)
                or (graph.nodes[fact.node].entry == "route" and below(context, fact.node) & scoring_nodes)
            )
        ):
            graph.place([derived(fact, "prediction-log")])
    _appended(context, scoring_nodes)


def _appended(context: Context, scoring: set[int]) -> None:
    """Predictions that are appended to a file: a write into what was opened for appending."""
    python = context.python
    for path, file in python.modules.files.items():
        if context.scopes[path] != "source":
            continue
        for call in file.facts.calls:
            if not call.name.endswith((".write", ".writelines", ".writerow")):
                continue
            if not any(_appends(file.facts.calls[feed]) for feed in call.feeds):
                continue
            node = python.node_of(path, call.scope)
            fed = fed_capabilities(context, path, call.feeds)
            name = context.graph.nodes[node].label
            if "model-inference" in fed or (
                _PREDICTION_NAMES.search(name) and _called_from(context, node, scoring)
            ):
                fact = Fact("prediction-log", call.name.lstrip("?:"), call.line, {})
                context.graph.place([PlacedFact(fact, path, "source", node)])


def _appends(call: Call) -> bool:
    """Tell whether a call opens a file for appending."""
    modes = {unquoted(text) for text in (*call.args, *(value for _, value in call.keywords))}
    return call.name.rpartition(".")[2] == "open" and bool(modes & {"a", "at", "ab", "a+"})


def _called_from(context: Context, node: int, scoring: set[int]) -> bool:
    """Tell whether a caller of a function (three calls up) also predicts or reaches a prediction."""
    graph = context.graph
    frontier = {node}
    seen: set[int] = set()
    for _ in range(3):
        frontier = {edge.source for n in frontier for edge in graph.into[n]} - seen
        seen |= frontier
        if any(
            below(context, caller) & scoring for caller in frontier if graph.nodes[caller].kind == "function"
        ):
            return True
    return False


def _drift(context: Context) -> None:
    """Drift is signalled where a library computes it, or a hand-written distance is compared with a limit."""
    heeded = _heeded(context)
    for fact in with_capability(context, "drift-detection"):
        if fact.fact.kind in {"call", "method", "command", "resource"}:
            ignored = fact.fact.kind in {"call", "method"} and fact.path not in heeded
            refused = ("nothing reads what it finds", "F16") if ignored else ("", "")
            context.graph.place([derived(fact, "drift-signal", refused=refused, how="library")])
    for (path, index), fact in context.python.placed.items():
        if "service-telemetry" in fact.capabilities and fact.scope == "source":
            call = facts_of(context, path).calls[index]
            fed = [facts_of(context, path).calls[feed].name for feed in call.feeds]
            if any(_DRIFT_NAMES.search(name.rpartition(".")[2]) for name in fed):
                context.graph.place([derived(fact, "drift-signal", how="telemetry")])
    for fact in context.graph.of_kind("drift-check"):
        context.graph.place(
            [derived(fact, "drift-signal", how="check", effect=fact.fact.attrs.get("effect", ""))]
        )


def _heeded(context: Context) -> set[str]:
    """Return the files whose drift detection decides something, raises an alert or is sent on."""
    found: set[str] = set()
    for (path, index), fact in context.python.placed.items():
        if fact.capabilities & {"alerting", "service-telemetry", "monitoring-schedule", "retrain-start"} or (
            "drift-detection" in fact.capabilities and is_read(facts_of(context, path), index)
        ):
            found.add(path)
    return found


def _live_quality(context: Context) -> None:
    """A metric computed in code that is named for monitoring, or by a platform's monitor."""
    for fact in with_capability(context, "quality-monitoring"):
        if fact.fact.kind in {"call", "method", "command", "resource"}:
            context.graph.place([derived(fact, "live-quality")])
    places = {id(fact): index for (_, index), fact in context.python.placed.items()}
    for fact in with_capability(context, "metric-computation"):
        place = f"{fact.path} {context.graph.nodes[fact.node].label if fact.node >= 0 else ''}"
        if fact.scope == "source" and _MONITOR_NAMES.search(place):
            refused = ("", "")
            if id(fact) in places and _splits(facts_of(context, fact.path), places[id(fact)]):
                refused = ("the rows are a split of the training data", "")
            context.graph.place([derived(fact, "live-quality", refused=refused)])


def _splits(facts: PythonFacts, index: int) -> bool:
    """Tell whether a metric is computed on a split that is made on the spot."""
    return any(facts.calls[feed].name.endswith("train_test_split") for feed in facts.calls[index].feeds)


def _retrains(context: Context) -> None:
    """A branch on a signal whose arm starts training, and CI jobs that a monitoring job's output admits."""
    graph = context.graph
    training = {f.node for f in graph.of_kind("training") if f.scope == "source" and not f.refused[0]}
    starts = {f.node for f in graph.showing(_STARTS) if f.scope == "source" and f.node >= 0}
    signals = {
        f.node for f in (*graph.of_kind("drift-signal"), *graph.of_kind("live-quality")) if not f.refused[0]
    }
    for path, file in context.python.modules.files.items():
        if context.scopes[path] != "source" or not signals:
            continue
        for check in file.facts.checks:
            if check.kind != "if" or _dispatches(file.facts, check):
                continue
            node = context.python.node_of(path, check.scope)
            reached = below(context, node)
            if reached.isdisjoint(signals) or reached.isdisjoint(training | starts):
                continue
            if _arm_starts(context, path, node, check.body.lines, training | starts):
                fact = Fact("retrain", check.test[:100], check.line, {"effect": "trains"})
                graph.place([PlacedFact(fact, path, "source", node)])
    _ci_retrains(context, training | starts, signals)


def _dispatches(facts: PythonFacts, check: Check) -> bool:
    """Tell whether a test picks a command by its name: `args.mode == "train"`, and nothing that was measured."""
    names = [facts.calls[feed].name for feed in check.feeds]
    return set(check.operators) == {"=="} and not check.numbers and all("parse" in name for name in names)


def _arm_starts(context: Context, path: str, node: int, lines: tuple[int, int], goals: set[int]) -> bool:
    """Tell whether a call inside the arm, or after a returning arm, leads to training."""
    first, last = lines
    for edge in context.graph.out[node]:
        if edge.path == path and first <= edge.line <= last and below(context, edge.target) & goals:
            return True
    if node in goals:
        return any(
            f.node == node and f.path == path and first <= f.fact.line <= last
            for f in context.graph.showing(_STARTS)
        )
    return False


def _ci_retrains(context: Context, goals: set[int], signals: set[int]) -> None:
    """A job that needs a monitoring job and trains; or a step that starts training in a job that monitors."""
    graph = context.graph
    starters = graph.showing(["retrain-start"])
    for job in graph.of_kind("job"):
        reached = below(context, job.node)
        needed = graph.needs.get(job.node, frozenset())
        watching = next((other for other in sorted(needed) if below(context, other) & signals), None)
        monitors = watching is not None
        dispatches = [f for f in starters if f.node in reached]
        if watching is not None and reached & goals:
            # That the monitoring job's result decides over this job is what is asked for: it stands where that job does.
            disabled = all(edge.possible is Tri.NO for edge in graph.into[job.node])
            fact = Fact("retrain", job.fact.value, job.fact.line, {"effect": "ci"})
            graph.place([PlacedFact(fact, job.path, job.scope, job.node if disabled else watching)])
        elif dispatches and (monitors or reached & signals):
            graph.place([derived(dispatches[0], "retrain", effect="ci")])
