"""A forge on this machine: a remote with a change to be merged, and the shallow clones that CI makes of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.gate.histories import History
from tests.gate.layouts import COMMON

ROOT = Path(__file__).resolve().parents[2]
SNIPPETS = ROOT / "docs" / "snippets"
#: Platform -> what a user copies into the repository, by where it goes.
COPIED = {
    "github": {},
    "gitlab": {"ci/mlops-gate.yml": ROOT / "integrations/gitlab/mlops-gate.yml"},
    "azure": {".azure/mlops-gate.yml": ROOT / "integrations/azure/mlops-gate.yml"},
}
PIPELINE = {
    "github": ".github/workflows/maturity.yml",
    "gitlab": ".gitlab-ci.yml",
    "azure": "azure-pipelines.yml",
}
TEST = "tests/test_features.py"


def files(platform: str, snippet: str = "gate") -> dict[str, str]:
    """Return a repository with a model whose CI is the snippet of the documentation alone."""
    copied = {path: source.read_text(encoding="utf-8") for path, source in COPIED[platform].items()}
    pipeline = (SNIPPETS / platform / f"{snippet}.yml").read_text(encoding="utf-8")
    return {**COMMON, **copied, PIPELINE[platform]: pipeline}


@dataclass(frozen=True, slots=True)
class Change:
    """A change on a branch `work`: its commit, its merge with main, and the two tips of main."""

    base: str
    head: str
    main: str
    merge: str


class Forge:
    """A remote with main."""

    def __init__(self, folder: Path, content: Mapping[str, str]) -> None:
        """Make the remote."""
        self.folder = folder
        self.history = History(folder / "origin", content)

    def lose_the_test(self) -> Change:
        """Propose to delete the only test."""
        self.history.branch()
        self.history.remove(TEST)
        return self._proposed()

    def write_prose(self, commits: int = 0) -> Change:
        """Propose what no practice hangs on, after so many commits of other work."""
        self.history.branch()
        for number in range(commits):
            self.history.git("commit", "-q", "--allow-empty", "-m", f"work {number}")
        self.history.write({"README.md": "# Churn\n\nPredicts who leaves, and when.\n"})
        return self._proposed()

    def _proposed(self) -> Change:
        """Commit the change, let main go on, and merge the two as the forges do before a merge."""
        work = self.history
        base, head = work.git("rev-parse", "main"), work.commit("change")
        work.git("checkout", "-q", "main")
        work.write({"NOTES.md": "main goes on\n"})
        main = work.commit("main goes on")
        work.git("checkout", "-q", "--detach")
        work.git("merge", "-q", "--no-ff", "-m", "merge", "work")
        merge = work.git("rev-parse", "HEAD")
        work.git("update-ref", "refs/pull/1/merge", merge)
        work.git("update-ref", "refs/merge-requests/1/head", head)
        work.git("checkout", "-q", "main")
        return Change(base, head, main, merge)

    def land(self, change: Change) -> str:
        """Merge into main, and return the commit."""
        self.history.git("merge", "-q", "--ff-only", change.merge)
        return change.merge

    def clone(self, reference: str, depth: int = 1) -> Path:
        """Check one reference out as CI does: without branches, and with so much history only."""
        folder = self.folder / "clone"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        branch = reference.removeprefix("refs/heads/")
        tracking = (
            f"refs/remotes/origin/{branch}"
            if branch != reference
            else f"refs/remotes/{reference.removeprefix('refs/')}"
        )
        for arguments in (
            ("init", "-q", "-b", "main"),
            ("remote", "add", "origin", f"file://{self.history.folder}"),
            ("fetch", "-q", "--no-tags", f"--depth={depth}", "origin", f"+{reference}:{tracking}"),
            ("checkout", "-q", *(("-B", branch) if branch != reference else ("--detach",)), tracking),
        ):
            self._git(folder, *arguments)
        return folder

    def _git(self, folder: Path, *arguments: str) -> None:
        self.history.git("-C", str(folder), *arguments)
