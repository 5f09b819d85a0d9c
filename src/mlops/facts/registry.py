"""Which readers a file gets, by its name and, for generic formats, by its content."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from mlops.domain.facts import FileFacts
from mlops.domain.regex import regex
from mlops.facts import checkers, config, dependencies, yaml
from mlops.facts.tasks import (
    compose,
    console_scripts,
    dockerfile,
    just,
    make,
    npm,
    precommit,
    processes,
    pyproject_tasks,
    sessions,
    taskfile,
    tox,
)

Reader = Callable[[bytes], FileFacts]

_YAML = (".yml", ".yaml")
_TASKS = (compose, dockerfile, just, make, npm, precommit, pyproject_tasks, sessions, taskfile, tox)
_NAMED: dict[str, Reader] = {
    "setup.cfg": console_scripts.read_setup_cfg,
    "setup.py": lambda source: FileFacts("python", targets=console_scripts.setup_py_targets(source)),
    "Procfile": processes.read_procfile,
    "MLproject": processes.read_mlproject,
}
_JENKINS = regex(r"(?:.*/)?Jenkinsfile[^/]*|.*\.jenkinsfile|jenkins/[^/]+\.(?:groovy|jenkins)", re.IGNORECASE)


def wanted(path: str) -> bool:
    """Tell whether any reader may have something to say of a file by this name."""
    return path.endswith((".py", ".ipynb", *_YAML)) or any(True for _ in _readers(path))


def read(path: str, source: bytes) -> FileFacts:
    """Return what all readers of a file say, as one value."""
    parts = [reader(source) for reader in _readers(path)]
    if path.endswith(_YAML) and not any(part.documents for part in parts):
        parts.append(_yaml(path, source))
    return _merged(parts)


def reader_key(path: str) -> str:
    """Name what decides how a file is read: files of equal bytes and equal keys say the same.

    Code is read by its suffix alone, wherever it lies; for the rest the name and the folders take part.
    """
    suffix = posixpath.splitext(path)[1]
    return suffix if suffix in {".py", ".ipynb"} and len(list(_readers(path))) == 1 else path


def _readers(path: str) -> Iterator[Reader]:
    name = posixpath.basename(path)
    if path.endswith(".py"):
        yield _lazy("mlops.facts.python")
    elif path.endswith(".ipynb"):
        yield _lazy("mlops.facts.notebook")
    elif path.endswith((".sh", ".bash")) or (
        "." not in name and posixpath.dirname(path).endswith(("bin", "scripts"))
    ):
        yield _lazy("mlops.facts.shell")
    if dependencies.matches(path):
        yield lambda source: dependencies.read(path, source)
    if name in _NAMED:
        yield _NAMED[name]
    yield from (module.read for module in _TASKS if module.matches(path))
    if _JENKINS.fullmatch(path):
        yield _jenkins
    if checkers.matches(path):
        yield lambda source: checkers.read(path, source)
    if config.matches(path):
        yield lambda source: config.read(path, source)


def _lazy(module: str) -> Reader:
    """Return a module's `read`; the parsers behind it are loaded when the first file needs them."""
    return lambda source: cast("FileFacts", import_module(module).read(source))


def _jenkins(source: bytes) -> FileFacts:
    """Read a Jenkinsfile as a document of calls."""
    documents, problems = import_module("mlops.facts.ci.jenkins").documents(source)
    return FileFacts("groovy", problems=problems, documents=documents)


def _yaml(path: str, source: bytes) -> FileFacts:
    """Compose a YAML file once: its documents serve CI, its content tells whether it is a manifest."""
    documents, problems = yaml.documents(source)
    facts, targets = config.read_yaml(path, documents)
    return FileFacts("yaml", tuple(facts), tuple(targets), problems, documents=documents)


def _merged(parts: list[FileFacts]) -> FileFacts:
    if len(parts) == 1:
        return parts[0]
    return FileFacts(
        language=next((part.language for part in parts if part.language), ""),
        facts=tuple(fact for part in parts for fact in part.facts),
        targets=tuple(target for part in parts for target in part.targets),
        problems=tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
        python=next((part.python for part in parts if part.python is not None), None),
        script=next((part.script for part in parts if part.script is not None), None),
        documents=next((part.documents for part in parts if part.documents), ()),
    )
