"""Runs that a tracker really records: the fact `tracked`."""

from __future__ import annotations

import re

from mlops.domain.graph import PlacedFact
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, with_capability
from mlops.graph.derived.walk import below

#: Calls that open a run and record nothing by themselves.
_OPENS = regex(
    r"(mlflow\.start_run|mlflow\..*create_run|wandb\.init|neptune\.init_run|comet_ml\.(Experiment|start)|aim\.Run)$"
)
_METRICS = {"log_metric", "add_scalar", "report_scalar", "log_scalar"}
_NUMBER = regex(r"-?\d+(\.\d*)?(e-?\d+)?$", re.IGNORECASE)
#: What the configuration of a trainer says of its tracker: `wandb_project: churn`, `report_to: mlflow`.
_NAMES_TRACKER = regex(
    r"(?:.*\.)?(?:wandb_project|mlflow_experiment_name|mlflow_tracking_uri|comet_project_name)=(?!null$|~$|none$)\S"
    r"|(?:.*\.)?report_to=(?:wandb|mlflow|comet_ml|tensorboard|neptune|swanlab|trackio|clearml|aim)\b",
    re.IGNORECASE,
)
#: Libraries that log by themselves once a run is open.
_LOGS_ITSELF = {"transformers", "trl", "ultralytics"}


def add_tracking(context: Context) -> None:
    """Add a fact for each call that records a run."""
    off = [fact for fact in with_capability(context, "tracking-disabled") if fact.scope == "source"]
    helped = {
        fact.path
        for fact in context.graph.of_kind("import")
        if fact.fact.value.partition(".")[0] in _LOGS_ITSELF
    }
    for fact in with_capability(context, "experiment-tracking", "experiment-autolog"):
        refused = ("", "")
        if any(_disables(context, item, fact) for item in off):
            refused = ("tracking is switched off", "F20")
        elif _OPENS.search(fact.fact.value) and fact.path not in helped and not _synchronised(fact):
            refused = ("it opens a run, and logs nothing by itself", "F16")
        elif _constant(fact):
            refused = ("a constant is logged", "F13")
        context.graph.place([derived(fact, "tracked", refused=refused)])
    _configured(context)


def _configured(context: Context) -> None:
    """A trainer that is started by command logs to the tracker that its configuration names."""
    named = any(
        fact.scope == "source"
        and _NAMES_TRACKER.match(f"{fact.fact.value}={fact.fact.attrs.get('value', '')}")
        for fact in context.graph.of_kind("key")
    )
    for fact in with_capability(context, "model-training") if named else ():
        if fact.fact.kind == "command":
            context.graph.place([derived(fact, "tracked", by="configuration")])


def _disables(context: Context, switch: PlacedFact, fact: PlacedFact) -> bool:
    """A switch in the same file, in the image, or in the job or step that leads to the fact."""
    if switch.path == fact.path:
        return True
    if switch.fact.kind != "setting":
        return False
    return switch.node < 0 or fact.node in below(context, switch.node)


def _synchronised(fact: PlacedFact) -> bool:
    return fact.fact.attrs.get("kw.sync_tensorboard") == "True"


def _constant(fact: PlacedFact) -> bool:
    """Tell whether the value of a metric is written down in the call."""
    name = fact.fact.value.rpartition(".")[2]
    value = fact.fact.attrs.get("kw.value", fact.fact.attrs.get("arg.1", ""))
    return name in _METRICS and bool(_NUMBER.match(value))
