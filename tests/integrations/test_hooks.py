"""The hooks, run by the real pre-commit and the real prek in real repositories."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from forge import ROOT, SNIPPETS, TEST

from tests.gate.histories import History
from tests.gate.layouts import COMMON

BIN = Path(sys.executable).parent
CONFIG = ".pre-commit-config.yaml"
PARTS = (
    "src",
    "rules",
    "templates",
    "README.md",
    "LICENSE",
    "pyproject.toml",
    "hatch_build.py",
    ".pre-commit-hooks.yaml",
)
tools = pytest.mark.parametrize("tool", ["pre-commit", "prek"])


class Desk:
    """A developer's repository with a hook manager installed."""

    def __init__(self, folder: Path, tool: str, config: str) -> None:
        self.history = History(folder, {**COMMON, CONFIG: config, "notes.txt": "old\n"})
        self.folder = folder
        self.tool = tool
        assert self.run("install").returncode == 0

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._call(BIN / self.tool, *arguments)

    def commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._call("git", "commit", "-m", "change", *arguments)

    def git(self, *arguments: str) -> str:
        done = self._call("git", *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    def _call(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=500,
        )


@pytest.fixture(autouse=True)
def homes(alone, stores, monkeypatch):
    """Keep what the managers install for the tests of one process, and let them find git, Python and uv."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(stores / "pre-commit"))
    monkeypatch.setenv("PREK_HOME", str(stores / "prek"))
    monkeypatch.setenv("PATH", f"{BIN}:{os.environ['PATH']}")


def snippet(name: str) -> str:
    return (SNIPPETS / "pre-commit" / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.fixture
def desk(tmp_path, tool) -> Desk:
    return Desk(tmp_path / "repo", tool, snippet("system"))


def stopped(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 1 and "unit-tests" in done.stdout


@tools
def test_a_commit_that_only_deletes_the_test_is_stopped(desk):
    desk.git("rm", "-q", TEST)
    assert stopped(desk.commit())
    assert desk.git("log", "--oneline", "--format=%s") == "base"


@tools
def test_a_commit_that_takes_its_own_index_is_judged_by_it(desk):
    """`commit -a` and `commit PATH` prepare another index; what is staged besides stays out."""
    (desk.folder / TEST).unlink()
    assert stopped(desk.commit("-a"))
    assert stopped(desk.commit("--", TEST))
    desk.git("rm", "-q", "--cached", TEST)
    desk.history.write({"README.md": "# Churn\n"})
    assert desk.commit("--", "README.md").returncode == 0
    assert desk.git("show", "--format=", "--name-only", "HEAD") == "README.md"


@tools
def test_a_file_that_stays_on_disk_does_not_hide_its_removal(desk):
    desk.git("rm", "-q", "--cached", TEST)
    assert (desk.folder / TEST).exists()
    assert stopped(desk.commit())


@tools
def test_what_makes_nothing_worse_passes(desk):
    desk.history.edit("README.md", "who leaves", "who goes")
    (desk.folder / TEST).unlink()  # not staged, so not part of the commit
    desk.git("add", "README.md")
    assert desk.commit().returncode == 0
    desk.git("checkout", "-q", TEST)
    # A refactoring: the module and its test move, and what imports the module follows.
    desk.git("mv", TEST, "tests/test_columns.py")
    desk.git("mv", "src/churn/features.py", "src/churn/columns.py")
    for path in (
        "tests/test_columns.py",
        "src/churn/train.py",
        "src/churn/evaluate.py",
        "src/churn/serve.py",
    ):
        desk.history.edit(path, "from churn.features import", "from churn.columns import")
    desk.git("add", "-A")
    assert desk.commit().returncode == 0
    # A deletion that no practice hangs on.
    desk.git("rm", "-q", "notes.txt")
    assert desk.commit().returncode == 0


@tools
def test_a_change_of_the_configuration_is_for_ci_to_judge(desk):
    desk.history.write({".mlops.yaml": "model: google\nlevel: 1\n"})
    desk.git("add", "-A")
    assert desk.commit().returncode == 0


@tools
def test_before_a_push_the_commits_are_compared(desk):
    desk.git("rm", "-q", TEST)
    assert desk.commit("--no-verify").returncode == 0
    assert desk.run("run", "--all-files").returncode == 0  # nothing is staged now
    assert stopped(desk.run("run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"))


@tools
def test_the_very_first_commit_passes(tmp_path, tool):
    folder = tmp_path / "new"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for path, text in {**COMMON, CONFIG: snippet("system")}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    subprocess.run(["git", "-C", str(folder), "add", "-A"], check=True)
    done = subprocess.run([str(BIN / tool), "run"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@tools
def test_the_lint_hook_asks_for_the_level(tmp_path, tool):
    config = snippet("system").replace("mlops-gate", "mlops-lint").replace("mlops gate", "mlops lint")
    desk = Desk(tmp_path / "repo", tool, config.replace("        args: [--allow-config-change]\n", ""))
    desk.history.write({"README.md": "# Churn\n"})
    desk.git("add", "-A")
    assert desk.commit().returncode == 1
    desk.history.write({".mlops.yaml": "model: google\nlevel: 0\n"})
    desk.git("add", "-A")
    assert desk.commit().returncode == 0


def test_a_gate_with_nothing_staged_ends_at_once(tmp_path, monkeypatch):
    history = History(tmp_path / "repo", COMMON)
    monkeypatch.setenv("PRE_COMMIT", "1")
    listing = [sys.executable, "-c", "import click, subprocess; subprocess.run(['git', 'ls-files'])"]
    took = {}
    for name, command in {"list": listing, "gate": [str(BIN / "mlops"), "gate"]}.items():
        times = []
        for _ in range(5):
            start = time.perf_counter()
            done = subprocess.run(command, cwd=history.folder, capture_output=True, text=True, check=True)
            times.append(time.perf_counter() - start)
        took[name] = min(times)
    assert "Nothing is staged" in done.stderr
    assert took["gate"] < 3 * took["list"], took


@pytest.fixture(scope="session")
def source(stores) -> Path:
    """Put what a hook installs into a repository with the tag of the release."""
    folder = stores / "mlops-source"
    folder.mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *PARTS],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    names = [name for name in listed.decode().split("\0") if name and (ROOT / name).exists()]
    packed = subprocess.run(
        ["tar", "--null", "--files-from=-", "-cf", "-"],
        cwd=ROOT,
        input="\0".join(names).encode(),
        check=True,
        capture_output=True,
    )
    subprocess.run(["tar", "-xf", "-"], cwd=folder, input=packed.stdout, check=True)
    for arguments in (
        ("init", "-q"),
        ("add", "-A", "-f"),
        ("commit", "-q", "-m", "release"),
        ("tag", "v0.1.0"),
    ):
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)
    return folder


@tools
@pytest.mark.parametrize("variant", ["forge", "index"])
def test_an_environment_of_its_own_needs_our_index_alone(tmp_path, alone, reachable, source, tool, variant):
    """By the repository of the hooks and by `repo: local`: no other index and no other forge is within reach."""
    with (alone / ".gitconfig").open("a", encoding="utf-8") as file:
        file.write(f'[url "file://{source}"]\n    insteadOf = https://github.com/acme/mlops\n')
    desk = Desk(tmp_path / "repo", tool, snippet(variant))
    desk.history.write({"README.md": "# Churn\n"})
    desk.git("add", "-A")
    done = desk.commit()
    assert done.returncode == 0, done.stdout
    desk.git("rm", "-q", TEST)
    assert stopped(desk.commit())


@tools
def test_the_manifest_and_the_snippets_are_valid(tmp_path, tool):
    configs = sorted((SNIPPETS / "pre-commit").glob("*.yaml"))
    assert len(configs) == 3
    for verb, paths in (
        ("validate-manifest", [ROOT / ".pre-commit-hooks.yaml"]),
        ("validate-config", configs),
    ):
        done = subprocess.run(
            [str(BIN / tool), verb, *map(str, paths)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "warning" not in (done.stdout + done.stderr).lower()
