"""Settings of test runners and linters: what is collected, what is deselected, which rules are on."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of
from mlops.domain.facts import Fact, FileFacts
from mlops.facts import toml
from mlops.facts.decode import text as decoded
from mlops.facts.tasks.ini import read_ini

_INI = {"pytest.ini", ".pytest.ini", "setup.cfg", "tox.ini", ".flake8"}
_TOML = {"pyproject.toml", "ruff.toml", ".ruff.toml", "pytest.toml"}
_SECTIONS = {"pytest": "pytest", "tool:pytest": "pytest", "flake8": "flake8"}
_TABLES = (("tool", "pytest", "ini_options"), ("tool", "pytest"), ("tool", "ruff"))
#: Depth to which tables are followed below those named.
_DEPTH = 3


def matches(path: str) -> bool:
    """Tell whether a file may hold settings of a test runner or linter."""
    return posixpath.basename(path) in _INI | _TOML


def read(path: str, source: bytes) -> FileFacts:
    """Read the settings as key facts: `pytest.addopts`, `ruff.lint.select`; an empty list has the value `[]`."""
    name = posixpath.basename(path)
    if name in _INI:
        return FileFacts("ini", tuple(_ini(decoded(source)[0])))
    documents, problems = toml.documents(source)
    facts = [fact for document in documents for fact in _toml(name, document)]
    return FileFacts("toml", tuple(facts), problems=problems, documents=documents)


def _ini(text: str) -> Iterator[Fact]:
    for section, entries in read_ini(text)[0].items():
        tool = _SECTIONS.get(section)
        if tool is None:
            continue
        for key, entry in entries.items():
            lines = entry.lines
            value = " ".join(text.strip() for _, text in lines)
            yield Fact("key", f"{tool}.{key}", lines[0][0] if lines else 1, {"value": value, "format": "ini"})


def _toml(name: str, document: Document) -> Iterator[Fact]:
    if name in {"ruff.toml", ".ruff.toml"}:
        yield from _below(document, "ruff", _DEPTH)
    elif name == "pytest.toml" and isinstance(document, Map):
        yield from _below(document.get("pytest"), "pytest", _DEPTH)
    elif isinstance(document, Map):
        for table in _TABLES:
            yield from _below(document.get(*table), table[1], _DEPTH)


def _below(node: Document | None, prefix: str, depth: int) -> Iterator[Fact]:
    for key, value in entries_of(node):
        name = f"{prefix}.{key.text}"
        if isinstance(value, Map):
            if depth:
                yield from _below(value, name, depth - 1)
        elif isinstance(value, Seq):
            texts = [item.text for item in value.items if isinstance(item, Scalar)]
            yield Fact("key", name, key.line, {"value": " ".join(texts) or "[]", "format": "toml"})
        else:
            yield Fact("key", name, key.line, {"value": value.text, "format": "toml"})
