"""Which part of the repository a command runs: a file, a module, a target, tests, a pipeline."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops.graph.commands.found import Found
from mlops.graph.commands.platforms import PLATFORMS
from mlops.graph.commands.programs import (
    PROGRAMS,
    SERVERS,
    application,
    console,
    job_file,
    module,
    script_file,
)
from mlops.graph.commands.runners import RUNNERS, environments, task_runner
from mlops.graph.context import Context
from mlops.graph.selection import test_run


def resolve(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """Yield the nodes that a command runs; nothing where it runs only foreign code."""
    if not words:
        return
    if words[-1] in {"--help", "--version", "-h"}:
        return
    head = words[0]
    name = posixpath.basename(head)
    if name in RUNNERS:
        yield from task_runner(context, words, folder)
    elif name in {"tox", "nox"}:
        yield from environments(context, words, folder)
    elif name in {"pytest", "py.test", "unittest", "nose2", "nosetests", "ward", "nose"} or _is_test_verb(
        words
    ):
        yield from _tests(context, words, folder)
    elif head == "python" and len(words) > 2 and words[1] == "-m":
        yield from module(context, words[2], folder, words[3:])
    elif name in SERVERS:
        yield from application(context, words, folder)
    elif name in PLATFORMS:
        yield from PLATFORMS[name](context, words, folder)
    else:
        yield from job_file(context, words, folder)
        yield from script_file(context, words, folder)
        yield from console(context, name, words[1:])
        return
    if name in PROGRAMS:
        yield from script_file(context, words, folder)


def _is_test_verb(words: tuple[str, ...]) -> bool:
    return words[:2] in {("hatch", "test"), ("kedro", "test"), ("pdm", "test"), ("coverage", "run")} and (
        words[0] != "coverage" or "pytest" in words or "unittest" in words
    )


def _tests(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    node = test_run(context, words, folder)
    if node is not None:
        yield Found(node, "collects")
