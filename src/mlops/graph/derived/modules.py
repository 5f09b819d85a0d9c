"""How the code is laid out and run: `ml-module`, `project-task`, `change-check`, `runner-training`, `parity`."""

from __future__ import annotations

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, with_capability
from mlops.graph.derived.walk import below

#: Top-level packages whose use makes a module one of machine learning, besides what the tool tables say.
_ML_ROOTS = {"sklearn", "torch", "tensorflow", "keras", "xgboost", "lightgbm", "catboost", "numpy", "pandas", "polars", "scipy",
             "pyspark", "transformers", "statsmodels", "jax", "flax", "pytorch_lightning", "lightning", "prophet", "datasets",
             "mlflow", "spacy", "gensim", "nltk", "cv2", "ray", "dask", "darts", "sktime", "timm", "torchvision", "azureml",
             "sagemaker", "ultralytics", "fastai", "onnxruntime", "joblib", "optuna"}  # fmt: skip
_DEFINITIONS = 2
_R = (".R", ".r", ".Rmd", ".qmd")
#: Calls in R that load a script, or all scripts of a folder.
_LISTING = {"R::list.files", "R::dir_ls"}
_SOURCING = {"R::source", "R::sys.source", "R::tar_source", "R::load_all", *_LISTING}
_TASK_NAMES = ("setup", "install", "test", "train", "lint", "run", "serve", "data", "check", "build", "init", "dev", "format",
               "pipeline", "evaluate", "predict", "deploy", "requirements", "environment", "all", "bootstrap", "sync")  # fmt: skip


def add_modules(context: Context) -> None:
    """Add the facts of layout and tasks."""
    _ml_modules(context)
    _r_modules(context)
    _tasks(context)
    _change_checks(context)
    _runner_training(context)
    _parity(context)


def _ml_modules(context: Context) -> None:
    """A module of at least two definitions that uses ML libraries and that another file imports."""
    python = context.python
    single: list[tuple[str, Fact]] = []
    ml = any(f.scope in {"source", "notebook"} for f in context.graph.of_kind("ml"))
    for path, file in python.modules.files.items():
        if context.scopes[path] != "source" or not ml:
            continue
        roots = {item.name.split(".")[0] for item in file.facts.imports}
        definitions = [f for f in file.facts.functions if f.body == "real" and f.scope < 0]
        if not roots & _ML_ROOTS or not definitions:
            continue
        if len(definitions) == 1:
            if path in python.imported:
                single.append((path, Fact("ml-module", path, definitions[0].line, {"definitions": "1"})))
            continue
        importable = path in python.imported or (
            path in python.main_nodes and file.facts.loose_statements <= 3
        )
        refused = ("", "") if importable else ("no other file imports it", "F9")
        fact = Fact("ml-module", path, definitions[0].line, {"definitions": str(len(definitions))})
        context.graph.place([PlacedFact(fact, path, "source", -1, frozenset(), refused)])
    if len(single) > 1:
        # One step or component a file: together they are what one module of several definitions is.
        for path, fact in single:
            context.graph.place([PlacedFact(fact, path, "source", -1, frozenset())])


def _r_modules(context: Context) -> None:
    """A script of at least two functions that is part of a package in R, or that another file sources."""
    shown = {"source", "notebook"}
    if not any(f.scope in shown and f.path.endswith(_R) for f in context.graph.of_kind("ml")):
        return
    sources = [
        (path, fact)
        for path, file in context.files.items()
        if path.endswith(_R)
        for fact in file.facts
        if fact.kind == "call" and fact.value in _SOURCING
    ]
    listing = {path for path, fact in sources if fact.value == "R::source"}
    sources = [(path, fact) for path, fact in sources if fact.value not in _LISTING or path in listing]
    for path, file in context.files.items():
        defined = [fact for fact in file.facts if fact.kind == "call" and fact.value == "R::function"]
        if context.scopes[path] != "source" or len(defined) < _DEFINITIONS:
            continue
        refused = ("", "") if _is_sourced(context, path, sources) else ("no other file sources it", "F9")
        fact = Fact("ml-module", path, defined[0].line, {"definitions": str(len(defined))})
        context.graph.place([PlacedFact(fact, path, "source", -1, frozenset(), refused)])


def _is_sourced(context: Context, path: str, sources: list[tuple[str, Fact]]) -> bool:
    """Tell whether a script is loaded by name, with its folder, or as part of a package."""
    folder, _, name = path.rpartition("/")
    package, in_r, _ = f"/{folder}/".rpartition("/R/")
    if in_r and f"{package}/DESCRIPTION".lstrip("/") in context.paths:
        return True
    for where, fact in sources:
        given = " ".join(fact.attrs.values())
        whole = fact.value != "R::source" and in_r
        if where != path and (whole or name in given):
            return True
    return False


def _tasks(context: Context) -> None:
    """Tasks of a runner whose commands lead to something."""
    kinds = (
        "make",
        "just",
        "task",
        "tox",
        "nox",
        "poe",
        "pdm",
        "hatch",
        "invoke",
        "mise",
        "pixi",
        "npm",
        "taskipy",
        "rye",
    )
    for kind in kinds:
        for path, target in context.targets.get(kind, ()):
            node = context.target_nodes[(path, kind, target.name)]
            if not any(name in target.name.lower() for name in _TASK_NAMES):
                continue
            reached = below(context, node)
            commands = [
                context.graph.nodes[i].label for i in reached if context.graph.nodes[i].kind == "command"
            ]
            missing = [name for name in map(_script_of, commands) if name and not _tracked(context, name)]
            refused = ("", "")
            if not commands:
                refused = ("it runs nothing", "F14")
            elif len(missing) == len(commands):
                refused = (f"it runs {missing[0]}, which does not exist", "F14")
            fact = Fact("project-task", f"{kind} {target.name}", target.line, {})
            context.graph.place([PlacedFact(fact, path, context.scopes[path], node, frozenset(), refused)])


def _script_of(command: str) -> str:
    """Return the script of the repository that a command names, or ""."""
    words = [word for word in command.split() if not word.startswith("-")]
    if words and words[0] in {"python", "python3", "bash", "sh", "Rscript"}:
        words = words[1:]
    name = words[0] if words else ""
    return name.removeprefix("./") if name.endswith((".py", ".sh", ".R")) and "$" not in name else ""


def _tracked(context: Context, name: str) -> bool:
    return any(path == name or path.endswith(f"/{name}") for path in context.paths)


def _change_checks(context: Context) -> None:
    """A command or action that works on the code for a pull request; bots that label or greet do not."""
    graph = context.graph
    for fact in graph.of_kind("command"):
        words = fact.fact.value.split()
        if words and words[0] not in {
            "echo",
            "printf",
            "true",
            ":",
            "exit",
            "set",
            "gh",
            "export",
            "git",
            "cat",
            "ls",
            "mkdir",
        }:
            graph.place([derived(fact, "change-check")])
    useful = frozenset(
        {"static-check", "test-run", "package-build", "image-build", "code-scan", "dependency-scan"}
    )
    for kind in ("action", "task"):
        for fact in graph.of_kind(kind):
            if fact.capabilities & useful:
                graph.place([derived(fact, "change-check")])


def _runner_training(context: Context) -> None:
    """A CI job that reaches the real fit and keeps the model: an artifact, a registry or a store."""
    graph = context.graph
    training = {f.node for f in graph.of_kind("training") if f.scope == "source" and not f.refused[0]}
    keeps = {
        f.node
        for f in with_capability(
            context, "artifact-upload", "model-registration", "data-versioning", "experiment-tracking"
        )
        if f.node >= 0
    }
    for job in graph.of_kind("job"):
        reached = below(context, job.node)
        reports = [f for f in graph.of_kind("report") if f.node == job.node]
        # The file must name the machine: `runs-on`, a pool, tags.
        if job.fact.attrs.get("runner") and reached & training and (reached & keeps or reports):
            graph.place([derived(job, "runner-training")])


def _parity(context: Context) -> None:
    """One training definition that a developer's command or test reaches and an unattended start reaches too."""
    graph = context.graph
    automatic = {"schedule", "push", "signal", "pipeline", "release", "tag"}
    entries = [node for node in graph.nodes if node.entry]
    hands = [
        node.index
        for node in entries
        if node.entry in {"task", "console", "script", "stage"} and node.scope == "source"
    ]
    events = [node.index for node in entries if node.entry in automatic]
    changes = [node.index for node in entries if node.entry in {"pull_request", "push", "branch"}]
    tests = [node.index for node in graph.nodes if node.kind == "tests"]
    trained = [
        f for f in graph.of_kind("training") if f.scope == "source" and f.node >= 0 and not f.refused[0]
    ]
    named = [
        node.index
        for node in entries
        if node.entry in {"task", "console", "stage"}
        and node.scope == "source"
        and any(fact.node in below(context, node.index) for fact in trained)
    ]
    for fact in trained:
        by_event = any(fact.node in below(context, event) for event in events)
        by_hand = any(fact.node in below(context, hand) for hand in hands)
        checked = any(fact.node in below(context, change) for change in changes) or _tested(
            context, tests, fact.node
        )
        if by_event and by_hand:
            # Where developers have a command for training, that command must lead here.
            same = not named or any(fact.node in below(context, hand) for hand in named)
            refused = ("", "") if same else ("developers train by another definition", "F19")
            graph.place([derived(fact, "parity", refused=refused, ci="yes" if checked else "no")])


def _tested(context: Context, tests: list[int], goal: int) -> bool:
    """Tell whether a test reaches a node (walks from tests are not remembered by `below`)."""
    graph = context.graph
    for start in tests:
        seen, pending = set(), [start]
        while pending:
            node = pending.pop()
            if node == goal:
                return True
            if node not in seen:
                seen.add(node)
                pending.extend(edge.target for edge in graph.out[node])
    return False
