"""A tree without the files that patterns name."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.domain.diagnostic import Diagnostic, Problem
from mlops.tree.base import Tree
from mlops.tree.ignore import ignores


class Filtered:
    """Another tree without the files that patterns (in the syntax of .gitignore) name."""

    def __init__(self, tree: Tree, patterns: Sequence[str]) -> None:
        """Leave out what the patterns name."""
        self._tree = tree
        self._problems: list[Diagnostic] = []
        ignored = ignores(patterns, lambda text: self._problems.append(Diagnostic("", 0, f"exclude: {text}")))
        self._paths = [path for path in tree.paths() if not ignored(path)]

    @property
    def root(self) -> str:
        """Name the folder or repository."""
        return self._tree.root

    @property
    def revision(self) -> str:
        """Name the commit, or "" for files as they lie on disk."""
        return self._tree.revision

    @property
    def problems(self) -> Sequence[Diagnostic]:
        """List what the listing met and left out."""
        return [*self._tree.problems, *self._problems]

    def paths(self) -> Sequence[str]:
        """List the files that are left."""
        return self._paths

    def read(self, path: str) -> bytes | Problem:
        """Return the bytes of a listed file, or why there are none."""
        return self._tree.read(path)

    def size(self, path: str) -> int:
        """Return the size of a listed file in bytes, or -1 where it is not there."""
        return self._tree.size(path)

    def blob(self, path: str) -> str | None:
        """Return git's id for the bytes that `read` returns."""
        return self._tree.blob(path)

    def close(self) -> None:
        """End what reads contents; a later read starts it anew."""
        self._tree.close()
