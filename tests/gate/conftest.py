from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gate.histories import History
from tests.gate.layouts import LAYOUTS

Make = Callable[..., History]


@pytest.fixture(autouse=True)
def no_platform(monkeypatch, tmp_path):
    """Keep the CI that runs these tests out of them, and the user's cache too."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "CI_", "GITLAB_", "SYSTEM_", "BUILD_")) or name in {"TF_BUILD", "CI"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("MLOPS_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def history(tmp_path: Path) -> Make:
    """Make a history of a layout, with its work on a branch."""

    def make(layout: str = "github", **more: str) -> History:
        made = History(tmp_path / "repo", LAYOUTS[layout] | more)
        made.branch()
        return made

    return make
