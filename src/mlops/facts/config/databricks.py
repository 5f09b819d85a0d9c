"""Databricks: asset bundles, and the deployment files of dbx."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, entries_of, text_of
from mlops.domain.facts import Fact, Target
from mlops.facts.config.values import Found, command, maps, named, resource, strings

_RESOURCES = {
    "jobs", "pipelines", "models", "experiments", "model_serving_endpoints", "registered_models", "quality_monitors",
    "schemas", "volumes", "clusters", "dashboards", "apps", "secret_scopes", "database_instances", "alerts",
}  # fmt: skip


def is_bundle(document: Document) -> bool:
    """Tell whether a document is an asset bundle or a part that one includes."""
    if not isinstance(document, Map):
        return False
    if document.get("bundle", "name") is not None:
        return True
    places = [document.get("resources"), *(part.get("resources") for _, part in _targets_of(document))]
    return any(
        key.text in _RESOURCES and isinstance(value, Map)
        for place in places
        for key, value in entries_of(place)
    )


def bundle(document: Document) -> Found:
    """Read a bundle: resources, targets (its environments), and what the tasks of its jobs run."""
    facts: list[Fact] = []
    targets: list[Target] = []
    if not isinstance(document, Map):
        return (), ()
    if document.get("bundle") is not None:
        facts += resource(
            "databricks:bundle",
            text_of(document.get("bundle", "name")),
            document.line,
            document.get("bundle"),
        )
    for key, part in _targets_of(document):
        settings = Map(tuple(pair for pair in part.items if pair[0].text != "resources"), part.line)
        facts += resource("databricks:target", key.text, key.line, settings)
    for place in (document.get("resources"), *(part.get("resources") for _, part in _targets_of(document))):
        for section, table in entries_of(place):
            for key, value in entries_of(table):
                if isinstance(value, Map):
                    facts += resource(f"databricks:{section.text}", key.text, key.line, value)
                    if section.text == "jobs":
                        targets += _job(key.text, value)
    return tuple(facts), tuple(targets)


def _targets_of(document: Map) -> list[tuple[Scalar, Map]]:
    found = entries_of(document.get("targets")) or entries_of(document.get("environments"))
    return [(key, part) for key, part in found if isinstance(part, Map)]


def is_dbx(path: str, document: Document) -> bool:
    """Tell whether a document is a deployment file of dbx."""
    if "deployment" not in posixpath.basename(path) or not isinstance(document, Map):
        return False
    return any(maps(part.get("workflows")) or maps(part.get("jobs")) for _, part in _dbx_parts(document))


def dbx(document: Document) -> Found:
    """Read a deployment file of dbx."""
    facts: list[Fact] = []
    targets: list[Target] = []
    for key, part in _dbx_parts(document) if isinstance(document, Map) else []:
        facts += resource("databricks:target", key.text, key.line)
        for job in (*maps(part.get("workflows")), *maps(part.get("jobs"))):
            facts += resource("databricks:jobs", text_of(job.get("name")), job.line, job)
            targets += _job(text_of(job.get("name")), job)
    return tuple(facts), tuple(targets)


def _dbx_parts(document: Map) -> list[tuple[Scalar, Map]]:
    inner = document.get("environments")
    found = entries_of(inner) if isinstance(inner, Map) else entries_of(document)
    return [(key, part) for key, part in found if isinstance(part, Map)]


def _job(name: str, job: Map) -> Iterator[Target]:
    """Yield the tasks of a job; old jobs have one task, written at the job itself."""
    attrs = {}
    when = job.get("schedule")
    if isinstance(when, Map):
        attrs = {
            "schedule": named(when, "quartz_cron_expression", "cron"),
            "suspend": text_of(when.get("pause_status")),
        }
    trigger = job.get("trigger")
    if isinstance(trigger, Map) and not attrs:
        kind = next((key.text for key, _ in trigger.items if key.text != "pause_status"), "trigger")
        attrs = {"schedule": kind, "suspend": text_of(trigger.get("pause_status"))}
    if job.get("continuous") is not None:
        attrs = {"schedule": "continuous", "suspend": text_of(job.get("continuous", "pause_status"))}
    tasks = [(named(task, "task_key", default=name), task) for task in maps(job.get("tasks"))] or [
        (name, job)
    ]
    keys = {key for key, _ in tasks}
    for key, task in tasks:
        label = f"{name}/{key}" if key != name else name
        before = [text_of(item.get("task_key")) for item in maps(task.get("depends_on"))]
        yield _task(label, task, tuple(f"{name}/{each}" for each in before if each in keys), attrs)


def _task(name: str, task: Map, needs: tuple[str, ...], schedule: dict[str, str]) -> Target:
    """Say what a task runs as a command line: a Python file, a notebook or the entry point of a wheel."""
    loop = task.get("for_each_task", "task")
    task = loop if isinstance(loop, Map) else task
    notebook = text_of(task.get("notebook_task", "notebook_path"))
    python = text_of(task.get("spark_python_task", "python_file"))
    entry = text_of(task.get("python_wheel_task", "entry_point"))
    kind = next((key.text for key, _ in task.items if key.text.endswith("_task")), "")
    words: list[str] = []
    if python:
        words = ["python", _local(python), *strings(task.get("spark_python_task", "parameters"))]
    elif notebook:
        words = (
            ["papermill", notebook]
            if notebook.endswith(".ipynb")
            else ["python", notebook if notebook.endswith(".py") else f"{notebook}.py"]
        )
    elif entry:
        words = [entry, *strings(task.get("python_wheel_task", "parameters"))]
    attrs = {
        "task": kind,
        "notebook": notebook,
        "package": text_of(task.get("python_wheel_task", "package_name")),
        **schedule,
    }
    return Target(
        "databricks-task",
        name,
        task.line,
        script=command(words),
        script_line=task.line,
        needs=needs,
        attrs={key: text for key, text in attrs.items() if text},
    )


def _local(path: str) -> str:
    """Strip what dbx and bundles write before a path of the repository."""
    for prefix in ("file:fuse://", "file://", "${workspace.file_path}/", "${workspace.root_path}/files/"):
        path = path.removeprefix(prefix)
    return path
