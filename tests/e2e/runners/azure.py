"""Run the script steps of an Azure pipeline as its agent would, and name what cannot run here."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from runners.azure_agent import YES, Agent, AzureRun, StepRun, holds, take
from runners.azure_expression import GOOD, Scope, evaluate, text_of
from runners.azure_templates import Expander
from runners.repository import copy_project
from runners.tools import HarnessError

RUNTIME = re.compile(r"\s*\$\[(.*)\]\s*", re.DOTALL)
KINDS = ("script", "bash", "task", "publish", "download", "checkout")
LABELS = frozenset({"ubuntu-24.04", "ubuntu-latest"})


def start(
    root: Path,
    work: Path,
    *,
    reason: str = "IndividualCI",
    branch: str = "refs/heads/main",
    schedule: str = "",
    parameters: Mapping[str, Any] | None = None,
    variables: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    tasks: Mapping[str, str] | None = None,
    file: str = "azure-pipelines.yml",
) -> AzureRun:
    """Start a pipeline for one reason and run its stages in order of dependency."""
    known: dict[str, str] = {
        "Build.Reason": reason,
        "Build.SourceBranch": branch,
        "Build.SourceBranchName": branch.rpartition("/")[2],
        "Build.SourceVersion": "0" * 40,
        "Build.RequestedFor": "Ada",
        "Build.BuildId": "1",
        "Agent.OS": "Linux",
        "Build.SourceVersionMessage": "Start",
    }
    known |= {"Build.CronSchedule.DisplayName": schedule} if schedule else {}
    known |= dict(variables or {})
    pipeline = Expander(root, known).pipeline(file, parameters or {})
    run = AzureRun(artifacts=work / "artifacts")
    run.artifacts.mkdir(parents=True)
    agent = Agent(root, work, run, {}, {**os.environ, **(env or {})}, tasks or {})
    shared = {**known, **_declared(pipeline.get("variables"), Scope({}))}
    stages = _normalized(pipeline)
    for stage in _ordered(stages, "stage"):
        _stage(agent, stage, shared, {s["stage"]: s["dependsOn"] for s in stages})
    return run


def _normalized(pipeline: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Write the shorthand forms out, and give each stage and job the names it depends on."""
    jobs = pipeline.get("jobs") or [{"job": "job", "steps": pipeline.get("steps")}]
    stages: list[Any] = pipeline.get("stages", [{"stage": "stage", "jobs": jobs}])
    if not stages:
        raise HarnessError("no stage is left for this start")
    found: list[dict[str, Any]] = []
    for stage in stages:
        before = [found[-1]["stage"]] if found else []
        inner = [
            {
                **job,
                "id": job.get("job") or job.get("deployment"),
                "dependsOn": _names(job.get("dependsOn"), []),
            }
            for job in stage["jobs"]
        ]
        pool = stage.get("pool", pipeline.get("pool"))
        found.append(
            {
                **stage,
                "jobs": [{"pool": pool, **job} for job in inner],
                "dependsOn": _names(stage.get("dependsOn"), before),
            }
        )
    return found


def _names(node: Any, default: list[str]) -> list[str]:
    if node is None:
        return default
    return [node] if isinstance(node, str) and node else list(node)


def _ordered(items: Sequence[dict[str, Any]], key: str) -> Iterator[dict[str, Any]]:
    done: set[str] = set()
    waiting = list(items)
    while waiting:
        ready = next((item for item in waiting if set(item["dependsOn"]) <= done), None)
        if ready is None:
            raise HarnessError(
                f"{key}s depend on what is not there: {[(i[key], i['dependsOn']) for i in waiting]}"
            )
        waiting.remove(ready)
        done.add(ready[key])
        yield ready


def _ancestors(name: str, edges: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    for parent in edges[name]:
        found |= {parent} | _ancestors(parent, edges)
    return found


def _declared(node: Any, scope: Scope) -> dict[str, str]:
    pairs = (
        node.items()
        if isinstance(node, dict)
        else [(v["name"], v["value"]) for v in node or () if "name" in v]
    )
    found = {}
    for name, value in pairs:
        runtime = RUNTIME.fullmatch(text_of(value))
        found[name] = text_of(evaluate(runtime[1], scope)) if runtime else text_of(value)
    return found


def _stage(
    agent: Agent, stage: dict[str, Any], shared: Mapping[str, str], edges: Mapping[str, list[str]]
) -> None:
    name, run = stage["stage"], agent.run
    results = {other: run.stages[other] for other in _ancestors(name, edges)}
    dependencies = {
        other: {
            "result": run.stages[other],
            "outputs": {
                f"{job}.{key}": value
                for job, pairs in agent.outputs.get(other, {}).items()
                for key, value in pairs.items()
            },
        }
        for other in edges[name]
    }
    across = {
        other: {
            job: {"outputs": pairs, "result": run.jobs.get(f"{other}/{job}", "")}
            for job, pairs in jobs.items()
        }
        for other, jobs in agent.outputs.items()
    }
    scope = Scope({"variables": shared, "dependencies": dependencies, "stageDependencies": across}, results)
    if not holds(stage.get("condition"), scope):
        run.stages[name] = "Skipped"
        return
    variables = {**shared, **_declared(stage.get("variables"), scope)}
    agent.outputs[name] = {}
    inner = {job["id"]: job["dependsOn"] for job in stage["jobs"]}
    jobs = [{**job, "key": job["id"]} for job in stage["jobs"]]
    for job in _ordered(
        [{**job, "job": job["id"]} if "deployment" not in job else job for job in jobs], "id"
    ):
        _job(agent, name, job, variables, inner, across)
    outcomes = [run.jobs[f"{name}/{job}"] for job in inner]
    passed_over = {job["id"] for job in jobs if text_of(job.get("continueOnError", "false")).lower() in YES}
    failed = any(run.jobs[f"{name}/{job}"] == "Failed" and job not in passed_over for job in inner)
    issues = any(outcome in {"Failed", "SucceededWithIssues"} for outcome in outcomes)
    run.stages[name] = "Failed" if failed else "SucceededWithIssues" if issues else "Succeeded"


def _job(
    agent: Agent,
    stage: str,
    job: dict[str, Any],
    shared: Mapping[str, str],
    edges: Mapping[str, list[str]],
    across: Mapping[str, Any],
) -> None:
    name, run = job["id"], agent.run
    for key in ("container", "services"):
        if key in job:
            raise HarnessError(f"job {name} has {key}, which is not modelled")
    pool = job.get("pool") or {}
    if pool != "server" and (not isinstance(pool, dict) or pool.get("vmImage") not in LABELS):
        raise HarnessError(f"job {name} runs on {pool!r}, which is not this machine")
    results = {other: run.jobs[f"{stage}/{other}"] for other in _ancestors(name, edges)}
    dependencies = {
        other: {"result": results[other], "outputs": agent.outputs[stage].get(other, {})}
        for other in edges[name]
    }
    scope = Scope({"variables": shared, "dependencies": dependencies, "stageDependencies": across}, results)
    if not holds(job.get("condition"), scope):
        run.jobs[f"{stage}/{name}"] = "Skipped"
        return
    strategy = job.get("strategy") or {}
    legs = strategy.get("matrix") or {"": {}}
    if not isinstance(legs, dict):
        raise HarnessError(f"job {name} has a matrix that only a run can tell")
    outcomes = [
        _leg(agent, stage, job, leg, {**shared, **_declared(job.get("variables"), scope), **values})
        for leg, values in legs.items()
    ]
    run.jobs[f"{stage}/{name}"] = (
        "Failed"
        if "Failed" in outcomes
        else "SucceededWithIssues"
        if "SucceededWithIssues" in outcomes
        else "Succeeded"
    )


def _steps_of(job: Mapping[str, Any]) -> list[Any]:
    if "deployment" not in job:
        return list(job["steps"])
    (kind, hooks), *others = job["strategy"].items()
    if kind != "runOnce" or others or set(hooks) != {"deploy"}:
        raise HarnessError(
            f"deployment {job['deployment']} has a strategy that is not modelled: {kind} {sorted(hooks)}"
        )
    return list(hooks["deploy"]["steps"])


def _leg(agent: Agent, stage: str, job: Mapping[str, Any], leg: str, variables: dict[str, str]) -> str:
    steps = _steps_of(job)
    place = agent.work / "jobs" / f"{stage}-{job['id']}{leg and '-'}{leg}"
    checkout = next(
        (step["checkout"] for step in steps if "checkout" in step), "none" if "deployment" in job else "self"
    )
    if checkout == "self":
        copy_project(agent.root, place)
        if (agent.root / ".git").is_dir():
            shutil.copytree(agent.root / ".git", place / ".git")
    else:
        place.mkdir(parents=True)
    outcome = "Succeeded"
    outputs = agent.outputs[stage].setdefault(job["id"], {})
    for step in steps:
        status = Scope({"variables": variables}, {"step": "Failed" if outcome == "Failed" else "Succeeded"})
        result = take(agent, step, place, variables, outputs, status)
        kind = next((kind for kind in KINDS if kind in step), "?")
        label = text_of(step.get("displayName") or f"{kind} {step.get(kind, '')}")
        agent.run.steps.append(StepRun(stage, job["id"], label, result))
        if result == "failed":
            outcome = "Failed"
        elif result == "continued" and outcome in GOOD:
            outcome = "SucceededWithIssues"
    return outcome
