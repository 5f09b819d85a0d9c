"""A tree's files -> facts, each file by the readers that know its name or its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from mlops.app.beside import Beside
from mlops.domain.diagnostic import Diagnostic, Problem
from mlops.domain.facts import FileFacts
from mlops.domain.record import dataclass
from mlops.domain.shell import Script
from mlops.facts.registry import read, reader_key, wanted
from mlops.facts.shell import parse
from mlops.tree import Tree, blob_id

Progress = Callable[[str, int, int], None]
#: From so many files on it is worth to start a second process.
_MANY = 100


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
    chosen = [path for path in paths if (path.endswith((".yml", ".yaml")) if ci_only else wanted(path))]
    found = _kept(tree, chosen, known) if known is not None else {}
    missing = [path for path in chosen if path not in found]
    for path, (facts, blob) in _read_many(tree, missing, progress, identify=known is not None).items():
        found[path] = facts
        # A hostile clone may hold other bytes under an id than the id says: they must not be taken for an honest file.
        if known is not None and isinstance(facts, FileFacts) and blob == tree.blob(path):
            known.put(blob, reader_key(path), facts)
    files: dict[str, FileFacts] = {}
    problems: list[Diagnostic] = []
    for path in chosen:
        facts = found[path]
        if isinstance(facts, Problem):
            problems.append(Diagnostic(path, facts.line, facts.message))
        else:
            files[path] = facts
    return Reading(paths, files, tuple(problems))


def _kept(tree: Tree, paths: Sequence[str], known: Known) -> dict[str, FileFacts | Problem]:
    """Return the facts of the files that were read before."""
    kept = {path: known.get(blob, reader_key(path)) for path in paths if (blob := tree.blob(path))}
    return {path: facts for path, facts in kept.items() if facts is not None}


#: What a file says, and git's id of the bytes that were read ("" where nobody asks).
_Found = dict[str, tuple[FileFacts | Problem, str]]


def _read_many(tree: Tree, paths: Sequence[str], progress: Progress | None, *, identify: bool) -> _Found:
    """Read files; of many, half of them in another process."""
    if len(paths) < _MANY:
        return _read_each(tree, paths, progress, identify=identify)
    tree.close()  # two processes cannot ask one git
    with Beside(partial(_read_each, tree, paths[1::2], None, identify=identify)) as other:
        mine = _read_each(tree, paths[::2], progress, identify=identify)
        return mine | other.result()


def _read_each(tree: Tree, paths: Sequence[str], progress: Progress | None, *, identify: bool) -> _Found:
    found: _Found = {}
    for position, path in enumerate(paths):
        if progress is not None:
            progress(path, position, len(paths))
        found[path] = _read(tree, path, identify=identify)
    return found


def _read(tree: Tree, path: str, *, identify: bool) -> tuple[FileFacts | Problem, str]:
    """Read one file: the one place where bytes become facts."""
    source = tree.read(path)
    if isinstance(source, Problem):
        return source, ""
    return read(path, source), blob_id(source) if identify else ""
