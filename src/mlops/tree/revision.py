"""The files of one commit, and of the commit that an index would make."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mlops import git
from mlops.domain.diagnostic import Diagnostic, Problem
from mlops.tree.base import MAX_BYTES, bounded, checked, too_large

_MAX_LINKS = 20


class GitTree:
    """The files of one commit, read from the object store: works on bare repositories too."""

    def __init__(self, path: str, revision: str, *, resolved: bool = False) -> None:
        """List the files of a revision below a folder; `resolved` where it is a commit id that git gave."""
        self.root = str(Path(path).absolute())
        self.revision = revision if resolved else git.rev_parse(self.root, revision)
        self._hold(git.ls_tree(self.root, self.revision))

    def _hold(self, entries: Iterable[git.Entry]) -> None:
        """Take the files that git lists, and what the links among them lead to."""
        self._blobs = git.Blobs(self.root)
        self._problems: list[Diagnostic] = []
        self._last: tuple[str, int, bytes] = ("", -1, b"")
        self._ids: dict[str, str] = {}
        links: dict[str, str] = {}
        for entry in entries:
            if entry.mode == git.SUBMODULE:
                self._problems.append(Diagnostic(entry.path, 0, "a submodule: not read"))
            elif entry.mode == git.SYMLINK:
                links[entry.path] = self._blobs.read(entry.blob, 4096)[1].decode("utf-8", "surrogateescape")
            else:
                self._ids[entry.path] = entry.blob
        self._follow(links)
        self._paths = sorted(bounded(self._ids, self._problems))

    @property
    def problems(self) -> Sequence[Diagnostic]:
        """List what the listing met and left out."""
        return self._problems

    def paths(self) -> Sequence[str]:
        """List the files in order."""
        return self._paths

    def read(self, path: str) -> bytes | Problem:
        """Return the bytes of a listed file, or why there are none."""
        size, content = self._content(path)
        if size < 0:
            return Problem(0, "its content is not in this clone (partial clone)")
        return too_large(size) if size > MAX_BYTES else checked(content)

    def size(self, path: str) -> int:
        """Return the size of a listed file in bytes, or -1 where it is not there."""
        return self._content(path)[0]

    def blob(self, path: str) -> str | None:
        """Return git's id of the content."""
        return self._ids.get(path)

    def close(self) -> None:
        """End the process that reads contents; a later read starts it anew."""
        self._blobs.close()

    def _content(self, path: str) -> tuple[int, bytes]:
        """Return size and bytes of a file; the last one is kept, for it is often asked twice."""
        if self._last[0] != path:
            blob = self._ids.get(path)
            self._last = (path, *(self._blobs.read(blob, MAX_BYTES) if blob else (-1, b"")))
        return self._last[1], self._last[2]

    def _follow(self, links: Mapping[str, str]) -> None:
        """Give each link to a file the blob of that file; say why another is not followed."""
        found: dict[str, str] = {}
        for path in links:
            target = _resolve(path, links)
            if target.startswith("a symbolic link"):
                self._problems.append(Diagnostic(path, 0, target))
            elif target in self._ids:
                found[path] = self._ids[target]
        self._ids.update(found)


class IndexTree(GitTree):
    """The files that the next commit holds: what is staged, whatever lies on disk."""

    def __init__(self, path: str, index: str = "") -> None:
        """List the files of the index below a folder; a commit of some paths alone has an index file of its own."""
        self.root = str(Path(path).absolute())
        self.revision = ""
        self._hold(git.ls_index(self.root, index))


def _resolve(path: str, links: Mapping[str, str]) -> str:
    """Return where a link ends below the root, or a sentence that begins with "a symbolic link"."""
    for _ in range(_MAX_LINKS):
        target = links[path]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if target.startswith("/") or path == ".." or path.startswith("../"):
            return "a symbolic link that leads out of the folder: not followed"
        if path not in links:
            return path
    return "a symbolic link in circles: not followed"
