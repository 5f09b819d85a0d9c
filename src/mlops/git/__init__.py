"""The few git commands that read a repository, hardened: nothing of the repository is run and nobody is called."""

from mlops.git.blobs import Blobs
from mlops.git.merge import merge_file
from mlops.git.repository import (
    SUBMODULE,
    SYMLINK,
    Entry,
    changed_paths,
    default_branch,
    find_root,
    has_commits,
    is_bare,
    is_shallow,
    ls_files,
    ls_index,
    ls_tree,
    merge_base,
    nothing_staged,
    rev_parse,
)

__all__ = [
    "SUBMODULE",
    "SYMLINK",
    "Blobs",
    "Entry",
    "changed_paths",
    "default_branch",
    "find_root",
    "has_commits",
    "is_bare",
    "is_shallow",
    "ls_files",
    "ls_index",
    "ls_tree",
    "merge_base",
    "merge_file",
    "nothing_staged",
    "rev_parse",
]
