"""Real git repositories made for a test: a base on main, and a change on a branch."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from mlops.app.gate import gate
from mlops.app.trees import Asked, open_trees
from mlops.domain.assessment import Comparison

TODAY = date(2027, 1, 15)
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b",
}


class History:
    """A repository with a first commit on main; the work goes on in its working tree."""

    def __init__(self, folder: Path, files: Mapping[str, str], branch: str = "main") -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", branch)
        self.write(files)
        self.commit("base")

    def git(self, *arguments: str) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ("git", "-c", "protocol.file.allow=always", *arguments),
            cwd=self.folder,
            env=environment | _ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        place = self.folder / path
        text = place.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} has {old!r} {text.count(old)} times"
        place.write_text(text.replace(old, new), encoding="utf-8")

    def remove(self, *paths: str) -> None:
        for path in paths:
            (self.folder / path).unlink()

    def move(self, old: str, new: str) -> None:
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)

    def commit(self, message: str = "change") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str = "work") -> None:
        self.git("checkout", "-q", "-b", name)

    def gate(self, base: str | None = "main", rev: str | None = None, **asked: object) -> Comparison:
        trees = open_trees(str(self.folder), base, rev)
        return gate(str(self.folder), trees, Asked(**({"today": TODAY} | asked))).comparison


def lost(comparison: Comparison) -> set[str]:
    """Return the practices that a change takes away."""
    return {item.practice for item in comparison.regressions if item.practice}


def quiet(comparison: Comparison) -> bool:
    """Tell whether a gate finds nothing at all."""
    return not comparison.regressions and not comparison.config_changes
