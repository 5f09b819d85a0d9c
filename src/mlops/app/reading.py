"""A tree's files -> facts, each file by the readers that know its name or its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mlops.domain.assessment import Diagnostic
from mlops.domain.facts import FileFacts, Problem
from mlops.domain.shell import Script
from mlops.facts.registry import read, wanted
from mlops.facts.shell import parse
from mlops.tree import Tree

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What all files of a tree say."""

    paths: Sequence[str]
    files: Mapping[str, FileFacts]
    problems: tuple[Diagnostic, ...] = ()
    parse: Callable[[str], Script] = parse


def read_all(tree: Tree, *, ci_only: bool = False, progress: Progress | None = None) -> Reading:
    """Read every file that some reader wants; with `ci_only` just YAML, for checkouts that only lend CI parts."""
    paths = tree.paths()
    files: dict[str, FileFacts] = {}
    problems: list[Diagnostic] = []
    chosen = [path for path in paths if (path.endswith((".yml", ".yaml")) if ci_only else wanted(path))]
    for position, path in enumerate(chosen):
        if progress is not None:
            progress(path, position, len(chosen))
        source = tree.read(path)
        if isinstance(source, Problem):
            problems.append(Diagnostic(path, source.line, source.message))
        else:
            files[path] = read(path, source)
    return Reading(paths, files, tuple(problems))
