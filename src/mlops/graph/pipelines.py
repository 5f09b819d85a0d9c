"""CI pipelines as nodes: event, jobs, steps, and what the steps run."""

from __future__ import annotations

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.pipeline import Job, Pipeline, Run, Step
from mlops.graph.commands.programs import program
from mlops.graph.context import Context
from mlops.graph.scripts import run_text


def add_pipelines(context: Context, pipelines: list[Pipeline]) -> None:
    """Add every run of every pipeline."""
    for pipeline in pipelines:
        context.graph.unresolved.extend(pipeline.unresolved)
        context.graph.problems.extend(pipeline.problems)
        for text, line in pipeline.includes:
            context.place("include", text, pipeline.path, line)
        for run in pipeline.runs:
            _add_run(context, pipeline, run)


def _add_run(context: Context, pipeline: Pipeline, run: Run) -> None:
    graph = context.graph
    event = graph.add(
        "event", run.event.label, run.event.path, run.event.line, entry=run.event.kind, sequential=False
    )
    attrs = {
        "provider": pipeline.provider,
        "pipeline": pipeline.name,
        "label": run.event.label,
        "origin": run.event.origin,
        "paths": " ".join(run.event.paths),
        "active": run.event.active.value.name.lower(),
    }
    graph.place(
        [PlacedFact(Fact("event", run.event.kind, run.event.line, attrs), run.event.path, "source", event)]
    )
    released = _released(run.jobs)
    approved = event
    if released and run.event.kind not in {"manual", "call", "other"}:
        # The same run after a person has released what waits: all jobs are in it, the waiting ones only there.
        label = f"{run.event.label}, after approval"
        approved = graph.add(
            "event", label, run.event.path, run.event.line, entry="approved", sequential=False
        )
    nodes: dict[str, int] = {}
    for job in run.jobs:
        node = graph.add("job", job.id, job.path, job.line)
        nodes[job.id] = node
        possible = min(run.event.active.value, job.condition.value)
        weakest = run.event.active if run.event.active.value <= job.condition.value else job.condition
        for start in dict.fromkeys((approved,) if job.id in released else (event, approved)):
            context.edge(
                start,
                node,
                job.path,
                job.line,
                "job",
                possible=possible,
                reason=weakest.reason if possible is not Tri.YES else "",
                fake=weakest.fake if possible is not Tri.YES else "",
                stops=job.stops.value,
                stop_reason=job.stops.reason,
                stop_fake=job.stops.fake,
            )
        _add_job(context, pipeline, run, job, node)
    _add_opaque(context, pipeline, run, nodes, event)
    for job in run.jobs:
        if not job.after_failure:
            needed = _all_needs(run.jobs, job.id)
            graph.needs[nodes[job.id]] = frozenset(nodes[name] for name in needed if name in nodes)


def _released(jobs: tuple[Job, ...]) -> frozenset[str]:
    """Return the jobs that a person must release, and those that need one of them."""
    waiting = {job.id for job in jobs if job.approval}
    return frozenset(job.id for job in jobs if job.id in waiting or _all_needs(jobs, job.id) & waiting)


def _add_opaque(context: Context, pipeline: Pipeline, run: Run, nodes: dict[str, int], event: int) -> None:
    """What leads out of the repository may do anything: a fact at the job that it stands for, else at the event."""
    for item in pipeline.unresolved:
        if item.text.startswith("template:"):
            continue
        callers = [
            job for job in run.jobs if job.path == item.path and not job.steps and job.line <= item.line
        ]
        node = nodes[max(callers, key=lambda job: job.line).id] if callers else event
        attrs = {"reason": item.reason, "source": item.source}
        context.place("opaque", item.text, item.path, item.line, node, attrs)


def _all_needs(jobs: tuple[Job, ...], name: str) -> set[str]:
    """Return all jobs whose failure keeps a job from running, through the whole chain."""
    by_id = {job.id: job for job in jobs}
    found: set[str] = set()
    pending = [name]
    while pending:
        job = by_id.get(pending.pop())
        if job is None or job.after_failure:
            continue
        for need in job.needs:
            if need not in found:
                found.add(need)
                pending.append(need)
    return found


def _add_job(context: Context, pipeline: Pipeline, run: Run, job: Job, node: int) -> None:
    shared = {
        "provider": pipeline.provider,
        "event": run.event.kind,
        "job": job.id,
        "environment": job.environment,
        "approval": "yes" if job.approval else "no",
        "runner": job.runner,
        "matrix": " ".join(job.matrix),
        "services": " ".join(job.services),
    }
    context.place("job", job.id, job.path, job.line, node, shared)
    if job.environment:
        context.place("environment", job.environment, job.path, job.line, node, shared)
    if job.image:
        context.place("image", job.image, job.path, job.line, node, {"use": "job"})
    for service in job.services:
        context.place("image", service, job.path, job.line, node, {"use": "service"})
    for kind, value, line in job.reports:
        context.place("report", kind, job.path, line, node, {"path": value})
    for step in job.steps:
        _add_step(context, pipeline, step, node)


def _add_step(context: Context, pipeline: Pipeline, step: Step, job: int) -> None:
    graph = context.graph
    node = graph.add("step", step.name or step.uses or "run", step.path, step.line)
    context.edge(
        job,
        node,
        step.path,
        step.line,
        "step",
        possible=step.condition.value,
        reason=step.condition.reason,
        fake=step.condition.fake,
        stops=step.stops.value,
        stop_reason=step.stops.reason,
        stop_fake=step.stops.fake,
    )
    for name, value in step.env:
        context.place("setting", f"{name}={value}", step.path, step.line, node)
    if step.uses:
        kind = "task" if pipeline.provider == "azure-pipelines" else "action"
        attrs = {"ref": step.ref, **{f"with.{name}": value for name, value in step.inputs}}
        if kind == "action":
            attrs.update({"failure": "yes"} if step.after_failure else {})
        context.place(kind, step.uses, step.path, step.line, node, attrs)
        _notebook_inputs(context, step, node)
    if step.script:
        script = run_text(
            context,
            step.script,
            step.path,
            step.script_line or step.line,
            step.folder,
            shell=step.shell,
            errexit=step.errexit,
            pipefail=step.pipefail,
        )
        context.edge(node, script, step.path, step.script_line or step.line)


def _notebook_inputs(context: Context, step: Step, node: int) -> None:
    """An action or task that is given a program runs it (Databricks' run-notebook and the like)."""
    for _, value in step.inputs:
        name = value.strip().removeprefix("./")
        if name.endswith((".py", ".ipynb", ".sh", ".R")) and "\n" not in name:
            path = context.file_at(name, step.folder)
            if path is not None:
                for found in program(context, path):
                    context.edge(node, found.node, step.path, step.line)
