"""A forge on this machine, an index that serves our wheel, and nothing else within reach."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "tests" / "e2e", Path(__file__).parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from machine import commands, template  # noqa: E402  found by the lines above
from package_index import Index, built, serve  # noqa: E402
from runners.tools import missing  # noqa: E402

#: Where a request ends that does not go to this machine.
_NOWHERE = "http://127.0.0.1:9"
_OURS = (
    "PIP_",
    "UV_",
    "GIT_",
    "PRE_COMMIT",
    "PREK_",
    "GITHUB_",
    "GITLAB_",
    "CI_",
    "SYSTEM_",
    "BUILD_",
    "MLOPS_",
)


@pytest.fixture
def need():
    """Skip a test, and print why, where a tool that it needs is not installed."""

    def check(*names: str) -> None:
        if absent := missing(*names):
            pytest.skip(f"not installed (make tools): {', '.join(absent)}")

    return check


@pytest.fixture(scope="session")
def index(tmp_path_factory) -> Iterator[Index]:
    """Serve our wheel and all that it needs to be installed."""
    with serve(built(tmp_path_factory.mktemp("wheel"))) as served:
        yield served


@pytest.fixture(scope="session")
def stores(tmp_path_factory) -> Path:
    """Keep caches of the tools for the tests of one process."""
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(autouse=True)
def alone(monkeypatch, stores, tmp_path_factory) -> Path:
    """Take away what this machine knows of indexes, forges and CI; return the home that is left."""
    for name in list(os.environ):
        if name.startswith(_OURS) or name in {"CI", "TF_BUILD", "VIRTUAL_ENV"}:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    for name, value in {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_CACHE_HOME": stores / "cache",
        "MLOPS_CACHE_DIR": stores / "mlops",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_COMPILE": "1",
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_CACHE_DIR": stores / "uv",
        "GIT_CONFIG_NOSYSTEM": "1",
        "HTTP_PROXY": _NOWHERE,
        "HTTPS_PROXY": _NOWHERE,
        "http_proxy": _NOWHERE,
        "https_proxy": _NOWHERE,
        "ALL_PROXY": _NOWHERE,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, str(value))
    (home / ".gitconfig").write_text(
        "[user]\nname = Ada\nemail = ada@example.com\n[init]\ndefaultBranch = main\n"
    )
    return home


@pytest.fixture
def reachable(index, monkeypatch) -> Index:
    """Let installers reach our index, and no other."""
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
    return index


@pytest.fixture
def machine(reachable, stores, tmp_path) -> str:
    """Return a folder for PATH, with the tool installed from our index once for all tests."""
    made = stores / "template"
    if not made.exists():
        template(made)
    return str(commands(tmp_path / "machine", made))
