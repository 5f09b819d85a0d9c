"""A tree's files -> facts, each file by the readers that know its name or its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from mlops.app.beside import Beside, Turns
from mlops.domain.diagnostic import Diagnostic, Problem
from mlops.domain.facts import FileFacts
from mlops.domain.record import dataclass
from mlops.domain.shell import Script
from mlops.facts.registry import read, reader_key, wanted
from mlops.facts.shell import parse
from mlops.tree import Filtered, Tree, blob_id

Progress = Callable[[str, int, int], None]
#: From so many files on it is worth to start a second process.
_MANY = 16


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
    #: Faults of the tree and its files.
    problems: tuple[Diagnostic, ...] = ()
    parse: Callable[[str], Script] = parse


#: What a file says, and git's id of the bytes that were read ("" where nobody asks).
_Found = dict[str, tuple[FileFacts | Problem, str]]


class Begun:
    """The reading of a tree, begun in a second process while this one has other things to do, and ended here."""

    def __init__(
        self,
        tree: Tree,
        *,
        exclude: Sequence[str] = (),
        ci_only: bool = False,
        progress: Progress | None = None,
        known: Known | None = None,
    ) -> None:
        """Choose every file that some reader wants; with `ci_only` just YAML, for checkouts that only lend CI parts."""
        self._tree = tree = Filtered(tree, exclude) if exclude else tree
        self._progress = progress
        self._known = known
        self._chosen = [
            path for path in tree.paths() if (path.endswith((".yml", ".yaml")) if ci_only else wanted(path))
        ]
        self._files = _kept(tree, self._chosen, known) if known is not None else {}
        self._missing = [path for path in self._chosen if path not in self._files]
        self._turns = Turns(len(self._missing))
        self._other = Beside(self._take, wanted=len(self._missing) >= _MANY)

    def __enter__(self) -> Self:
        """Begin: where a second process is to be had, it reads from now on."""
        self._tree.close()  # two processes cannot ask one git
        self._other.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the second process."""
        self._other.__exit__(kind, error, trace)
        self._turns.close()

    def end(self) -> Reading:
        """Read what nobody has read yet, and return what all files say."""
        found = self._take() | self._other.result()
        lost = [path for path in self._missing if path not in found]  # by a process that was killed
        for path, (facts, blob) in (found | self._read(lost)).items():
            self._files[path] = facts
            # A hostile clone may hold other bytes under an id than the id says: they must not pass for an honest file.
            if self._known is not None and isinstance(facts, FileFacts) and blob == self._tree.blob(path):
                self._known.put(blob, reader_key(path), facts)
        return self._reading()

    def _reading(self) -> Reading:
        files: dict[str, FileFacts] = {}
        problems = [*self._tree.problems]
        for path in self._chosen:
            facts = self._files[path]
            if isinstance(facts, Problem):
                problems.append(Diagnostic(path, facts.line, facts.message))
            else:
                files[path] = facts
        return Reading(self._tree.paths(), files, tuple(problems))

    def _take(self) -> _Found:
        """Read files as long as there are some that the other process has not taken."""
        found: _Found = {}
        for turn in self._turns:
            if self._progress is not None:
                self._progress(self._missing[turn], turn, len(self._turns))
            found |= self._read(self._missing[turn :: len(self._turns)])
        return found

    def _read(self, paths: Sequence[str]) -> _Found:
        return {path: _read(self._tree, path, identify=self._known is not None) for path in paths}


def _kept(tree: Tree, paths: Sequence[str], known: Known) -> dict[str, FileFacts | Problem]:
    """Return the facts of the files that were read before."""
    kept = {path: known.get(blob, reader_key(path)) for path in paths if (blob := tree.blob(path))}
    return {path: facts for path, facts in kept.items() if facts is not None}


def _read(tree: Tree, path: str, *, identify: bool) -> tuple[FileFacts | Problem, str]:
    """Read one file: the one place where bytes become facts."""
    source = tree.read(path)
    if isinstance(source, Problem):
        return source, ""
    return read(path, source), blob_id(source) if identify else ""
