"""The command line as a program, and small repositories to run it on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mlops.cli import main

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def mlops(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run `mlops` in a process of its own, with a cache of its own."""
    cache = tmp_path_factory.getbasetemp() / "cache"

    def run(
        *arguments: str | Path, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mlops", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "MLOPS_CACHE_DIR": str(cache), "PYTHONWARNINGS": "error", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


@dataclass(frozen=True)
class Done:
    """What a run in this process came to."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def mlops_here(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Done]:
    """Run `mlops` in this process: much faster where there are many runs."""
    monkeypatch.setenv("MLOPS_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))

    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["mlops", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def git() -> Callable[..., str]:
    """Run git in a folder, whatever the user has configured."""

    def run(folder: Path, *arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
        done = subprocess.run(
            ["git", "-C", str(folder), *identity, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    return run


@pytest.fixture
def write() -> Callable[[Path, Mapping[str, str | bytes]], Path]:
    """Write files below a folder and return the folder."""

    def fill(folder: Path, files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return fill
