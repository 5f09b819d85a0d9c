"""The few questions that a repository is asked.

`diff-files` is left out on purpose: for a file younger than the index it compares contents, and for that it runs
the clean filter that the repository configures. A tree hashes the bytes on disk instead.
"""

from __future__ import annotations

import shlex

from mlops.domain.record import dataclass
from mlops.errors import MlopsError
from mlops.git.process import ask, no_git, quoted, run, said

SUBMODULE = "160000"
SYMLINK = "120000"


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
        done = run(path, "rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--show-toplevel")
    except FileNotFoundError:
        return None
    if not done.returncode:
        _, inside, top = _decode(done.stdout).split("\n", 2)
        # A repository may call any folder of the machine its working tree.
        return top.removesuffix("\n") if inside == "true" else None
    # Outside of a working tree git answers the first two questions and fails at the third.
    if done.stdout.startswith(b"true"):
        return _decode(ask(path, "rev-parse", "--absolute-git-dir")).removesuffix("\n")
    if done.stdout or b"not a git repository" in done.stderr:
        return None
    raise MlopsError(
        f"git cannot read the repository at {path}: {said(done)}; see `git -C {quoted(path)} status`."
    )


def is_bare(path: str) -> bool:
    """Tell whether the path lies in a repository without a working tree."""
    return ask(path, "rev-parse", "--is-bare-repository").strip() == b"true"


def is_shallow(path: str) -> bool:
    """Tell whether the clone has only the newest part of the history."""
    return ask(path, "rev-parse", "--is-shallow-repository").strip() == b"true"


def default_branch(path: str) -> str:
    """Return the branch that the remote calls its default, else the one checked out, else ""."""
    for reference in ("refs/remotes/origin/HEAD", "HEAD"):
        try:
            done = run(path, "symbolic-ref", "--quiet", "--short", reference)
        except FileNotFoundError:
            return ""
        if not done.returncode:
            return _decode(done.stdout).strip().removeprefix("origin/")
    return ""


def ls_files(folder: str) -> tuple[Entry, ...]:
    """List what the index holds below a folder, then the untracked files that no .gitignore names."""
    # Only .gitignore files of the tree count: info/exclude and the user's own list are no part of it.
    listed = ask(folder, "ls-files", "-z", "-t", "--stage", "--others", "--exclude-per-directory=.gitignore")
    entries: dict[str, Entry] = {}
    untracked = []
    for record in _records(listed):
        if record.startswith("? "):
            untracked.append(record[2:])
            continue
        head, _, path = record.partition("\t")
        tag, mode, blob, _stage = head.split(" ")
        entries.setdefault(path, Entry(path, mode, blob, skipped=tag == "S"))
    for path in untracked:
        if not path.endswith("/"):  # a repository inside the repository
            entries.setdefault(path, Entry(path))
    return tuple(entries.values())


def ls_index(folder: str, index: str = "") -> tuple[Entry, ...]:
    """List what an index holds below a folder: the repository's own, or the one that a commit in the making uses."""
    entries: dict[str, Entry] = {}
    for record in _records(ask(folder, "ls-files", "-z", "--stage", index=index)):
        head, _, path = record.partition("\t")
        mode, blob, _stage = head.split(" ")
        entries.setdefault(path, Entry(path, mode, blob))
    return tuple(entries.values())


def nothing_staged(folder: str, index: str = "") -> bool:
    """Tell whether an index holds below a folder just what HEAD does; False before the first commit."""
    try:
        done = run(
            folder, "diff-index", "--cached", "--quiet", "--no-ext-diff", "HEAD", "--", ".", index=index
        )
    except FileNotFoundError as error:
        raise no_git() from error
    return done.returncode == 0


def ls_tree(folder: str, commit: str) -> tuple[Entry, ...]:
    """List the files of a commit, as `rev_parse` names it, below a folder."""
    entries = []
    for record in _records(ask(folder, "ls-tree", "-r", "-z", commit)):
        head, _, path = record.partition("\t")
        mode, _kind, blob = head.split(" ")
        entries.append(Entry(path, mode, blob))
    return tuple(entries)


def rev_parse(path: str, revision: str) -> str:
    """Return the commit id of a revision."""
    if not revision or revision.startswith("-") or any(char in revision for char in "\0\n\r"):
        raise MlopsError(f"{revision!r} is no revision: give a branch, a tag or a commit id.")
    try:
        done = run(path, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    except FileNotFoundError as error:
        raise no_git() from error
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
    return bool(ask(path, "for-each-ref", "--count=1").strip())


def merge_base(path: str, one: str, other: str) -> str:
    """Return the commit at which two commits (as `rev_parse` names them) parted."""
    done = run(path, "merge-base", one, other)
    if done.returncode:
        remedy = (
            _fetch(path, "HEAD") if is_shallow(path) else f"git -C {quoted(path)} log --graph {one} {other}"
        )
        raise MlopsError(f"{one[:12]} and {other[:12]} have no common history in this clone: run `{remedy}`.")
    return done.stdout.decode("ascii").strip()


def changed_paths(path: str, one: str, other: str) -> tuple[str, ...]:
    """List the paths, from the top of the repository, that differ between two commits."""
    return _records(
        ask(path, "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", one, other)
    )


def _fetch(path: str, revision: str) -> str:
    """Return the command that brings a revision into the clone."""
    if is_shallow(path):
        # CI clones often follow one branch: all are named here, else the base would stay out.
        return f"git -C {quoted(path)} fetch --unshallow --tags origin '+refs/heads/*:refs/remotes/origin/*'"
    name = revision.removeprefix("refs/remotes/")
    if name.startswith("origin/") and name != "origin/HEAD":
        branch = name.removeprefix("origin/")
        name = f"+refs/heads/{branch}:refs/remotes/origin/{branch}"
    return f"git -C {quoted(path)} fetch origin {shlex.quote(name)}"


def _decode(text: bytes) -> str:
    """Decode a path so that any bytes survive."""
    return text.decode("utf-8", "surrogateescape")


def _records(output: bytes) -> tuple[str, ...]:
    """Split NUL-terminated records."""
    return tuple(_decode(output).split("\0")[:-1])
