"""Turn a folder into the git repository that a CI runner expects."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from runners.tools import HarnessError, call

IDENTITY = {
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@localhost",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@localhost",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
CACHES = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".gitlab-ci-local"
)


def write_files(root: Path, files: Mapping[str, str]) -> Path:
    """Write texts by their relative paths."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def copy_project(source: Path, target: Path) -> Path:
    """Copy a project without its caches and its history."""
    return Path(shutil.copytree(source, target, ignore=CACHES))


def commit(root: Path, *, remote: str, branch: str = "main") -> Path:
    """Commit all files on a branch whose remote is named but never contacted."""
    tracking = f"refs/remotes/origin/{branch}"
    commands = (
        ["init", "-q", "-b", branch],
        ["add", "--all"],
        ["-c", "commit.gpgsign=false", "commit", "-q", "-m", "Start"],
        ["remote", "add", "origin", remote],
        ["update-ref", tracking, "HEAD"],
        ["symbolic-ref", "refs/remotes/origin/HEAD", tracking],
    )
    for arguments in commands:
        done = call(["git", *arguments], root, {**os.environ, **IDENTITY})
        if done.code:
            raise HarnessError(f"git {arguments[0]} failed: {done.text}")
    return root
