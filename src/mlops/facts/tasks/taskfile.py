"""Taskfile.yml of go-task."""

from __future__ import annotations

from mlops.domain.document import Document, Map, Scalar, entries_of, items_of, text_of
from mlops.domain.facts import Fact, FileFacts, Target
from mlops.facts.tasks.lines import at_lines, own_shell
from mlops.facts.tasks.tables import script_place
from mlops.facts.yaml import documents


def matches(path: str) -> bool:
    """Tell whether a path names a taskfile."""
    name = path.rsplit("/", 1)[-1].lower()
    return name in {"taskfile.yml", "taskfile.yaml", "taskfile.dist.yml", "taskfile.dist.yaml"}


def read(source: bytes) -> FileFacts:
    """Read a taskfile."""
    found, problems = documents(source)
    root = found[0] if found else None
    if not isinstance(root, Map):
        return FileFacts("task", problems=problems)
    options = {text_of(item) for item in items_of(root.get("set"))}
    includes = [
        Fact(
            "include",
            f"task:{text_of(value) or text_of(value.get('taskfile') if isinstance(value, Map) else None)}",
            key.line,
        )
        for key, value in entries_of(root.get("includes"))
    ]
    targets = [_target(key, value, options) for key, value in entries_of(root.get("tasks"))]
    return FileFacts("task", tuple(includes), tuple(targets), problems)


def _target(key: Scalar, node: Document, options: set[str]) -> Target:
    task = node if isinstance(node, Map) else None
    commands = items_of((task.get("cmds") or task.get("cmd")) if task else node)
    options = options | {text_of(item) for item in items_of(task.get("set") if task else None)}
    strict = bool(options & {"e", "errexit"})
    parts = [(script_place(item), text) for item in commands if (text := _command(item, strict=strict))]
    script, line = at_lines(parts)
    needs = tuple(
        text_of(item) or text_of(item.get("task") if isinstance(item, Map) else None)
        for item in items_of(task.get("deps") if task else None)
    )
    ignored = text_of(task.get("ignore_error")) == "true" if task else False
    attrs = {"default": "yes"} if key.text == "default" else {}
    return Target(
        "task", key.text, key.line, script, line or key.line, needs=tuple(filter(None, needs)),
        pipefail="pipefail" in options, stops=not ignored, folder=text_of(task.get("dir")) if task else "", attrs=attrs,
        inputs=_paths(task, "sources"), outputs=_paths(task, "generates"),
    )  # fmt: skip


def _paths(task: Map | None, key: str) -> tuple[str, ...]:
    return tuple(text for item in items_of(task.get(key) if task else None) if (text := text_of(item)))


def _command(node: Document, *, strict: bool) -> str:
    if isinstance(node, Scalar):
        return own_shell(node.text, errexit=strict)
    if not isinstance(node, Map):
        return ""
    called = text_of(node.get("task"))
    ignored = "ignore_error in task" if text_of(node.get("ignore_error")) == "true" else ""
    return own_shell(
        f"task {called}" if called else text_of(node.get("cmd")), errexit=strict, ignored=ignored
    )
