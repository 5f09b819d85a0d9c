"""A run by pre-commit or prek: what the commit in the making holds, compared with what it changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from mlops import git
from mlops.domain.record import dataclass
from mlops.tree import GitTree, IndexTree, Tree


@dataclass(frozen=True, slots=True)
class Hook:
    """What a hook judges: the index against the base, or one revision against another before a push."""

    base: str
    #: None judges the index.
    rev: str | None = None
    #: The index file of this commit; "" for the repository's own.
    index: str = ""

    @classmethod
    def started(cls, environment: Mapping[str, str] | None = None) -> Hook | None:
        """Return what the hook that started us judges; None where no hook did."""
        told = os.environ if environment is None else environment
        if not told.get("PRE_COMMIT"):
            return None
        since, until = told.get("PRE_COMMIT_FROM_REF", ""), told.get("PRE_COMMIT_TO_REF", "")
        if since and until:
            return cls(since, until)
        # Where a commit takes some paths alone, or all that changed, git prepares its index in another file.
        index = told.get("GIT_INDEX_FILE", "")
        return cls("HEAD", index=str(Path(index).absolute()) if index else "")

    def head(self, path: str) -> Tree | None:
        """Return the head that the hook judges; None outside of a repository."""
        if git.find_root(path) is None:
            return None
        return GitTree(path, self.rev) if self.rev else IndexTree(path, self.index)

    def idle(self, path: str) -> bool:
        """Tell whether the commit changes nothing below a path, so that nothing can get worse."""
        return self.rev is None and git.nothing_staged(path, self.index)
