"""Snapshots, refreshed by `pytest --update-snapshots`; and no silent skip where every tool must be there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

_FOLDER = Path(__file__).parent / "snapshots"

# Times depend on the machine and on what else runs there: no test is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Fail a test that is skipped for a missing tool where MLOPS_REQUIRE_TOOLS is set, as in `.ci/run`."""
    report = yield
    if report.skipped and os.environ.get("MLOPS_REQUIRE_TOOLS") and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if "not installed" in reason:
            report.outcome = "failed"
            report.longrepr = f"a tool is missing, and MLOPS_REQUIRE_TOOLS is set: {reason}"
    return report
