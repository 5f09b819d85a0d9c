"""Which part of the repository a command runs: a file, a module, a target, tests, a pipeline."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mlops.domain.logic import Tri
from mlops.graph.context import Context, join
from mlops.graph.selection import test_run


@dataclass(frozen=True, slots=True)
class Found:
    """A node that a command runs."""

    node: int
    label: str = "runs"
    possible: Tri = Tri.YES
    reason: str = ""
    fake: str = ""


#: How far below a program its subcommands may be defined, in imports.
_IMPORT_DEPTH = 3

Resolver = Callable[[Context, tuple[str, ...], str], Iterator[Found]]

#: Task runners: command -> (kinds of targets, words between the command and the target's name).
_RUNNERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "make": (("make",), ()),
    "gmake": (("make",), ()),
    "just": (("just",), ()),
    "task": (("task",), ()),
    "poe": (("poe",), ()),
    "invoke": (("invoke",), ()),
    "inv": (("invoke",), ()),
    "npm": (("npm",), ("run", "run-script")),
    "yarn": (("npm",), ("run",)),
    "pnpm": (("npm",), ("run",)),
    "bun": (("npm",), ("run",)),
    "mise": (("mise",), ("run", "r")),
    "pdm": (("pdm",), ("run",)),
    "hatch": (("hatch",), ("run",)),
    "pixi": (("pixi",), ("run",)),
    "rye": (("rye",), ("run",)),
    "taskipy": (("taskipy",), ()),
}
#: Options of task runners that take a value.
_VALUED = {"-f", "--file", "-C", "--directory", "-j", "-e", "--justfile", "-d", "-c", "--config", "-s", "-k", "-p",
           "--working-directory", "-n", "--environment", "-t", "--taskfile", "--env", "-E", "--prefix", "-w"}  # fmt: skip
#: Commands whose first argument that is a file is a program which they run.
_PROGRAMS = {"python", "Rscript", "julia", "spark-submit", "streamlit", "papermill", "ipython", "bash", "sh", "zsh", "source",
             ".", "node", "sbatch", "srun", "chainlit", "bokeh", "panel", "modal", "jupyter", "runipy", "litserve",
             "R", "sqlite3", "psql", "dbx", "fastapi", "ksh", "dash", "accelerate", "torchrun", "deepspeed", "mpirun",
             "horovodrun", "metaflow", "pyflyte", "sky", "kernprof", "py-spy", "gdb", "pwsh", "powershell"}  # fmt: skip
_SERVERS = {
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


def resolve(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """Yield the nodes that a command runs; nothing where it runs only foreign code."""
    if not words:
        return
    if words[-1] in {"--help", "--version", "-h"}:
        return
    head = words[0]
    name = posixpath.basename(head)
    if name in _RUNNERS:
        yield from _runner(context, words, folder)
    elif name in {"tox", "nox"}:
        yield from _environments(context, words, folder)
    elif name in {"pytest", "py.test", "unittest", "nose2", "nosetests", "ward", "nose"} or _is_test_verb(
        words
    ):
        yield from _tests(context, words, folder)
    elif head == "python" and len(words) > 2 and words[1] == "-m":
        yield from _module(context, words[2], folder, words[3:])
    elif name in _SERVERS:
        yield from _application(context, words, folder)
    elif name in _PLATFORMS:
        yield from _PLATFORMS[name](context, words, folder)
    else:
        yield from _job_file(context, words, folder)
        yield from _file(context, words, folder)
        yield from _console(context, name, words[1:])
        return
    if name in _PROGRAMS:
        yield from _file(context, words, folder)


def _is_test_verb(words: tuple[str, ...]) -> bool:
    return words[:2] in {("hatch", "test"), ("kedro", "test"), ("pdm", "test"), ("coverage", "run")} and (
        words[0] != "coverage" or "pytest" in words or "unittest" in words
    )


def _positional(words: tuple[str, ...]) -> list[str]:
    """Return the words that are no options, nor values of options known to take one."""
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUED:
            skip = True
        elif not word.startswith("-") and "=" not in word:
            found.append(word)
    return found


def _option(words: tuple[str, ...], *names: str) -> str | None:
    """Return the value of the first of these options: `-f X`, `--file X`, `--file=X`, `-fX` for none."""
    for position, word in enumerate(words):
        for name in names:
            if word == name and position + 1 < len(words):
                return words[position + 1]
            if word.startswith(f"{name}="):
                return word[len(name) + 1 :]
    return None


def _target(context: Context, kinds: tuple[str, ...], name: str | None, folder: str) -> Iterator[Found]:
    """Yield the targets of this name in the nearest file, from the folder upwards."""
    for kind in kinds:
        candidates = context.targets.get(kind, ())
        for base in _ancestors(folder):
            here = [
                (path, target)
                for path, target in candidates
                if posixpath.dirname(path).removesuffix("/.mise").removesuffix("/.config") == base
                and (name is None or _same_name(target.name, name))
            ]
            if name is None and here and kind != "dvc-stage":
                here = [item for item in here if item[1].attrs.get("default") == "yes"] or here[:1]
            for path, target in here:
                yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")
            if here:
                return


def _same_name(target: str, name: str) -> bool:
    if target == name:
        return True
    return (
        "%" in target
        and name.startswith(target.partition("%")[0])
        and name.endswith(target.partition("%")[2])
    )


def _ancestors(folder: str) -> Iterator[str]:
    while True:
        yield folder
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _runner(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    name = posixpath.basename(words[0])
    kinds, verbs = _RUNNERS[name]
    rest = words[1:]
    moved = _option(rest, "-C", "--directory", "--working-directory", "--prefix", "-w")
    here = join(folder, moved) if moved and "$" not in moved else folder
    if name in {"npm", "yarn", "pnpm", "bun"} and rest and rest[0] in {"test", "t", "start", "build"}:
        rest = ("run", "test" if rest[0] == "t" else rest[0], *rest[1:])
    names = _positional(rest)
    if verbs and name not in {"yarn", "pnpm", "bun"}:
        if not names or names[0] not in verbs:
            return
        names = names[1:]
    elif verbs and names and names[0] in verbs:
        names = names[1:]
    if name == "hatch" and names:
        names = [names[0].rpartition(":")[2]]
    if name in {"pdm", "hatch", "pixi", "npm", "yarn", "pnpm", "mise", "rye", "bun", "just", "poe"}:
        names = names[:1]
    for target in names or [None]:
        yield from _target(context, kinds, target, here)


def _environments(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """Tox and nox: the named environments or sessions, else all."""
    kind = posixpath.basename(words[0])
    chosen = _option(words[1:], "-e", "-s", "--session", "--sessions", "--env")
    positional = [word for word in _positional(words[1:]) if word not in {"run", "r", "run-parallel", "p"}]
    names = [part for part in (chosen or "").split(",") if part]
    if kind == "nox":
        names += positional
    found = [
        (path, target)
        for path, target in context.targets.get(kind, ())
        if posixpath.dirname(path) in _ancestors(folder)
    ]
    for path, target in found:
        if not names or any(_matches_env(target.name, name) for name in names):
            if not names and target.attrs.get("default") == "no":
                continue
            yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")


def _matches_env(target: str, name: str) -> bool:
    """Tox's `py` or `py311` mean the plain test environment; factors are joined by dashes."""
    bare = name.split("-", maxsplit=1)[0]
    if target == name or name.startswith(f"{target}-") or name in target.split(","):
        return True
    return target in {"testenv", "py"} and (bare.startswith("py") or "$" in name or "{" in name)


def _tests(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    node = test_run(context, words, folder)
    if node is not None:
        yield Found(node, "collects")


def _module(context: Context, name: str, folder: str, rest: tuple[str, ...]) -> Iterator[Found]:
    importer = join(folder, "__main__.py")
    for candidate in (f"{name}.__main__", name):
        path = context.python.modules.module(candidate, importer)
        if path is not None:
            yield Found(context.python.main_nodes.get(path, context.python.module_nodes[path]), "runs module")
            yield from _subcommands(context, path, rest)
            return


def _file(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """The first word that is a tracked file: a script, a program's argument, or the command itself."""
    limit = 1 if posixpath.basename(words[0]) not in _PROGRAMS else len(words)
    for word in words[:limit]:
        if word.startswith("-") or "=" in word:
            continue
        path = context.file_at(word.removeprefix("./"), folder)
        if path is None and (word.startswith("/") or "$" in word):
            path = _in_image(context, word)
        if path is not None:
            yield from program(context, path)
            yield from _subcommands(context, path, words[1:])
            return
    script = words[1] if len(words) > 1 else words[0]
    if (
        words[0] in {"python", "Rscript", "bash", "sh"}
        and script.endswith((".py", ".R", ".sh"))
        and "$" not in script
    ):
        yield from _suffix(context, script)


def _job_file(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """A job that is described in a file which the command names: `anyscale job submit job.yaml`, `sky launch task.yaml`."""
    for word in words[1:]:
        name = word.partition("=")[2] or word
        if not name.endswith((".yaml", ".yml", ".json")) or "$" in name:
            continue
        path = context.file_at(name.removeprefix("./"), folder)
        if path is not None and (path, "job-file", path) in context.target_nodes:
            yield Found(context.target_nodes[(path, "job-file", path)], "submits")


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


def program(context: Context, path: str) -> Iterator[Found]:
    """Yield the node that running a file enters."""
    python = context.python
    if path in python.module_nodes:
        yield Found(python.main_nodes.get(path, python.module_nodes[path]))
    elif path in context.files and context.files[path].script is not None:
        yield Found(context.target_nodes[(path, "script", path)])
    elif (path, "program", path) in context.target_nodes:
        yield Found(context.target_nodes[(path, "program", path)])


def _console(context: Context, name: str, rest: tuple[str, ...]) -> Iterator[Found]:
    for path, target in context.targets.get("console-script", ()):
        if target.name == name:
            yield Found(context.target_nodes[(path, "console-script", name)], "console script")
            module = context.python.modules.module(target.function.partition(":")[0], join(posixpath.dirname(path), "setup.py"))
            if module is not None:
                yield from _subcommands(context, module, rest)


def _subcommands(context: Context, path: str, rest: tuple[str, ...]) -> Iterator[Found]:
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


def _application(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
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


def _in_files(context: Context, kinds: tuple[str, ...], paths: list[str]) -> Iterator[Found]:
    inside = set(paths)
    for kind in kinds:
        for path, target in context.targets.get(kind, ()):
            if path in inside:
                yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")


def _given(context: Context, words: tuple[str, ...], folder: str, *options: str) -> list[str]:
    """Return the tracked files below what these options name."""
    found: list[str] = []
    for position, word in enumerate(words):
        name = None
        if word in options and position + 1 < len(words):
            name = words[position + 1]
        elif any(word.startswith(f"{option}=") for option in options):
            name = word.partition("=")[2]
        if name and "$" not in name:
            found += context.below(name, folder)
    return found


def _dvc(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if words[1:2] not in {("repro",), ("exp",)} and words[1:2] != ("repro",):
        return
    if words[1] == "exp" and words[2:3] != ("run",):
        return
    names = [word for word in _positional(words[2:]) if word != "run"]
    for name in names or [None]:
        name = name.rpartition(":")[2] if name else None
        yield from _target(context, ("dvc-stage",), name, folder)


def _docker(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if "compose" in words[0] or words[1:2] == ("compose",):
        verbs = {"up", "run", "build", "start", "create"}
        files = _given(context, words, folder, "-f", "--file")
        if verbs & set(words):
            named = [
                word
                for word in words
                if any(t.name == word for _, t in context.targets.get("compose-service", ()))
            ]
            for found in (
                _in_files(context, ("compose-service",), files)
                if files
                else _target_all(context, "compose-service", folder)
            ):
                if not named or found.label.rpartition(" ")[2] in named:
                    yield found
        return
    if "build" in words[1:3]:
        files = _given(context, words, folder, "-f", "--file")
        if not files:
            spot = _positional(words[2:])
            base = join(folder, spot[-1]) if spot and "$" not in spot[-1] else folder
            files = [
                path
                for path in (join(base, "Dockerfile"), join(base, "Containerfile"))
                if path in context.paths
            ]
        yield from _in_files(context, ("image-build",), files)
        for found in _in_files(context, ("container",), files):
            yield Found(found.node, found.label, Tri.NO, "building an image does not run its command")
    elif "run" in words[1:3]:
        containers = context.targets.get("container", ())
        if len(containers) == 1:
            path, target = containers[0]
            yield Found(context.target_nodes[(path, "container", target.name)], "runs image")


def _target_all(context: Context, kind: str, folder: str) -> Iterator[Found]:
    for base in _ancestors(folder):
        here = [
            (path, target)
            for path, target in context.targets.get(kind, ())
            if posixpath.dirname(path) == base
        ]
        for path, target in here:
            yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")
        if here:
            return


def _az(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if "ml" in words[1:3] or "acr" in words[1:3]:
        yield from _in_files(
            context,
            ("azureml-job", "image-build", "container"),
            _given(context, words, folder, "-f", "--file"),
        )


def _databricks(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if "bundle" in words and {"deploy", "run"} & set(words):
        yield from _everywhere(context, "databricks-task")


def _everywhere(context: Context, kind: str) -> Iterator[Found]:
    for path, target in context.targets.get(kind, ()):
        yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")


def _manifests(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    files = _given(context, words, folder, "-f", "--filename", "-k", "--kustomize")
    for word in words[2:]:
        if not word.startswith("-") and "$" not in word and "/" in word:
            files += context.below(word.removeprefix("./"), folder)
    yield from _in_files(context, ("k8s-container",), files)


def _mlflow(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if words[1:2] == ("run",):
        where = next(iter(_positional(words[2:])), ".")
        entry = _option(words, "-e", "--entry-point")
        base = join(folder, where)
        for path, target in context.targets.get("mlproject", ()):
            if posixpath.dirname(path) == base and target.name == (entry or "main"):
                yield Found(
                    context.target_nodes[(path, "mlproject", target.name)], f"mlproject {target.name}"
                )


def _named(context: Context, words: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Found]:
    for path, file in context.python.modules.files.items():
        for index, function in enumerate(file.facts.functions):
            if function.name in names and context.scopes[path] != "test":
                yield Found(context.python.function_nodes[(path, index)], " ".join(words[:2]))


def _kedro(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    del folder
    if words[1:2] == ("run",):
        yield from _named(context, words, ("register_pipelines", "create_pipeline"))


def _snakemake(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    del words, folder
    yield from _everywhere(context, "snakemake-rule")


def _nextflow(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    del words, folder
    yield from _everywhere(context, "nextflow-process")


def _notebooks(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if "nbconvert" in words and "--execute" not in words:
        return
    for word in words[1:]:
        for path in context.below(word.removeprefix("./"), folder) if word.endswith(".ipynb") else []:
            yield from program(context, path)


def _prehook(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    del folder
    if "run" in words[1:2]:
        yield from _everywhere(context, "pre-commit-hook")


_PLATFORMS: dict[str, Resolver] = {
    "dvc": _dvc,
    "docker": _docker,
    "docker-compose": _docker,
    "podman": _docker,
    "podman-compose": _docker,
    "buildah": _docker,
    "az": _az,
    "databricks": _databricks,
    "kubectl": _manifests,
    "kustomize": _manifests,
    "argo": _manifests,
    "mlflow": _mlflow,
    "kedro": _kedro,
    "snakemake": _snakemake,
    "nextflow": _nextflow,
    "jupyter": _notebooks,
    "papermill": _notebooks,
    "pre-commit": _prehook,
    "prek": _prehook,
}
