"""The two trees of a gate as the comparison sees them: what is there, what moved, and their text."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from mlops.assess.blame import Side
from mlops.domain.assessment import Assessment
from mlops.tree import FolderTree, Tree

_MAX_TEXT = 2_000_000


def sides(base: Assessment, base_tree: Tree, head: Assessment, head_tree: Tree) -> tuple[Side, Side]:
    """Return both judgements with their trees."""
    return (
        Side(base, there(base_tree), lines_of(base_tree)),
        Side(head, there(head_tree), lines_of(head_tree), moved(base_tree, head_tree)),
    )


def same_files(one: Tree, other: Tree) -> bool:
    """Tell whether two trees hold the same bytes at the same paths, and the same of what cannot be read."""
    if list(one.paths()) != list(other.paths()):
        return False
    if [(item.path, item.message) for item in one.problems] != [
        (item.path, item.message) for item in other.problems
    ]:
        return False
    return all(one.blob(path) == other.blob(path) for path in one.paths())


def there(tree: Tree) -> frozenset[str]:
    """Return the paths that are really there: git lists a file that was deleted and not yet staged."""
    if isinstance(tree, FolderTree):
        return frozenset(path for path in tree.paths() if tree.size(path) >= 0)
    return frozenset(tree.paths())


def moved(base: Tree, head: Tree) -> dict[str, str]:
    """Return where files that left their path lie now, bytes unchanged."""
    present = there(head)
    gone = [path for path in base.paths() if path not in present]
    if not gone:
        return {}
    old = set(base.paths())
    arrived = {blob: path for path in head.paths() if path not in old and (blob := head.blob(path))}
    return {path: arrived[blob] for path in gone if (blob := base.blob(path)) in arrived and blob}


def lines_of(tree: Tree) -> Callable[[str], tuple[str, ...]]:
    """Return what gives the lines of a file, () where it is not there or too long to compare."""

    @lru_cache(maxsize=64)
    def lines(path: str) -> tuple[str, ...]:
        if not 0 <= tree.size(path) <= _MAX_TEXT:
            return ()
        source = tree.read(path)
        return tuple(source.decode("utf-8", "replace").splitlines()) if isinstance(source, bytes) else ()

    return lines
