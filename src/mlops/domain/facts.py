"""What one file says, before linking: the values that readers return and the graph takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from mlops.domain.diagnostic import Problem
from mlops.domain.document import Document
from mlops.domain.python import PythonFacts
from mlops.domain.record import dataclass, field
from mlops.domain.shell import Script


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Location:
    """A line of a file; line 0 means the file as a whole. Paths are relative to the root, with slashes."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        """Write it as compilers do."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Fact:
    """One flat statement of a file: the kinds and their attributes are listed in docs/facts.md."""

    kind: str
    value: str
    line: int
    attrs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a tool runs by name: a make target, a console script, a DVC stage, a container's command.

    `script` is shell text, `function` a Python entry (`pkg.module:name`); at least one is given unless only
    `needs` matter. `line` is the line of the name, `script_line` the line on which the script's text starts.
    """

    kind: str
    name: str
    line: int
    script: str = ""
    script_line: int = 0
    function: str = ""
    #: Names of targets of the same kind and file that run before this one.
    needs: tuple[str, ...] = ()
    #: Shell options that the tool sets for the script.
    errexit: bool = True
    pipefail: bool = False
    #: False where a failure is ignored (`- cmd` in make, `ignore_outcome` in tox).
    stops: bool = True
    #: Folder that the script runs in, relative to the file's own; "" for that folder.
    folder: str = ""
    attrs: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """All that one file says. A file of no known language has only `language` ""."""

    language: str
    facts: tuple[Fact, ...] = ()
    targets: tuple[Target, ...] = ()
    problems: tuple[Problem, ...] = ()
    python: PythonFacts | None = None
    script: Script | None = None
    #: The documents of a YAML, JSON or TOML file, for readers that need the whole (CI files above all).
    documents: tuple[Document, ...] = ()
