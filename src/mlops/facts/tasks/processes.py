"""Procfiles and MLproject files: processes and entry points by name."""

from __future__ import annotations

from mlops.domain.document import Map, entries_of, text_of
from mlops.domain.facts import FileFacts, Target
from mlops.domain.regex import regex
from mlops.facts.decode import text as decoded
from mlops.facts.tasks.tables import script_place
from mlops.facts.yaml import documents

_PROCESS = regex(r"([A-Za-z0-9_-]+):\s*(.+)")
_PARAMETER = regex(r"\{(\w+)\}")


def matches(path: str) -> bool:
    """Tell whether a path names a Procfile or an MLproject."""
    return path.rsplit("/", 1)[-1] in {"Procfile", "MLproject"}


def read_procfile(source: bytes) -> FileFacts:
    """Read the processes of a Procfile."""
    targets = [
        Target("procfile", found[1], number, found[2], number, errexit=False)
        for number, line in enumerate(decoded(source)[0].split("\n"), 1)
        if (found := _PROCESS.match(line))
    ]
    return FileFacts("procfile", targets=tuple(targets))


def read_mlproject(source: bytes) -> FileFacts:
    """Read the entry points of an MLproject; parameters become variables of the command."""
    found, problems = documents(source)
    root = found[0] if found else None
    targets = [
        Target(
            "mlproject", key.text, key.line, _PARAMETER.sub(r"$\1", text_of(value.get("command"))),
            script_place(value.get("command")), errexit=False, attrs={"default": "yes"} if key.text == "main" else {},
        )
        for key, value in entries_of(root.get("entry_points") if isinstance(root, Map) else None)
        if isinstance(value, Map)
    ]  # fmt: skip
    return FileFacts("mlproject", targets=tuple(targets), problems=problems)
