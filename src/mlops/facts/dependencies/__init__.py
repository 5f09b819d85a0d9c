"""What a repository depends on: manifests and lock files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from mlops.domain.diagnostic import Problem
from mlops.domain.document import Document
from mlops.domain.facts import Fact, FileFacts
from mlops.domain.regex import regex
from mlops.facts import toml, yaml
from mlops.facts.decode import text as decode
from mlops.facts.dependencies import conda, legacy, locks, pyproject, requirements

#: More dependencies than any manifest has.
MAX_FACTS = 20_000

_REQUIREMENTS = regex(
    r"(?:^|/)(?:[^/]*(?:requirement|constraint)[^/]*\.(?:txt|in|pip|lock)|reqs?[^/]*\.(?:txt|in)|requirements?/[^/]+\.(?:txt|in|pip))$",
    re.IGNORECASE,
)
_PYLOCK = regex(r"pylock\.(?:[\w-]+\.)?toml$")

_TOML: dict[str, Callable[[Document], Iterator[Fact]]] = {
    "pyproject.toml": pyproject.pyproject,
    "pixi.toml": pyproject.pixi,
    "Pipfile": pyproject.pipfile,
}
_TEXT: dict[str, tuple[str, Callable[[str], Iterator[Fact]]]] = {
    "setup.cfg": ("ini", legacy.setup_cfg),
    "DESCRIPTION": ("text", legacy.description),
    **{name: ("lock", reader) for name, reader in locks.READERS.items()},
}


def matches(path: str) -> bool:
    """Tell whether a file is a manifest or lock file by its name."""
    name = posixpath.basename(path)
    return (
        name in _TOML
        or name in _TEXT
        or name in {"setup.py", "package.json"}
        or bool(_PYLOCK.match(name))
        or bool(_REQUIREMENTS.search(path))
    )


def read(path: str, source: bytes) -> FileFacts:
    """Read a manifest or lock file that `matches` names."""
    name = posixpath.basename(path)
    if name == "setup.py":
        return _facts("python", legacy.setup_py(source))
    text, problem = decode(source)
    if problem:
        return FileFacts("", problems=(problem,))
    if name in _TOML:
        documents, problems = toml.documents(text.encode("utf-8", "replace"))
        return _facts("toml", (fact for each in documents for fact in _TOML[name](each)), problems, documents)
    if name == "package.json":
        documents, problems = yaml.documents(text.encode("utf-8", "replace"))
        return _facts(
            "json", (fact for each in documents for fact in legacy.package_json(each)), problems, documents
        )
    if _PYLOCK.match(name):
        return _facts("lock", locks.READERS["pylock.toml"](text))
    if name in _TEXT:
        language, reader = _TEXT[name]
        return _facts(language, reader(text))
    return requirements.read(path, text)


def read_yaml(path: str, documents: Iterable[Document]) -> tuple[Fact, ...]:  # noqa: ARG001  # told by content
    """Read a YAML file that turns out to be an environment of conda."""
    return tuple(
        fact
        for document in documents
        if conda.is_environment(document)
        for fact in conda.environment(document)
    )


def _facts(
    language: str,
    facts: Iterable[Fact],
    problems: tuple[Problem, ...] = (),
    documents: tuple[Document, ...] = (),
) -> FileFacts:
    kept: list[Fact] = []
    for fact in facts:
        if len(kept) >= MAX_FACTS:
            problems = (
                *problems,
                Problem(fact.line, f"more than {MAX_FACTS:,} dependencies: the rest is not read"),
            )
            break
        kept.append(fact)
    return FileFacts(language, tuple(kept), problems=problems, documents=documents)
