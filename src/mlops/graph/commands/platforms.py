"""Tools and platforms whose commands run parts of the repository: DVC, Docker, Azure ML, Kubernetes and others."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops.domain.logic import Tri
from mlops.graph.commands.found import (
    Found,
    Resolver,
    everywhere,
    given,
    in_files,
    named_targets,
    nearest_targets,
    option,
    positional,
)
from mlops.graph.commands.programs import module, program
from mlops.graph.context import Context, join


def _dvc(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if words[1:2] not in {("repro",), ("exp",)} and words[1:2] != ("repro",):
        return
    if words[1] == "exp" and words[2:3] != ("run",):
        return
    names = [word for word in positional(words[2:]) if word != "run"]
    if not names:
        yield from named_targets(context, ("dvc-stage",), None, folder)
    for name in names:
        yield from named_targets(context, ("dvc-stage",), name.rpartition(":")[2], folder)


def _docker(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if "compose" in words[0] or words[1:2] == ("compose",):
        verbs = {"up", "run", "build", "start", "create"}
        files = given(context, words, folder, "-f", "--file")
        if verbs & set(words):
            named = [
                word
                for word in words
                if any(t.name == word for _, t in context.targets.get("compose-service", ()))
            ]
            for found in (
                in_files(context, ("compose-service",), files)
                if files
                else nearest_targets(context, "compose-service", folder)
            ):
                if not named or found.label.rpartition(" ")[2] in named:
                    yield found
        return
    if "build" in words[1:3]:
        files = given(context, words, folder, "-f", "--file")
        if option(words, "-f", "--file") is None:
            spot = positional(words[2:])
            base = join(folder, spot[-1]) if spot and "$" not in spot[-1] else folder
            files = [
                path
                for path in (join(base, "Dockerfile"), join(base, "Containerfile"))
                if path in context.paths
            ]
        yield from in_files(context, ("image-build",), files)
        for found in in_files(context, ("container",), files):
            yield Found(found.node, found.label, Tri.NO, "building an image does not run its command")
    elif "run" in words[1:3]:
        containers = context.targets.get("container", ())
        if len(containers) == 1:
            path, target = containers[0]
            yield Found(context.target_nodes[(path, "container", target.name)], "runs image")


def _az(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if "ml" in words[1:3] or "acr" in words[1:3]:
        yield from in_files(
            context,
            ("azureml-job", "image-build", "container"),
            given(context, words, folder, "-f", "--file"),
        )


def _databricks(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    del folder
    if "bundle" in words and {"deploy", "run"} & set(words):
        yield from everywhere(context, "databricks-task")


def _manifests(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    files = given(context, words, folder, "-f", "--filename", "-k", "--kustomize")
    for word in words[2:]:
        if not word.startswith("-") and "$" not in word and "/" in word:
            files += context.below(word.removeprefix("./"), folder)
    yield from in_files(context, ("k8s-container",), files)


def _mlflow(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if words[1:2] == ("run",):
        where = next(iter(positional(words[2:])), ".")
        entry = option(words, "-e", "--entry-point")
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


def _mage(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """`mage run PROJECT PIPELINE` runs the blocks of the pipeline."""
    del folder
    named = positional(words[2:])
    if words[1:2] == ("run",) and named:
        for path, target in context.targets.get("mage-block", ()):
            if f"/{path}".rpartition("/")[0].endswith(f"/{named[-1]}"):
                yield Found(
                    context.target_nodes[(path, "mage-block", target.name)], f"mage-block {target.name}"
                )


def _snakemake(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    del words, folder
    yield from everywhere(context, "snakemake-rule")


def _nextflow(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    del words, folder
    yield from everywhere(context, "nextflow-process")


def _notebooks(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    if "nbconvert" in words and "--execute" not in words:
        return
    for word in words[1:]:
        for path in context.below(word.removeprefix("./"), folder) if word.endswith(".ipynb") else []:
            yield from program(context, path)


def _modal(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """`modal run train.py::main`, `modal run -m package.train`, `modal deploy package.serve`."""
    for word in positional(words[2:])[:1]:
        name = word.partition("::")[0]
        path = context.file_at(name, folder) if name.endswith(".py") else None
        yield from program(context, path) if path is not None else module(context, name, folder, ())


def _prehook(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    del folder
    if "run" in words[1:2]:
        yield from everywhere(context, "pre-commit-hook")


PLATFORMS: dict[str, Resolver] = {
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
    "mage": _mage,
    "modal": _modal,
    "snakemake": _snakemake,
    "nextflow": _nextflow,
    "jupyter": _notebooks,
    "papermill": _notebooks,
    "pre-commit": _prehook,
    "prek": _prehook,
}
