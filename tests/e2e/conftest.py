"""Fixtures of the end-to-end tests."""

from collections.abc import Callable

import pytest
from runners.tools import missing


@pytest.fixture(scope="session")
def need() -> Callable[..., None]:
    """Skip a test, and print why, where a tool that it needs is not installed."""

    def check(*names: str) -> None:
        if absent := missing(*names):
            pytest.skip(f"not installed (make tools): {', '.join(absent)}")

    return check
