"""Fixtures of the end-to-end tests."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest
from runners.delivered import Delivered, deliver
from runners.projects import NAME, PACKAGE, create_all
from runners.tools import missing


@pytest.fixture(scope="session")
def need() -> Callable[..., None]:
    """Skip a test, and print why, where a tool that it needs is not installed."""

    def check(*names: str) -> None:
        if absent := missing(*names):
            pytest.skip(f"not installed (make tools): {', '.join(absent)}")

    return check


def _once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, name: str, make: Callable[[Path], None]
) -> Path:
    """Fill a folder once for all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / name
    with shared.with_suffix(".lock").open("w", encoding="utf-8") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            make(shared)
            (shared / "done").touch()
    return shared


@pytest.fixture(scope="session")
def every_project(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Render all combinations, as model-level/provider/name."""
    return _once(tmp_path_factory, worker_id, "every-project", create_all)


@pytest.fixture(scope="session")
def delivered(every_project: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Delivered:
    """A project of Azure's level 4 with a model in service, whose production drifts."""

    def make(folder: Path) -> None:
        folder.mkdir()
        found = deliver(every_project / "azure-4" / "github-actions" / NAME, folder, PACKAGE)
        (folder / "predictions.txt").write_text(found.predictions, encoding="utf-8")

    folder = _once(tmp_path_factory, worker_id, "delivered", make)
    return Delivered(folder / "state", (folder / "predictions.txt").read_text(encoding="utf-8"))
