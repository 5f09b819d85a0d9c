"""What starts a workflow: code and commands that submit it, and schedules."""

from __future__ import annotations

from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, with_capability

#: Constructors of steps in which a platform trains.
_TRAINING_STEP = regex(r"\.(Training|Tuning|AutoML|TrainingJob)\w*(Step|Op|Operator)$")


def add_starts(context: Context) -> None:
    """Link what starts the workflows of a repository."""
    _link_starts(context)
    _link_schedules(context)


def _link_starts(context: Context) -> None:
    """What submits or invokes a workflow from code or by command runs the workflows that the repository defines."""
    for fact in with_capability(context, "pipeline-run", "remote-training", "job-launch"):
        if fact.node < 0 or fact.fact.kind not in {"call", "method", "command", "action", "task"}:
            continue
        # What the platform trains by itself (a built-in algorithm, AutoML) needs no code here.
        trains = "remote-training" in fact.capabilities or _names_training(context)
        for node in context.workflows.values():
            context.edge(fact.node, node, fact.path, fact.fact.line, "starts")
        refused = ("", "") if trains else ("nothing in the repository trains", "F14")
        context.graph.place([derived(fact, "training-start", refused=refused)])


def _link_schedules(context: Context) -> None:
    """A command that deploys a workflow with a schedule: whoever gives it, the workflow then starts by itself."""
    graph = context.graph
    for fact in with_capability(context, "pipeline-schedule"):
        if fact.fact.kind != "command" or fact.scope != "source":
            continue
        named = [node for path, node in context.workflows.items() if path in fact.fact.value]
        event = graph.add(
            "event", f"schedule of {fact.fact.value[:60]}", fact.path, fact.fact.line, entry="schedule"
        )
        for node in named or context.workflows.values():
            context.edge(event, node, fact.path, fact.fact.line, "schedules")
    _link_asset_schedules(context)


def _link_asset_schedules(context: Context) -> None:
    """A schedule of a Dagster job: the job selects assets by their names, wherever the project defines them."""
    for fact in with_capability(context, "pipeline-schedule"):
        if (
            fact.scope != "source"
            or not fact.fact.value.startswith("dagster.")
            or fact.fact.kind == "command"
        ):
            continue
        label = f"schedule of {fact.fact.value}"
        event = context.graph.add("event", label, fact.path, fact.fact.line, entry="schedule")
        for path, node in context.workflows.items():
            roots = {item.name.partition(".")[0] for item in context.python.modules.files[path].facts.imports}
            if "dagster" in roots:
                context.edge(event, node, fact.path, fact.fact.line, "schedules")


def _names_training(context: Context) -> bool:
    """Tell whether anything trains here, or a workflow has a step that is named for training."""
    if any(f.scope in {"source", "notebook"} for f in context.graph.of_kind("training")):
        return True
    if any(
        _TRAINING_STEP.search(f.fact.value) and f.scope == "source"
        for f in with_capability(context, "pipeline-step")
    ):
        return True  # the platform's own algorithm needs no code here
    return any(
        "train" in edge.label for node in context.workflows.values() for edge in context.graph.out[node]
    )
