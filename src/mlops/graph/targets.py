"""Targets of task runners, pipelines and platforms as nodes, and what they run."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops.domain.document import Map, Scalar, entries_of
from mlops.domain.facts import FileFacts, Target
from mlops.domain.logic import Tri
from mlops.graph.context import Context, join
from mlops.graph.scripts import run_script, run_text

#: Target kind -> the kind of entry that it is for a person or a platform.
_ENTRIES = {
    "console-script": "console",
    "dvc-stage": "stage",
    "mlproject": "stage",
    "snakemake-rule": "stage",
    "nextflow-process": "stage",
    "container": "container",
    "compose-service": "container",
    "k8s-container": "container",
    "azureml-job": "job",
    "databricks-task": "job",
    "mage-block": "stage",
    "procfile": "container",
}
#: Kinds that nothing but a platform or a tool of another name starts; all others are tasks.
_NO_ENTRY = {"pre-commit-hook", "image-build", "mage-trigger"}
#: Keys under which job descriptions of platforms hold the command to run.
_JOB_KEYS = frozenset({"entrypoint", "command", "run", "cmd", "script", "setup", "entry_point"})
#: Programs in other languages; of R the calls are read, of the rest nothing but that they are there.
_FOREIGN = (
    ".R",
    ".r",
    ".Rmd",
    ".qmd",
    ".jl",
    ".scala",
    ".java",
    ".sql",
    ".js",
    ".ts",
    ".go",
    ".cpp",
    ".m",
    ".sas",
    ".do",
)


def add_targets(context: Context) -> None:
    """Add a node for each target of each file, and for each script and foreign program."""
    for path, file in context.files.items():
        scope = context.scopes[path]
        for target in file.targets:
            entry = _ENTRIES.get(target.kind, "" if target.kind in _NO_ENTRY else "task")
            node = context.graph.add(target.kind, target.name, path, target.line, entry=entry, scope=scope)
            context.target_nodes[(path, target.kind, target.name)] = node
            context.targets.setdefault(target.kind, []).append((path, target))
        if file.script is not None:
            node = context.graph.add("script", path, path, 1, entry="task", scope=scope)
            context.target_nodes[(path, "script", path)] = node
        for key, line in _job_scripts(file):
            place = (path, "job-file", path)
            if place not in context.target_nodes:
                context.target_nodes[place] = context.graph.add("job-file", path, path, line, scope=scope)
            node = context.target_nodes[place]
            context.job_scripts.setdefault(node, []).append((path, key, line))
    for path in sorted(context.paths):
        if path.endswith(_FOREIGN):
            scope = context.scopes[path]
            node = context.graph.add("program", path, path, 1, entry="script", scope=scope)
            context.target_nodes[(path, "program", path)] = node
            for fact in context.files[path].facts if path in context.files else ():
                if fact.kind == "call" and context.signs.knows("call", fact.value):
                    context.place("call", fact.value, path, fact.line, node, fact.attrs)


def link_targets(context: Context) -> None:
    """Link each target to what it needs and runs."""
    for kind, found in context.targets.items():
        for path, target in found:
            _link(context, kind, path, target)
    for path, file in context.files.items():
        if file.script is not None:
            node = context.target_nodes[(path, "script", path)]
            errexit = any(word.startswith("-") and "e" in word for word in file.script.shebang[1:])
            run_script(
                context,
                node,
                file.script,
                path,
                1,
                _script_folder(context, path),
                errexit=errexit,
                pipefail=False,
            )
    for node, scripts in context.job_scripts.items():
        for path, text, line in scripts:
            script = run_text(context, text, path, line, "", errexit=False)
            context.edge(node, script, path, line)
    _stage_order(context)


def _job_scripts(file: FileFacts) -> Iterator[tuple[str, int]]:
    """Yield the commands that a job description gives at its top or one level below, with their lines."""
    for document in file.documents:
        for key, value in entries_of(document):
            inner = entries_of(value) if isinstance(value, Map) else ((key, value),)
            for name, item in inner:
                if name.text in _JOB_KEYS and isinstance(item, Scalar) and item.text:
                    yield item.text, item.line + (1 if item.block else 0)


def _script_folder(context: Context, path: str) -> str:
    """Scripts are run from the root far more often than from their own folder; paths are tried in both."""
    del context, path
    return ""


def _link(context: Context, kind: str, path: str, target: Target) -> None:
    node = context.target_nodes[(path, kind, target.name)]
    for position, need in enumerate(target.needs):
        needed = context.target_nodes.get((path, kind, need))
        if needed is not None:
            context.edge(node, needed, path, target.line, f"needs {need}")
            del position
    folder = join(posixpath.dirname(path), target.folder)
    if kind == "make" and posixpath.basename(path).endswith(".mk"):
        folder = ""
    if target.script:
        script = run_text(
            context,
            target.script,
            path,
            target.script_line or target.line,
            folder,
            errexit=target.errexit,
            pipefail=target.pipefail,
        )
        context.edge(
            node,
            script,
            path,
            target.script_line or target.line,
            stops=Tri.YES if target.stops else Tri.NO,
            stop_reason="" if target.stops else "its failure is ignored by the task runner",
            stop_fake="" if target.stops else "F5",
        )
    if target.function:
        _link_function(context, node, path, target)
    if target.attrs.get("component"):
        _link_component(context, node, path, target)


def _link_component(context: Context, node: int, path: str, target: Target) -> None:
    """A step that another file describes: by its path, or by the name under which it is registered."""
    written = target.attrs["component"].removeprefix("file:")
    wanted = join(posixpath.dirname(path), written)
    registered = written.removeprefix("azureml:").partition("@")[0].partition(":")[0]
    for where, described in context.targets.get(target.kind, ()):
        if where == wanted or (where != path and described.name == registered):
            found = context.target_nodes[(where, target.kind, described.name)]
            context.edge(node, found, path, target.line, f"is {described.name}")


def _link_function(context: Context, node: int, path: str, target: Target) -> None:
    module, _, name = target.function.partition(":")
    importer = join(posixpath.dirname(path), "setup.py")
    modules = context.python.modules
    found = modules.resolve(f"{module}.{name}" if name else module, importer)
    entry = context.python.node_of_symbol(found) if found is not None else None
    if entry is not None:
        module_path = context.graph.nodes[entry].path
        context.edge(node, context.python.module_nodes[module_path], path, target.line, "imports")
        context.edge(node, entry, path, target.line, "calls")


def _stage_order(context: Context) -> None:
    """A DVC stage needs the stages whose outputs it reads; a Databricks or k8s task those it names."""
    for kind in ("dvc-stage", "snakemake-rule"):
        by_output: dict[tuple[str, str], int] = {}
        for path, target in context.targets.get(kind, ()):
            for output in target.outputs:
                by_output[(path, output.rstrip("/"))] = context.target_nodes[(path, kind, target.name)]
        for path, target in context.targets.get(kind, ()):
            node = context.target_nodes[(path, kind, target.name)]
            needed = {
                producer
                for source in target.inputs
                for (where, output), producer in by_output.items()
                if where == path
                and producer != node
                and (source.rstrip("/") == output or source.startswith(f"{output}/"))
            }
            if needed:
                context.graph.needs[node] = context.graph.needs.get(node, frozenset()) | needed
    for kind, found in context.targets.items():
        for path, target in found:
            node = context.target_nodes[(path, kind, target.name)]
            needed = {context.target_nodes[(path, kind, need)] for need in target.needs
                      if (path, kind, need) in context.target_nodes}  # fmt: skip
            if needed:
                context.graph.needs[node] = context.graph.needs.get(node, frozenset()) | needed
