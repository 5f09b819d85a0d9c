"""Snapshots: whole outputs as plain files, refreshed by `pytest --update-snapshots`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parent / "snapshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots anew")


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with tests/snapshots/NAME."""

    def check(name: str, text: str) -> None:
        path = _FOLDER / name
        if request.config.getoption("--update-snapshots"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.is_file(), f"{path} is missing: run pytest --update-snapshots, then read what it wrote"
        assert text == path.read_text(encoding="utf-8"), f"{path} differs; refresh with --update-snapshots"

    return check
