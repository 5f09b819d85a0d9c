"""What a CI machine has on PATH: a Python whose new environments hold the installed tool already."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PYTHON = """#!/bin/sh
# `python -m venv` copies an environment into which the tool was installed once, from the index of the tests.
if [ "$1" = -m ] && [ "$2" = venv ]; then
  mkdir -p "$(dirname "$3")" && cp -a "{template}" "$3"
else
  exec "{python}" "$@"
fi
"""


def template(folder: Path) -> Path:
    """Install the tool from the index that pip knows."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    done = subprocess.run(
        [
            str(folder / "bin/python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "mlops-maturity==0.1.0",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def commands(folder: Path, template: Path) -> Path:
    """Make a folder for PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("python", "python3"):
        place = folder / name
        place.write_text(_PYTHON.format(template=template, python=sys.executable), encoding="utf-8")
        place.chmod(0o755)
    return folder
