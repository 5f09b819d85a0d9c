"""A tree's files -> facts, each file by the readers that know its name or its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from mlops.domain.diagnostic import Diagnostic, Problem
from mlops.domain.facts import FileFacts
from mlops.domain.record import dataclass
from mlops.domain.shell import Script
from mlops.facts.registry import read, reader_key, wanted
from mlops.facts.shell import parse
from mlops.tree import Tree, blob_id

Progress = Callable[[str, int, int], None]


class Known(Protocol):
    """Facts by the content of their file and by who read it (`reader_key`)."""

    def get(self, blob: str, reader: str) -> FileFacts | None:
        """Return what was read before, or None."""

    def put(self, blob: str, reader: str, facts: FileFacts) -> None:
        """Keep what was read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What all files of a tree say."""

    paths: Sequence[str]
    files: Mapping[str, FileFacts]
    problems: tuple[Diagnostic, ...] = ()
    parse: Callable[[str], Script] = parse


def read_all(
    tree: Tree, *, ci_only: bool = False, progress: Progress | None = None, known: Known | None = None
) -> Reading:
    """Read every file that some reader wants; with `ci_only` just YAML, for checkouts that only lend CI parts."""
    paths = tree.paths()
    files: dict[str, FileFacts] = {}
    problems: list[Diagnostic] = []
    chosen = [path for path in paths if (path.endswith((".yml", ".yaml")) if ci_only else wanted(path))]
    for position, path in enumerate(chosen):
        if progress is not None:
            progress(path, position, len(chosen))
        found = _read(tree, path, known)
        if isinstance(found, Problem):
            problems.append(Diagnostic(path, found.line, found.message))
        else:
            files[path] = found
    return Reading(paths, files, tuple(problems))


def _read(tree: Tree, path: str, known: Known | None) -> FileFacts | Problem:
    """Read one file: the one place where bytes become facts."""
    blob = tree.blob(path) if known is not None else None
    reader = reader_key(path) if blob else ""
    if known is not None and blob:
        found = known.get(blob, reader)
        if found is not None:
            return found
    source = tree.read(path)
    if isinstance(source, Problem):
        return source
    facts = read(path, source)
    # A hostile clone may hold other bytes under an id than the id says: they must not be taken for an honest file.
    if known is not None and blob == blob_id(source):
        known.put(blob, reader, facts)
    return facts
