"""The few git commands that read a repository, hardened: nothing of the repository is run and nobody is called.

`diff-files` is left out on purpose: for a file younger than the index it compares contents, and for that it runs
the clean filter that the repository configures. A tree hashes the bytes on disk instead.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from mlops.domain.record import dataclass
from mlops.errors import MlopsError

#: Seconds after which a git command that does not end is stopped.
TIMEOUT = 120.0
_REARM = 10.0
#: `git merge-file` exits with the number of conflicts, cut off here.
_MOST_CONFLICTS = 127

SUBMODULE = "160000"
SYMLINK = "120000"

#: Programs, hooks, pagers and user settings of the repository or the user that must not take part.
_GIT = (
    "git",
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.excludesFile=/dev/null",
    "-c", "core.attributesFile=/dev/null",
    "-c", "core.quotePath=false",
    "-c", "protocol.allow=never",
    "-c", "safe.directory=*",  # every repository is untrusted here, whoever owns it
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that git lists; `mode` and `blob` are "" for a file that is not in the index."""

    path: str
    mode: str = ""
    blob: str = ""
    #: True where a sparse checkout leaves the file out of the working tree.
    skipped: bool = False


def find_root(path: str) -> str | None:
    """Return the top folder of the repository around a path (the repository itself when bare), None outside of any."""
    try:
        done = _run(path, "rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir")
    except FileNotFoundError:
        return None
    if done.returncode:
        if b"not a git repository" in done.stderr:
            return None
        raise MlopsError(
            f"git cannot read the repository at {path}: {_said(done)}; see `git -C {_quoted(path)} status`."
        )
    bare, inside, folder = _decode(done.stdout).split("\n", 2)
    if bare == "true":
        return folder.rstrip("\n")
    if inside != "true":
        return None
    return _decode(_ask(path, "rev-parse", "--show-toplevel")).rstrip("\n")


def is_bare(path: str) -> bool:
    """Tell whether the path lies in a repository without a working tree."""
    return _ask(path, "rev-parse", "--is-bare-repository").strip() == b"true"


def is_shallow(path: str) -> bool:
    """Tell whether the clone has only the newest part of the history."""
    return _ask(path, "rev-parse", "--is-shallow-repository").strip() == b"true"


def default_branch(path: str) -> str:
    """Return the branch that the remote calls its default, else the one checked out, else ""."""
    for reference in ("refs/remotes/origin/HEAD", "HEAD"):
        try:
            done = _run(path, "symbolic-ref", "--quiet", "--short", reference)
        except FileNotFoundError:
            return ""
        if not done.returncode:
            return _decode(done.stdout).strip().removeprefix("origin/")
    return ""


def ls_files(folder: str) -> tuple[Entry, ...]:
    """List what the index holds below a folder, then the untracked files that no .gitignore names."""
    entries: dict[str, Entry] = {}
    for record in _records(_ask(folder, "ls-files", "-z", "-t", "--stage")):
        head, _, path = record.partition("\t")
        tag, mode, blob, _stage = head.split(" ")
        entries.setdefault(path, Entry(path, mode, blob, skipped=tag == "S"))
    # Only .gitignore files of the tree count: info/exclude and the user's own list are no part of it.
    for path in _records(_ask(folder, "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore")):
        if not path.endswith("/"):  # a repository inside the repository
            entries.setdefault(path, Entry(path))
    return tuple(entries.values())


def ls_index(folder: str, index: str = "") -> tuple[Entry, ...]:
    """List what an index holds below a folder: the repository's own, or the one that a commit in the making uses."""
    entries: dict[str, Entry] = {}
    for record in _records(_ask(folder, "ls-files", "-z", "--stage", index=index)):
        head, _, path = record.partition("\t")
        mode, blob, _stage = head.split(" ")
        entries.setdefault(path, Entry(path, mode, blob))
    return tuple(entries.values())


def nothing_staged(folder: str, index: str = "") -> bool:
    """Tell whether an index holds below a folder just what HEAD does; False before the first commit."""
    try:
        done = _run(
            folder, "diff-index", "--cached", "--quiet", "--no-ext-diff", "HEAD", "--", ".", index=index
        )
    except FileNotFoundError as error:
        raise _no_git() from error
    return done.returncode == 0


def ls_tree(folder: str, commit: str) -> tuple[Entry, ...]:
    """List the files of a commit, as `rev_parse` names it, below a folder."""
    entries = []
    for record in _records(_ask(folder, "ls-tree", "-r", "-z", commit)):
        head, _, path = record.partition("\t")
        mode, _kind, blob = head.split(" ")
        entries.append(Entry(path, mode, blob))
    return tuple(entries)


def rev_parse(path: str, revision: str) -> str:
    """Return the commit id of a revision."""
    if not revision or revision.startswith("-") or any(char in revision for char in "\0\n\r"):
        raise MlopsError(f"{revision!r} is no revision: give a branch, a tag or a commit id.")
    try:
        done = _run(path, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    except FileNotFoundError as error:
        raise _no_git() from error
    if not done.returncode:
        return done.stdout.decode("ascii").strip()
    if find_root(path) is None:
        raise MlopsError(
            f"{path} is not in a git repository, so it has no revision {revision!r}: leave --rev and --base out."
        )
    remedy = _fetch(path, revision)
    raise MlopsError(f"The revision {revision!r} is not in this clone: run `{remedy}`.")


def has_commits(path: str) -> bool:
    """Tell whether any reference of the repository names a commit."""
    return bool(_ask(path, "for-each-ref", "--count=1").strip())


def merge_base(path: str, one: str, other: str) -> str:
    """Return the commit at which two commits (as `rev_parse` names them) parted."""
    done = _run(path, "merge-base", one, other)
    if done.returncode:
        remedy = (
            _fetch(path, "HEAD") if is_shallow(path) else f"git -C {_quoted(path)} log --graph {one} {other}"
        )
        raise MlopsError(f"{one[:12]} and {other[:12]} have no common history in this clone: run `{remedy}`.")
    return done.stdout.decode("ascii").strip()


def changed_paths(path: str, one: str, other: str) -> tuple[str, ...]:
    """List the paths, from the top of the repository, that differ between two commits."""
    return _records(
        _ask(path, "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", one, other)
    )


def merge_file(mine: bytes, base: bytes, new: bytes) -> tuple[bytes, bool] | None:
    """Merge two texts that come from one; return the result and whether it holds conflict markers.

    None means that one of them is no text.
    """
    if any(b"\0" in content for content in (mine, base, new)):
        return None
    import tempfile  # noqa: PLC0415  brings half a dozen modules, and only merges need it

    with tempfile.TemporaryDirectory() as work:
        for name, content in (("mine", mine), ("base", base), ("new", new)):
            Path(work, name).write_bytes(content)
        labels = ("-L", "yours", "-L", "as made", "-L", "the new level")
        try:
            done = _run(work, "merge-file", "-p", *labels, "mine", "base", "new")
        except FileNotFoundError as error:
            raise _no_git() from error
    if done.returncode < 0 or done.returncode > _MOST_CONFLICTS:
        raise MlopsError(f"git merge-file failed: {_said(done)}; see `git --version`.")
    return done.stdout, done.returncode > 0


class Blobs:
    """Contents of blobs, read through one `git cat-file --batch` process that ends with the context."""

    def __init__(self, path: str) -> None:
        """Remember the repository; the process starts with the first read."""
        self._path = path
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: threading.Timer | None = None
        self._armed = 0.0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def __del__(self) -> None:
        """End the process of an owner that did not."""
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._timer:
            self._timer.cancel()
        process, self._process = self._process, None
        if process:
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]  # both are pipes
            process.kill()
            process.wait()

    def read(self, blob: str, limit: int) -> tuple[int, bytes]:
        """Return the size of a blob (-1 if it is not in this clone) and its bytes (none of a blob over the limit)."""
        process = self._running()
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise MlopsError("git cat-file has no pipes; try again.")
        try:
            stdin.write(blob.encode("ascii") + b"\n")
            stdin.flush()
            header = stdout.readline().split()
            if len(header) != 3:
                if header[1:] == [b"missing"]:
                    return -1, b""
                # Old git ends where a partial clone lacks a blob and may not fetch it; the next read starts anew.
                self.close()
                return -1, b""
            size = int(header[2])
            content = stdout.read(size) if size <= limit else _skip(stdout, size)
            stdout.read(1)
        except OSError:
            self.close()
            return -1, b""
        return size, content

    def _running(self) -> subprocess.Popen[bytes]:
        """Return a live process; one that does not answer for a while is stopped and replaced."""
        if self._process and self._process.poll() is not None:
            self.close()
        if not self._process:
            self._process = _start(self._path, "cat-file", "--batch")
            self._armed = 0.0
        now = time.monotonic()
        if not self._armed or now - self._armed > _REARM:
            if self._timer:
                self._timer.cancel()
            self._timer = threading.Timer(TIMEOUT, self._process.kill)
            self._timer.daemon = True
            self._timer.start()
            self._armed = now
        return self._process


def _skip(stream: IO[bytes], size: int) -> bytes:
    """Read past content that is too large to keep."""
    left = size
    while left > 0:
        got = len(stream.read(min(left, 1 << 20)))
        if not got:
            break
        left -= got
    return b""


def _environment(index: str = "") -> dict[str, str]:
    """Return the environment without any GIT_ variable of the caller, with an index file where one is named."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
    return kept | _ENVIRONMENT | ({"GIT_INDEX_FILE": index} if index else {})


def _run(path: str, *arguments: str, index: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; FileNotFoundError means that there is no git."""
    if not Path(path).is_dir():
        raise MlopsError(f"{path} is no folder: give the folder of a repository.")
    try:
        return subprocess.run(
            (*_GIT, *arguments),
            cwd=path,
            env=_environment(index),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MlopsError(
            f"git {arguments[0]} took over {TIMEOUT:.0f} s in {path}: run `git -C {_quoted(path)} gc`."
        ) from error


def _start(path: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start git in a folder with pipes to and from it."""
    try:
        return subprocess.Popen(
            (*_GIT, *arguments),
            cwd=path,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise _no_git() from error


def _ask(path: str, *arguments: str, index: str = "") -> bytes:
    """Run git and return what it prints; its failure is an error with its own words."""
    try:
        done = _run(path, *arguments, index=index)
    except FileNotFoundError as error:
        raise _no_git() from error
    if done.returncode:
        raise MlopsError(
            f"git {arguments[0]} failed in {path}: {_said(done)}; see `git -C {_quoted(path)} status`."
        )
    return done.stdout


def _no_git() -> MlopsError:
    """Say that git is missing."""
    return MlopsError("git is not installed or not on PATH: install it and see `git --version`.")


def _fetch(path: str, revision: str) -> str:
    """Return the command that brings a revision into the clone."""
    if is_shallow(path):
        # CI clones often follow one branch: all are named here, else the base would stay out.
        return f"git -C {_quoted(path)} fetch --unshallow --tags origin '+refs/heads/*:refs/remotes/origin/*'"
    name = revision.removeprefix("refs/remotes/")
    if name.startswith("origin/") and name != "origin/HEAD":
        branch = name.removeprefix("origin/")
        name = f"+refs/heads/{branch}:refs/remotes/origin/{branch}"
    return f"git -C {_quoted(path)} fetch origin {shlex.quote(name)}"


def _quoted(path: str) -> str:
    """Quote a path for a shell and for printing."""
    return shlex.quote(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return the last line of what git complained about."""
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("fatal: ") if lines else f"exit code {done.returncode}"


def _decode(text: bytes) -> str:
    """Decode a path so that any bytes survive."""
    return text.decode("utf-8", "surrogateescape")


def _records(output: bytes) -> tuple[str, ...]:
    """Split NUL-terminated records."""
    return tuple(_decode(output).split("\0")[:-1])
