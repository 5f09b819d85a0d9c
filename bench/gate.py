"""How long a gate takes: beside a lint without a cache, and beside almost nothing on an unchanged repository.

    python bench/gate.py REPOSITORY      copies it, changes one Python file and a CI file, and measures

Times are the least of several runs: wall time, and CPU time of all processes, for the machine may be busy with other
things. All run with compiled bytecode, as installed packages do: the first of each makes it, in a folder of its own.
The ratio of gate to lint is one of wall times (a gate judges its two trees in two processes where it can), the ratio of
the hook one of CPU times.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MLOPS = (sys.executable, "-c", "import sys; from mlops.cli import main; sys.argv[0] = 'mlops'; main()")
#: The process that a hook on an unchanged repository is measured by: it imports click and lists the files by git.
REFERENCE = (
    sys.executable,
    "-c",
    "import click, subprocess; subprocess.run(['git', 'ls-files', '-z'], capture_output=True)",
)
RUNS = 7
#: What the issue asks for.
WITHOUT_CACHE, UNCHANGED = 1.3, 2.0


def seconds(command: tuple[str, ...], folder: Path, runs: int = RUNS) -> tuple[float, float]:
    """Return the least wall time of a command, and the least CPU time of it and its children."""
    wall, cpu = [], []
    for _ in range(runs):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, cwd=folder, capture_output=True, check=False)
        wall.append(time.perf_counter() - begin)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(wall), min(cpu)


def git(folder: Path, *arguments: str) -> None:
    """Run git."""
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
    subprocess.run(("git", *who, *arguments), cwd=folder, check=True, capture_output=True)


def copied(source: Path, target: Path) -> Path:
    """Copy a repository's files into a new repository of one commit."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".git"), symlinks=True)
    git(target, "init", "-q", "-b", "main")
    git(target, "add", "-A", "-f")
    git(target, "commit", "-q", "-m", "base")
    return target


def change(folder: Path) -> None:
    """Change what a usual merge changes: a module and a workflow."""
    names = (folder.rglob("*.py"), (folder / ".github").rglob("*.yml"))
    for path in filter(
        None, (max(found, key=lambda item: item.stat().st_size, default=None) for found in names)
    ):
        path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")


def main() -> int:
    """Measure, and tell by the exit code whether both limits hold."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["MLOPS_CACHE_DIR"] = str(Path(place) / "cache")
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(place) / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        folder = copied(Path(sys.argv[1]), Path(place) / "repository")
        change(folder)
        lint = seconds((*MLOPS, "lint", "--no-cache"), folder)
        gate = seconds((*MLOPS, "gate", "--base", "HEAD", "--no-cache"), folder)
        git(folder, "commit", "-qam", "change")
        for command in ("gate", "lint"):
            subprocess.run(
                (*MLOPS, command, *(("--base", "HEAD") * (command == "gate"))),
                cwd=folder,
                capture_output=True,
                check=False,
            )
        _, reference = seconds(REFERENCE, folder, 2 * RUNS)
        _, hook = seconds((*MLOPS, "gate", "--base", "HEAD"), folder, 2 * RUNS)
        _, known = seconds((*MLOPS, "lint"), folder, 2 * RUNS)
    print(
        f"without a cache: lint {lint[0]:.2f} s, gate {gate[0]:.2f} s, ratio {gate[0] / lint[0]:.2f} "
        f"(at most {WITHOUT_CACHE}); CPU {lint[1]:.2f} s and {gate[1]:.2f} s"
    )
    print(
        f"unchanged: click and git {reference:.3f} s, gate {hook:.3f} s ({hook / reference:.2f}), "
        f"lint {known:.3f} s ({known / reference:.2f}) (at most {UNCHANGED})"
    )
    return 0 if gate[0] <= WITHOUT_CACHE * lint[0] and max(hook, known) <= UNCHANGED * reference else 1


if __name__ == "__main__":
    sys.exit(main())
