"""What a working tree holds that no commit does."""

from __future__ import annotations

import os
from pathlib import Path

from mlops import git
from mlops.tree.base import blob_id


def uncommitted(folder: str) -> tuple[str, ...]:
    """Return the tracked files below a folder that differ from the last commit, in the index or on disk.

    Contents are compared here, line endings apart: `git status` would run the filters that a repository configures.
    """
    commit = git.rev_parse(folder, "HEAD") if git.has_commits(folder) else ""
    committed = {entry.path: entry.blob for entry in git.ls_tree(folder, commit)} if commit else {}
    index = {entry.path: entry for entry in git.ls_files(folder) if entry.blob}
    staged = {path: entry.blob for path, entry in index.items()}
    changed = {path for path in {*committed, *staged} if committed.get(path) != staged.get(path)}
    on_disk = [entry for entry in index.values() if not entry.skipped and entry.mode != git.SUBMODULE]
    changed |= {entry.path for entry in on_disk if _differs(Path(folder, entry.path), entry.blob)}
    return tuple(sorted(changed))


def _differs(file: Path, blob: str) -> bool:
    try:
        content = os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes()
    except OSError:
        return True
    return blob not in {blob_id(content), blob_id(content.replace(b"\r\n", b"\n"))}
