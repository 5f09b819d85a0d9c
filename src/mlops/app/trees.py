"""What is asked of a judgement, and the two trees of a gate. Light: a result from the cache needs no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from mlops.app import bases
from mlops.app.hook import Hook
from mlops.domain.record import dataclass, field
from mlops.errors import MlopsError
from mlops.tree import FolderTree, GitTree, IndexTree, MemoryTree, Tree
from mlops.tree.folder import Stamps

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a lint or a gate; None takes what the configuration says."""

    model: str | None = None
    level: int | None = None
    strict: bool = False
    #: `host/owner/repo` -> tree of a local checkout.
    sources: Mapping[str, Tree] = field(default_factory=dict)
    today: date = field(default_factory=date.today)
    progress: Progress | None = None
    #: Let changes of what judges pass (a gate's alone).
    allow_config_change: bool = False


@dataclass(frozen=True, slots=True)
class Trees:
    """The two trees of a gate, and what the base is called."""

    base: Tree
    head: Tree
    base_name: str
    #: The revision that is the head, None for the working tree.
    rev: str | None = None
    #: Why the head stands for a base that is not known, or "".
    alone: str = ""

    @property
    def head_name(self) -> str:
        """Name the head for people."""
        if self.head.revision:
            return self.head.revision[:12]
        return "what is staged" if isinstance(self.head, IndexTree) else "the working tree"


def open_trees(path: str, base: str | None, rev: str | None, stamps: Stamps | None = None) -> Trees:
    """Find the base and open both trees; in a hook of git these are HEAD and the commit in the making.

    Raises MlopsError where there is nothing to compare with.
    """
    hook = Hook.started() if rev is None else None
    if hook is not None:
        base, rev = base or hook.base, hook.rev
    found = bases.find(path, base, rev or "HEAD")
    tree = GitTree(path, found.commit, resolved=True) if found.commit else MemoryTree({})
    return Trees(tree, _head(path, rev, stamps), found.name, rev)


def open_with_any_base(path: str, rev: str | None, stamps: Stamps | None = None) -> Trees:
    """Open both trees; where the clone has no base, the head stands for it."""
    try:
        return open_trees(path, None, rev, stamps)
    except MlopsError as error:
        head = _head(path, rev, stamps)
        return Trees(head, head, "the working tree", rev, str(error))


def _head(path: str, rev: str | None, stamps: Stamps | None) -> Tree:
    if rev is not None:
        return GitTree(path, rev)
    hook = Hook.started()
    return (hook and hook.head(path)) or FolderTree(path, stamps)
