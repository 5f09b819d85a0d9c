"""Wall time and peak memory of `mlops lint` against a reference measured in the same run.

    python bench/speed.py CHECKOUT... [--runs 9]

CHECKOUT is a checked out repository, or a folder of some. The reference is one Python process that lists the files
by git, reads and `ast.parse`s every .py, and composes every YAML by ruamel's C parser. Reference and lint (without
its cache) take turns, so that a busy machine slows both; a column is the median of the runs, the ratio the median of
the ratios of each turn, the memory the largest peak that the system saw in the child. Both run with compiled
bytecode, as installed packages do: one turn before the first that counts makes it, in a folder of its own.

To reach: 1.3 times the reference on kedro-org/kedro, 0.3 s on small repositories, less than 120 MB. Times depend on
the machine, so nothing here is a test.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

REFERENCE = """
import ast, subprocess, sys, warnings
from ruamel.yaml import YAML
warnings.simplefilter("ignore")
root = sys.argv[1]
names = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, check=True).stdout.decode().split("\\0")
for name in names:
    if not name.endswith((".py", ".yml", ".yaml")):
        continue
    try:
        with open(f"{root}/{name}", "rb") as file:
            source = file.read()
        if name.endswith(".py"):
            ast.parse(source)
        else:
            for _ in YAML(typ="safe", pure=False).compose_all(source):
                pass
    except Exception:
        pass
"""
LINT = """
import sys
from mlops.cli import main
sys.argv[1:] = ["lint", "--no-cache", sys.argv[1]]
main()
"""


@dataclass
class Runs:
    """What was measured on one repository: seconds and bytes."""

    reference: list[float] = field(default_factory=list)
    lint: list[float] = field(default_factory=list)
    memory: int = 0

    def row(self) -> str:
        """Return the medians as a line of the table."""
        ratio = median(lint / reference for lint, reference in zip(self.lint, self.reference, strict=True))
        return f"{median(self.reference):9.3f} {median(self.lint):9.3f} {ratio:6.2f} {self.memory / 1e6:7.0f}"


def repositories(given: list[Path]) -> Iterator[Path]:
    """Yield the checkouts: what has a .git, or the folders in it that have one."""
    for path in given:
        if (path / ".git").exists():
            yield path
        else:
            yield from (child for child in sorted(path.iterdir()) if (child / ".git").exists())


def run(script: str, root: Path, environment: Mapping[str, str]) -> tuple[float, int]:
    """Run a script on a repository in a child of its own; return seconds and peak bytes."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
    arguments = [sys.executable, "-c", script, str(root)]
    begin = time.perf_counter()
    child = os.posix_spawn(sys.executable, arguments, environment, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{root}: a run failed; try `mlops lint {root}`")
    return seconds, _bytes(used)


def _bytes(used: resource.struct_rusage) -> int:
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(root: Path, turns: int, environment: Mapping[str, str]) -> Runs:
    """Let reference and lint take turns on a repository."""
    runs = Runs()
    for turn in range(turns + 1):
        reference, _ = run(REFERENCE, root, environment)
        lint, memory = run(LINT, root, environment)
        if turn:
            runs.reference.append(reference)
            runs.lint.append(lint)
            runs.memory = max(runs.memory, memory)
    return runs


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkouts", type=Path, nargs="+")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    print(f"{'repository':40} {'reference':>9} {'lint s':>9} {'ratio':>6} {'peak MB':>7}")
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for root in repositories(options.checkouts):
            print(f"{root.name[:40]:40} {measure(root, options.runs, environment).row()}", flush=True)


if __name__ == "__main__":
    main()
