"""Console scripts of setup.cfg and setup.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.domain.facts import FileFacts, Target
from mlops.domain.regex import regex
from mlops.facts.decode import text as decoded
from mlops.facts.tasks.ini import read_ini
from mlops.facts.tasks.tox import targets_of_ini

_ENTRY = regex(r"([\w.-]+)\s*=\s*([\w.]+(?::[\w.]+)?)")
_QUOTED_ENTRY = regex(r"""^[^#\n]*?(?:["'\[(,]|^)\s*([\w.-]+)\s*=\s*([\w.]+:[\w.]+)""", re.MULTILINE)


def matches(path: str) -> bool:
    """Tell whether a path names a setup.cfg or setup.py."""
    return path.rsplit("/", 1)[-1] in {"setup.cfg", "setup.py"}


def read_setup_cfg(source: bytes) -> FileFacts:
    """Read the console scripts, and tox environments, of a setup.cfg."""
    text = decoded(source)[0]
    entries = read_ini(text)[0].get("options.entry_points", {})
    targets = [
        Target("console-script", found[1], line, function=found[2])
        for group in ("console_scripts", "gui_scripts")
        if group in entries
        for line, entry in entries[group].lines
        if (found := _ENTRY.match(entry))
    ]
    return FileFacts("ini", targets=(*targets, *targets_of_ini(text)))


def setup_py_targets(source: bytes) -> tuple[Target, ...]:
    """Return the console scripts that a setup.py declares, by the form of its strings."""
    return tuple(_declared(decoded(source)[0]))


def _declared(text: str) -> Iterator[Target]:
    for group in re.finditer(r"(?:console|gui)_scripts", text):
        end = re.compile(r"[\])]|[\"'][\w.]+[\"']\s*:").search(text, group.end() + 2)
        part = text[group.end() : end.start() if end else len(text)]
        before = text.count("\n", 0, group.end())
        for found in _QUOTED_ENTRY.finditer(part):
            yield Target(
                "console-script",
                found[1],
                before + part.count("\n", 0, found.start(1)) + 1,
                function=found[2],
            )
