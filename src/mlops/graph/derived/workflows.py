"""Orchestrated workflows: the fact `pipeline` for each definition with at least two connected steps."""

from __future__ import annotations

import re

from mlops.domain.facts import Fact, Target
from mlops.domain.graph import PlacedFact
from mlops.domain.regex import regex
from mlops.graph.commands.programs import program
from mlops.graph.context import Context
from mlops.graph.derived.common import with_capability
from mlops.graph.derived.starts import add_starts
from mlops.graph.derived.walk import below
from mlops.graph.python import REFERENCE

#: Kinds of targets that are steps of a workflow.
_STEP_KINDS = (
    "dvc-stage",
    "snakemake-rule",
    "nextflow-process",
    "databricks-task",
    "azureml-job",
    "k8s-container",
    "mage-block",
)
#: Kinds of objects whose containers are steps; those of a Deployment are not.
_STEPPED = {
    "Workflow",
    "WorkflowTemplate",
    "ClusterWorkflowTemplate",
    "CronWorkflow",
    "Pipeline",
    "PipelineRun",
    "Task",
}
_IN_CODE = frozenset({"decorator", "call", "base", "method"})
_ML_STEP = ("train", "fit", "evaluat", "predict", "feature", "preprocess", "prepare", "ingest", "validat", "data", "model",
            "register", "score", "infer", "etl", "clean", "split", "featuriz", "transform", "deploy", "batch")  # fmt: skip

_EMPTY_STEPS = ("EmptyOperator", "DummyOperator")
_PRINTS = {"echo", "printf", "true", "sleep", "date"}
_ML_WORK = ("model-training", "remote-training", "hyperparameter-search", "model-inference", "batch-scoring",
            "metric-computation", "model-registration", "model-deploy", "notebook-run", "job-launch")  # fmt: skip
_NAMING = ("target", "kw.task_id", "kw.name", "kw.func", "kw.python_callable", "kw.display_name")
#: What makes a schedule of a job; what the job selects, its assets, stands elsewhere.
_ASSET_SCHEDULES = {
    "dagster.ScheduleDefinition",
    "dagster.schedule",
    "dagster.build_schedule_from_partitioned_job",
}
_ML_NAMES = regex(r"train|fit|model|evaluat|predict|scor|infer|tune", re.IGNORECASE)


def add_workflows(context: Context) -> None:
    """Add the facts of workflow definitions."""
    for kind in _STEP_KINDS:
        by_file: dict[str, list[Target]] = {}
        for path, target in context.targets.get(kind, ()):
            if kind != "k8s-container" or target.attrs.get("kind") in _STEPPED:
                by_file.setdefault(path, []).append(target)
        for path, targets in by_file.items():
            _targets(context, kind, path, targets)
    _code(context)
    add_starts(context)
    _scripts(context)
    _ci(context)


def _place(
    context: Context,
    path: str,
    line: int,
    node: int,
    value: str,
    refused: tuple[str, str] = ("", ""),
    **attrs: str,
) -> None:
    fact = Fact("pipeline", value, line, attrs)
    context.graph.place(
        [PlacedFact(fact, path, context.scopes.get(path, "source"), node, frozenset(), refused)]
    )


def _targets(context: Context, kind: str, path: str, targets: list[Target]) -> None:
    """Steps in a file: their commands must run something of the repository."""
    real = [
        target
        for target in targets
        if _runs_something(context, context.target_nodes[(path, kind, target.name)])
    ]
    connected = any(context.graph.needs.get(context.target_nodes[(path, kind, t.name)]) for t in targets)
    refused = ("", "")
    if len(targets) < 2:
        refused = ("a single step is no pipeline", "F13")
    elif len(real) < 2:
        missing = next((t.name for t in targets if t not in real), "")
        refused = (f"the command of step {missing} runs nothing that exists", "F14")
    elif not connected:
        refused = ("its steps are not connected", "F13")
    steps = real or targets
    for target in steps:
        node = context.target_nodes[(path, kind, target.name)]
        _place(context, path, target.line, node, f"{len(targets)} steps", refused, step=target.name)


def _runs_something(context: Context, node: int) -> bool:
    graph = context.graph
    pending, seen = [node], set()
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        kind = graph.nodes[current].kind
        if kind in {"module", "main", "function", "program"} or (
            kind == "script" and graph.nodes[current].label != "script"
        ):
            return True
        if kind == "command" and "$" in graph.nodes[current].label.split(" ")[0]:
            return True
        pending.extend(edge.target for edge in graph.out[current])
    return False


def _code(context: Context) -> None:
    """Definitions in Python: at least two steps, by decorators, constructors or calls of steps near the definition."""
    steps: dict[str, list[PlacedFact]] = {}
    for fact in with_capability(context, "pipeline-step"):
        if fact.fact.kind in _IN_CODE and not _idle(fact) and fact.scope in {"source", "notebook"}:
            steps.setdefault(fact.path, []).append(fact)
    definitions = [
        fact for fact in with_capability(context, "pipeline-definition") if fact.fact.kind in _IN_CODE
    ]
    defining = {fact.path for fact in definitions}
    for fact in definitions:
        near = [
            item
            for path in (fact.path, *context.python.imports_of(fact.path))
            for item in steps.get(path, ())
        ]
        names = {_step_name(item) for item in near}
        count = max(len(names), _first_party_calls(context, fact))
        refused = ("", "")
        if count < 2:
            refused = ("fewer than two steps are declared", "F13")
        elif not _does_ml(context, fact, near):
            refused = ("none of its steps trains, evaluates or uses a model", "")
        _place(context, fact.path, fact.fact.line, fact.node, fact.fact.value, refused, steps=str(count))
    for path, found in steps.items():
        # The steps stand here, the constructor in a helper that this file imports.
        if path not in defining and len(found) >= 2 and context.python.imports_of(path) & defining:
            first = found[0]
            _place(context, path, first.fact.line, first.node, f"{len(found)} steps", steps=str(len(found)))
    used = defining | {
        imported for path in context.python.modules.files for imported in context.python.imports_of(path)
    }
    for path in sorted(defining | set(steps)):
        found = steps.get(path, [])
        # A component of Kubeflow waits for a pipeline that calls it; other kinds of steps register themselves.
        idle = defining and path not in used and all(fact.fact.value.startswith("kfp.") for fact in found)
        flows = [fact for fact in definitions if fact.path == path and fact.fact.kind == "decorator"]
        _link_steps(context, path, [] if idle else [*flows, *found])


def _step_name(item: PlacedFact) -> str:
    attrs = item.fact.attrs
    return attrs.get("target") or f"{item.path}:{item.fact.line}:{attrs.get('kw.task_id', '')}"


def _link_steps(context: Context, path: str, steps: list[PlacedFact]) -> None:
    """A node for the workflow of a file: it runs the scripts and functions that its steps name."""
    graph = context.graph
    node = graph.add(
        "workflow", f"workflow of {path}", path, 1, entry="orchestrator", scope=context.scopes[path]
    )
    for fact in steps:
        if fact.fact.kind == "decorator" and fact.node >= 0:
            context.edge(node, fact.node, path, fact.fact.line, "runs step")
        folder = fact.fact.attrs.get("kw.source_directory", "")
        for name, value in fact.fact.attrs.items():
            if name.startswith(("arg.", "kw.")) and value.endswith((".py", ".ipynb", ".R", ".sh")):
                for target in _scripts_named(context, value, folder, path):
                    context.edge(node, target, path, fact.fact.line, f"runs step {value}")
    if path in context.python.main_nodes or path in context.python.module_nodes:
        context.workflows[path] = node


def _scripts_named(context: Context, name: str, folder: str, path: str) -> list[int]:
    """Return the nodes of the script that a step names: in its folder, else the only files that end so."""
    for base in (folder, "", path.rpartition("/")[0]):
        found = context.file_at(name, base)
        if found is not None:
            return [item.node for item in program(context, found)]
    tail = f"/{name.lstrip('./')}"
    matching = [p for p in context.paths if p.endswith(tail) and context.scopes[p] == "source"]
    return [item.node for p in matching[:3] for item in program(context, p)]


def _idle(fact: PlacedFact) -> bool:
    """Tell whether a step only marks a place or prints."""
    attrs = fact.fact.attrs
    command = attrs.get("kw.bash_command", attrs.get("arg.1", ""))
    return fact.fact.value.endswith(_EMPTY_STEPS) or (
        fact.fact.value.endswith("BashOperator") and command.partition(" ")[0] in _PRINTS
    )


def _does_ml(context: Context, fact: PlacedFact, near: list[PlacedFact]) -> bool:
    """Tell whether a definition has to do with models: in its files, below its steps, or by what steps are called."""
    paths = {fact.path} | context.python.imports_of(fact.path)
    nodes: set[int] = set()
    for item in (fact, *near):
        if item.node >= 0:
            nodes |= below(context, item.node)
    for item in (*with_capability(context, *_ML_WORK), *context.graph.of_kind("training")):
        if item.path in paths or item.node in nodes:
            return True
    words = " ".join(
        value
        for item in near
        for key, value in item.fact.attrs.items()
        if key in _NAMING or key.startswith("arg.")
    )
    return bool(_ML_NAMES.search(words))


def _first_party_calls(context: Context, fact: PlacedFact) -> int:
    """Count the distinct first-party functions that a decorated flow calls."""
    if fact.node < 0 or context.graph.nodes[fact.node].kind != "function":
        return 0
    return len({edge.target for edge in context.graph.out[fact.node] if edge.label in {"calls", REFERENCE}})


def _scripts(context: Context) -> None:
    """A shell script or target that runs at least two ML programs one after the other."""
    graph = context.graph
    for node in list(graph.nodes):
        if node.kind != "script" or node.scope != "source" or not _owned_by_target(context, node.index):
            continue
        programs = _programs(context, node.index)
        if len(programs) >= 2 and any("train" in label or "fit" in label for label in programs):
            _place(
                context,
                node.path,
                node.line,
                node.index,
                "script of steps",
                steps=str(len(programs)),
                weak="yes",
            )


def _owned_by_target(context: Context, index: int) -> bool:
    graph = context.graph
    if graph.nodes[index].label != "script":
        return True
    return any(graph.nodes[edge.source].kind not in {"step", "event", "job"} for edge in graph.into[index])


def _programs(context: Context, index: int) -> set[str]:
    """Return the labels of the ML programs that a script's commands run."""
    graph = context.graph
    found: set[str] = set()
    for edge in graph.out[index]:
        for inner in graph.out[edge.target]:
            target = graph.nodes[inner.target]
            label = (target.label + " " + target.path).lower()
            if target.kind in {"main", "module", "function", "program", "console-script"} and any(
                w in label for w in _ML_STEP
            ):
                found.add(f"{target.path}:{graph.nodes[edge.target].label}".lower())
    return found


def _ci(context: Context) -> None:
    """CI as the orchestrator: jobs of one run, connected by `needs`, of which one trains and another does an ML step."""
    graph = context.graph
    training = {
        fact.node for fact in graph.of_kind("training") if fact.scope == "source" and not fact.refused[0]
    }
    others = {fact.node for fact in with_capability(context, "metric-computation", "model-registration", "model-deploy",
                                                    "data-validation", "data-fetch")}  # fmt: skip
    for event in [node for node in graph.nodes if node.kind == "event" and node.entry]:
        jobs = [edge.target for edge in graph.out[event.index] if graph.nodes[edge.target].kind == "job"]
        trainers = [job for job in jobs if below(context, job) & training]
        for job in trainers:
            connected = [
                other
                for other in jobs
                if other != job and (job in graph.needs.get(other, ()) or other in graph.needs.get(job, ()))
            ]
            if any(below(context, other) & (others | training) for other in connected):
                place = graph.nodes[job]
                _place(context, place.path, place.line, job, "connected jobs", provider="ci")
