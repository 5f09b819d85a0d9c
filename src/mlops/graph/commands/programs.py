"""Files, modules and console scripts that a command runs as programs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops.domain.logic import Tri
from mlops.domain.regex import regex
from mlops.graph.commands.found import Found
from mlops.graph.context import Context, join

#: How far below a program its subcommands may be defined, in imports.
_IMPORT_DEPTH = 3
#: Calls that import a module whose name is a value.
_BY_NAME = {"__import__", "importlib.import_module", "import_module"}
#: How Jupyter is told to run a notebook.
_EXECUTING = {"execute", "--execute", "run"}
#: Tools that make a script of a notebook.
_CONVERTERS = ("jupytext", "nbconvert")
_DOTTED = regex(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


#: Commands whose first argument that is a file is a program which they run.
PROGRAMS = {"python", "Rscript", "julia", "spark-submit", "streamlit", "papermill", "ipython", "bash", "sh", "zsh", "source",
             ".", "node", "sbatch", "srun", "chainlit", "bokeh", "panel", "modal", "jupyter", "jupyter-nbconvert", "jupyter-execute", "runipy", "litserve",
             "R", "sqlite3", "psql", "dbx", "fastapi", "ksh", "dash", "accelerate", "torchrun", "deepspeed", "mpirun",
             "horovodrun", "metaflow", "pyflyte", "sky", "kernprof", "py-spy", "gdb", "pwsh", "powershell"}  # fmt: skip


SERVERS = {
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "granian",
    "daphne",
    "celery",
    "waitress-serve",
    "uwsgi",
    "prefect",
}


def program(context: Context, path: str) -> Iterator[Found]:
    """Yield the node that running a file enters."""
    python = context.python
    if path in python.module_nodes:
        yield Found(python.main_nodes.get(path, python.module_nodes[path]))
    elif path in context.files and context.files[path].script is not None:
        yield Found(context.target_nodes[(path, "script", path)])
    elif (path, "program", path) in context.target_nodes:
        yield Found(context.target_nodes[(path, "program", path)])


def script_file(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """The first word that is a tracked file: a script, a program's argument, or the command itself."""
    if words[0].startswith("jupyter") and not _EXECUTING & {*words, words[0].removeprefix("jupyter-")}:
        return  # a conversion or an editor
    limit = 1 if posixpath.basename(words[0]) not in PROGRAMS else len(words)
    for word in words[:limit]:
        if word.startswith("-") or "=" in word:
            continue
        path = context.file_at(word.removeprefix("./"), folder)
        if path is None and (word.startswith("/") or "$" in word):
            path = _in_image(context, word)
        if path is None:
            path = _converted(context, word, folder)
        if path is not None:
            yield from program(context, path)
            yield from subcommands(context, path, words[1:])
            yield from named_modules(context, path, words[1:])
            return
    script = words[1] if len(words) > 1 else words[0]
    if (
        words[0] in {"python", "Rscript", "bash", "sh"}
        and script.endswith((".py", ".R", ".sh"))
        and "$" not in script
    ):
        yield from _suffix(context, script)


def job_file(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """A job that is described in a file which the command names: `anyscale job submit job.yaml`, `sky launch task.yaml`."""
    for word in words[1:]:
        name = word.partition("=")[2] or word
        if not name.endswith((".yaml", ".yml", ".json")) or "$" in name:
            continue
        path = context.file_at(name.removeprefix("./"), folder)
        if path is not None and (path, "job-file", path) in context.target_nodes:
            yield Found(context.target_nodes[(path, "job-file", path)], "submits")


def _converted(context: Context, word: str, folder: str) -> str | None:
    """Return the notebook that a command before made a script of (`jupytext --to py train.ipynb && python train.py`)."""
    if not word.endswith(".py"):
        return None
    notebook = context.file_at(word.removeprefix("./").removesuffix(".py") + ".ipynb", folder)
    commands = context.graph.of_kind("command") if notebook else ()
    converts = any(tool in fact.fact.value for fact in commands for tool in _CONVERTERS)
    return notebook if converts else None


def _in_image(context: Context, word: str) -> str | None:
    """A path inside an image or an artifact (`/app/src/train.py`, `$DIR/src/train.py`): the longest common tail."""
    parts = word.strip("/").split("/")
    first = 1 + max((position for position, part in enumerate(parts) if "$" in part), default=0)
    for start in range(first, len(parts)):
        candidate = "/".join(parts[start:])
        if candidate in context.paths:
            return candidate
    return None


def _suffix(context: Context, script: str) -> Iterator[Found]:
    """A script that lies elsewhere than named: the only tracked file that ends so, as a possibility."""
    tail = "/" + script.lstrip("./")
    found = [path for path in context.paths if f"/{path}".endswith(tail)]
    if len(found) == 1:
        for item in program(context, found[0]):
            yield Found(item.node, item.label, Tri.UNKNOWN, f"{script} lies elsewhere, at {found[0]}")


def module(context: Context, name: str, folder: str, rest: tuple[str, ...]) -> Iterator[Found]:
    """Yield what `python -m name` runs."""
    importer = join(folder, "__main__.py")
    for candidate in (f"{name}.__main__", name):
        path = context.python.modules.module(candidate, importer)
        if path is not None:
            yield Found(context.python.main_nodes.get(path, context.python.module_nodes[path]), "runs module")
            yield from subcommands(context, path, rest)
            yield from named_modules(context, path, rest)
            return


def console(context: Context, name: str, rest: tuple[str, ...]) -> Iterator[Found]:
    """Yield what a console script of this name runs."""
    for path, target in context.targets.get("console-script", ()):
        if target.name == name:
            yield Found(context.target_nodes[(path, "console-script", name)], "console script")
            module = context.python.modules.module(
                target.function.partition(":")[0], join(posixpath.dirname(path), "setup.py")
            )
            if module is not None:
                yield from subcommands(context, module, rest)
                yield from named_modules(context, module, rest)


def named_modules(context: Context, path: str, rest: tuple[str, ...]) -> Iterator[Found]:
    """Modules that arguments name, to a program that imports by name: `run-pipeline --module-name pipelines.churn`."""
    python = context.python
    if path not in python.modules.files:
        return
    files = [python.modules.files[item].facts for item in sorted({path} | python.imports_of(path))]
    calls = {call.name for facts in files for call in facts.calls}
    if not calls & _BY_NAME:
        return
    asked = {name.rpartition(".")[2] for name in calls}
    for word in rest:
        name = word.rpartition("=")[2]
        found = python.modules.module(name, path) if _DOTTED.fullmatch(name) else None
        if found is None:
            continue
        yield Found(python.module_nodes[found], "imports by name")
        for index, function in enumerate(python.modules.files[found].facts.functions):
            if function.name in asked:
                yield Found(python.function_nodes[(found, index)], "calls")


def subcommands(context: Context, path: str, rest: tuple[str, ...]) -> Iterator[Found]:
    """The functions of a command line that the words name; the only one where there is no choice."""
    offered: list[tuple[frozenset[str], int]] = []
    seen: set[str] = set()
    frontier = {path}
    for _ in range(_IMPORT_DEPTH):
        for module in sorted(frontier):
            offered += context.python.subcommands.get(module, ())
        seen |= frontier
        frontier = {found for module in frontier for found in context.python.imports_of(module)} - seen
    named = [node for names, node in offered if names & set(rest)]
    if not named and len(offered) == 1:
        named = [offered[0][1]]
    for node in dict.fromkeys(named):
        yield Found(node, "calls")


def application(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """`uvicorn package.module:app` runs the module."""
    for word in words[1:]:
        module, colon, _ = word.partition(":")
        if word.startswith("-") or "/" in word:
            continue
        if colon or "." in word:
            path = context.python.modules.module(module, join(folder, "main.py"))
            if path is not None:
                yield Found(context.python.module_nodes[path], "serves")
                return
        found = context.file_at(word, folder)
        if found is not None:
            yield from program(context, found)
            return
