"""Repositories made on the fly."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Git = Callable[..., str]


@pytest.fixture
def git_in() -> Git:
    """Run git in a folder, apart from the user's own settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }

    def run(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ("git", "-c", "protocol.file.allow=always", *arguments),
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.fixture
def repository(tmp_path: Path, git_in: Git) -> Path:
    """Make a repository with two commits; the second changes a.py and adds sub/b.py."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git_in(folder, "init", "-q", "-b", "main")
    (folder / "a.py").write_text("one\n")
    (folder / ".gitignore").write_text("ignored.txt\n")
    git_in(folder, "add", ".")
    git_in(folder, "commit", "-q", "-m", "one")
    (folder / "a.py").write_text("two\n")
    (folder / "sub").mkdir()
    (folder / "sub" / "b.py").write_text("b\n")
    git_in(folder, "add", ".")
    git_in(folder, "commit", "-q", "-m", "two")
    return folder
