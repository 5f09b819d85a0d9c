"""Fixtures of the end-to-end tests."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest
from runners.projects import create_all
from runners.tools import missing


@pytest.fixture(scope="session")
def need() -> Callable[..., None]:
    """Skip a test, and print why, where a tool that it needs is not installed."""

    def check(*names: str) -> None:
        if absent := missing(*names):
            pytest.skip(f"not installed (make tools): {', '.join(absent)}")

    return check


@pytest.fixture(scope="session")
def every_project(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Render all combinations once for all workers, as model-level/provider/name."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "every-project"
    with shared.with_suffix(".lock").open("w", encoding="utf-8") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            create_all(shared)
            (shared / "done").touch()
    return shared
