"""The files of a repository: a folder as it lies on disk, a git revision, the index, or a mapping in memory.

Paths are POSIX, relative to the judged folder, and hold bytes that are not UTF-8 as surrogates. What cannot be
read is a `Problem`, never an exception.
"""

from mlops.tree.base import MAX_BYTES, MAX_FILES, MemoryTree, Tree, blob_id
from mlops.tree.filtered import Filtered
from mlops.tree.folder import FolderTree
from mlops.tree.revision import GitTree, IndexTree

__all__ = [
    "MAX_BYTES",
    "MAX_FILES",
    "Filtered",
    "FolderTree",
    "GitTree",
    "IndexTree",
    "MemoryTree",
    "Tree",
    "blob_id",
]
