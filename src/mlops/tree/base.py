"""What every tree has, the limits, and the tree in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from mlops.domain.diagnostic import Diagnostic, Problem

#: The largest file that is read, and the largest number of files that is listed.
MAX_BYTES = 10_000_000
MAX_FILES = 200_000
#: Folders in which version control systems keep their own data.
VCS = frozenset({".git", ".hg", ".svn", ".bzr", ".jj", ".sl", "_darcs", "CVS"})
_LFS = b"version https://git-lfs.github.com/spec/"


class Tree(Protocol):
    """The files that are judged."""

    @property
    def root(self) -> str:
        """Name the folder or repository."""

    @property
    def revision(self) -> str:
        """Name the commit, or "" for files as they lie on disk."""

    @property
    def problems(self) -> Sequence[Diagnostic]:
        """List what the listing met and left out: links that lead out, submodules, too many files."""

    def paths(self) -> Sequence[str]:
        """List the files in order."""

    def read(self, path: str) -> bytes | Problem:
        """Return the bytes of a listed file, or why there are none."""

    def size(self, path: str) -> int:
        """Return the size of a listed file in bytes, or -1 where it is not there."""

    def blob(self, path: str) -> str | None:
        """Return git's id for the bytes that `read` returns (a key for caches), None where there are none."""

    def close(self) -> None:
        """End what reads contents; a later read starts it anew."""


def blob_id(content: bytes) -> str:
    """Return the id that git gives to these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class MemoryTree:
    """Files given as a mapping from path to text or bytes."""

    root = "."
    revision = ""
    problems: Sequence[Diagnostic] = ()

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        """Keep the files as bytes."""
        self._files = {
            path: text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
            for path, text in files.items()
        }

    def paths(self) -> Sequence[str]:
        """List the files in order."""
        return sorted(self._files)

    def read(self, path: str) -> bytes | Problem:
        """Return the bytes of a listed file, or why there are none."""
        content = self._files.get(path)
        return Problem(0, "the file is not there") if content is None else checked(content)

    def size(self, path: str) -> int:
        """Return the size of a listed file in bytes, or -1 where it is not there."""
        return len(self._files[path]) if path in self._files else -1

    def blob(self, path: str) -> str | None:
        """Return git's id for the bytes of a listed file."""
        content = self.read(path)
        return blob_id(content) if isinstance(content, bytes) else None

    def close(self) -> None:
        """Nothing is to be ended."""


def too_large(size: int) -> Problem:
    """Say that a file is over the limit."""
    return Problem(0, f"{size:,} bytes: files over {MAX_BYTES:,} bytes are not read")


def checked(content: bytes) -> bytes | Problem:
    """Return the content of a file unless it is too large or stands for another one."""
    if len(content) > MAX_BYTES:
        return too_large(len(content))
    if content.startswith(_LFS):
        return Problem(0, "a Git LFS pointer: its content is not in this clone")
    return content


def bounded(paths: Iterable[str], problems: list[Diagnostic]) -> Iterator[str]:
    """Yield at most so many paths, and say when there are more."""
    for number, path in enumerate(paths):
        if number >= MAX_FILES:
            problems.append(Diagnostic("", 0, f"more than {MAX_FILES:,} files: the rest is not read"))
            return
        yield path
