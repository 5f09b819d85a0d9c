"""What the command line of Azure ML publishes: a model behind an endpoint, or a job, and whether that job trains."""

from __future__ import annotations

import posixpath

from mlops.domain.graph import PlacedFact
from mlops.graph.context import Context, join
from mlops.graph.derived.walk import below


def no_training_pipeline(context: Context, fact: PlacedFact) -> tuple[str, str]:
    """Return why a command that may publish a pipeline publishes another thing, or ("", "")."""
    if fact.fact.kind != "command" or not fact.fact.value.startswith(
        ("az ml batch-deployment ", "az ml schedule ")
    ):
        return "", ""
    for other in context.graph.of_kind("resource"):
        if other.node != fact.node:
            continue
        if other.fact.value == "azureml:batchDeployment" and "model" in other.fact.attrs:
            return "it puts a model behind a batch endpoint", ""
        job = other.fact.attrs.get("create_job", "")
        if other.fact.value == "azureml:schedule" and job and not _trains(context, other.path, job):
            return "the job of the schedule does not train", ""
    return "", ""


def _trains(context: Context, schedule: str, job: str) -> bool:
    """Tell whether the job that a schedule starts trains; one that is not in the repository may."""
    path = join(posixpath.dirname(schedule), job)
    nodes = [
        context.target_nodes[(where, "azureml-job", target.name)]
        for where, target in context.targets.get("azureml-job", ())
        if where == path
    ]
    training = {fact.node for fact in context.graph.of_kind("training") if not fact.refused[0]}
    return not nodes or any(below(context, node) & training for node in nodes)
