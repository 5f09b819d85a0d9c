"""A folder as it lies on disk."""
# Names of any bytes: only os takes them as they are.
# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH116, PTH118, PTH123, PTH206

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from typing import Protocol

from mlops import git
from mlops.domain.diagnostic import Diagnostic, Problem
from mlops.errors import MlopsError
from mlops.tree.base import MAX_BYTES, VCS, blob_id, bounded, checked, too_large
from mlops.tree.ignore import walk

#: Times of change, size and inode of a file.
Stamp = tuple[int, int, int, int]


class Stamps(Protocol):
    """Ids of contents by the stamp of their file: a file with the same stamp is not read again."""

    def get(self, path: str, stamp: Stamp) -> str | None:
        """Return the id, "" for a file without one, None where the stamp is not known."""

    def put(self, path: str, stamp: Stamp, blob: str) -> None:
        """Keep an id."""


class FolderTree:
    """A folder: in git the index plus untracked files that are not ignored, else all files that are not ignored."""

    revision = ""

    def __init__(self, path: str, stamps: Stamps | None = None) -> None:
        """List the files of a folder; `stamps` may know the ids of files that have not changed since."""
        self._stamps = stamps
        self.root = os.path.abspath(path)
        self._top = os.path.realpath(self.root)
        self._below = os.path.join(os.fsencode(self._top), b"")
        if not os.path.isdir(self.root):
            what = (
                "a file: give its folder"
                if os.path.exists(self.root)
                else "not there: give the folder of a repository"
            )
            raise MlopsError(f"{path} is {what}.")
        self._problems: list[Diagnostic] = []
        self._skipped: set[str] = set()
        self._blobs: dict[str, str | None] = {}
        self._last: tuple[str, bytes | Problem] = ("", b"")
        self._paths = sorted(bounded(self._list(path), self._problems))

    @property
    def problems(self) -> Sequence[Diagnostic]:
        """List what the listing met and left out."""
        return self._problems

    def paths(self) -> Sequence[str]:
        """List the files in order."""
        return self._paths

    def read(self, path: str) -> bytes | Problem:
        """Return the bytes of a listed file, or why there are none."""
        if self._last[0] != path:
            self._last = (path, self._read(path))
        return self._last[1]

    def size(self, path: str) -> int:
        """Return the size of a listed file in bytes, or -1 where it is not there."""
        try:
            return os.stat(self._full(path)).st_size
        except (OSError, ValueError):
            return -1

    def blob(self, path: str) -> str | None:
        """Return git's id for the bytes on disk, whatever the index says of them."""
        if self._stamps is None:
            if path not in self._blobs:
                self._blobs[path] = self._blob(path)
            return self._blobs[path]
        try:
            state = os.stat(self._full(path))
        except (OSError, ValueError):
            return None
        stamp = (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)
        known = self._stamps.get(path, stamp)
        if known is None:
            known = self._blob(path) or ""
            self._stamps.put(path, stamp, known)
        return known or None

    def close(self) -> None:
        """Nothing is to be ended: files are opened one by one."""

    def _blob(self, path: str) -> str | None:
        content = self.read(path)
        return blob_id(content) if isinstance(content, bytes) else None

    def _list(self, path: str) -> Iterator[str]:
        """Yield the paths that git lists, or those of a walk."""
        entries: tuple[git.Entry, ...] = ()
        try:
            top = git.find_root(self.root)
            bare = (
                bool(top) and not os.path.lexists(os.path.join(top or "", ".git")) and git.is_bare(self.root)
            )
            entries = git.ls_files(self.root) if top and not bare else ()
        except MlopsError as error:
            self._problems.append(Diagnostic("", 0, str(error)))
            bare = False
        if bare:
            raise MlopsError(
                f"{path} is a bare repository: name a revision, as in `mlops lint {path} --rev HEAD`."
            )
        if not entries:  # no repository, or a folder that the repository around it ignores
            yield from filter(self._regular, walk(self._top, self._problems))
        for entry in entries:
            if entry.mode == git.SUBMODULE:
                self._problems.append(Diagnostic(entry.path, 0, "a submodule: not read"))
            elif entry.skipped:
                self._skipped.add(entry.path)
                yield entry.path
            elif self._regular(entry.path):
                yield entry.path

    def _regular(self, path: str) -> bool:
        """Tell whether a listed path is to be read as a file; say why a link is not."""
        full = self._full(path)
        try:
            mode = os.lstat(full).st_mode
        except OSError:
            return True  # listed and not there: a problem when it is read
        if not stat.S_ISLNK(mode):
            return stat.S_ISREG(mode)
        reason = self._link(full)
        if reason:
            self._problems.append(Diagnostic(path, 0, reason))
        return not reason and os.path.isfile(full)

    def _link(self, full: bytes) -> str:
        """Say why a symbolic link is not followed, or ""."""
        try:
            target = os.path.realpath(full, strict=True)
        except OSError as error:
            return (
                "a symbolic link in circles: not followed"
                if error.errno == errno.ELOOP
                else "a symbolic link to nothing"
            )
        return "" if self._inside(target) else "a symbolic link that leads out of the folder: not followed"

    def _inside(self, target: bytes) -> bool:
        """Tell whether a real path lies below the root and in no version control data."""
        top = os.fsencode(self._top)
        if target != top and not target.startswith(top.rstrip(b"/") + b"/"):
            return False
        return not VCS.intersection(os.fsdecode(target[len(top) :]).split(os.sep))

    def _full(self, path: str) -> bytes:
        """Return the path on disk as bytes, so that any name works."""
        return self._below + path.encode("utf-8", "surrogateescape")

    def _read(self, path: str) -> bytes | Problem:
        """Read a file that really lies below the root, without waiting for pipes and devices."""
        full = self._full(path)
        try:
            if not self._inside(os.path.realpath(full)):
                return Problem(0, "leads out of the folder through a symbolic link: not read")
            with open(
                os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb"
            ) as file:
                state = os.fstat(file.fileno())
                if not stat.S_ISREG(state.st_mode):
                    return Problem(0, "not a regular file: not read")
                if state.st_size > MAX_BYTES:
                    return too_large(state.st_size)
                return checked(file.read(MAX_BYTES + 1))
        except FileNotFoundError:
            return Problem(
                0,
                "not checked out (sparse checkout)"
                if path in self._skipped
                else "listed by git, but not on disk",
            )
        except (OSError, ValueError) as error:
            return Problem(0, f"cannot be read: {getattr(error, 'strerror', None) or error}")
