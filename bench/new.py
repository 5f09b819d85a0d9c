"""Median wall time of `mlops new --yes` for Google 2, beside plain cookiecutter rendering the same files.

Run: python bench/new.py [ROUNDS]. The limit is 1.5 times cookiecutter (issue 3).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mlops import __version__, resources
from mlops.app.new import plan
from mlops.catalog import load
from mlops.scaffold.answers import Answers
from mlops.scaffold.render import context_of, stage

LIMIT = 1.5


def main(rounds: int) -> int:
    """Alternate the two, print both medians, and exit 1 above the limit."""
    spent: dict[str, list[float]] = {"mlops new": [], "cookiecutter": []}
    with tempfile.TemporaryDirectory() as work:
        template = _template(Path(work))
        for number in range(rounds):
            out = Path(work, f"out-{number}")
            out.mkdir()
            spent["mlops new"].append(
                _timed("mlops", "new", "churn", "--level", "2", "--yes", "--output-dir", str(out))
            )
            spent["cookiecutter"].append(
                _timed("cookiecutter", "--no-input", "-o", str(out / "plain"), str(template))
            )
    medians = {name: statistics.median(values) for name, values in spent.items()}
    ratio = medians["mlops new"] / medians["cookiecutter"]
    for name, value in medians.items():
        print(f"{name:<14} {value:6.2f} s")
    print(f"ratio          {ratio:6.2f} (at most {LIMIT})")
    return int(ratio > LIMIT)


def _template(work: Path) -> Path:
    """Stage the files of the profile as a template that cookiecutter itself can render."""
    catalog = load()
    answers = Answers("churn", "churn", "google", 2, "github-actions")
    profile = plan(catalog, answers)
    template = work / "template"
    stage(resources.TEMPLATES, template, profile, answers)
    context = context_of(answers, profile, __version__, catalog.edition)
    (template / "cookiecutter.json").write_text(json.dumps(context), encoding="utf-8")
    return template


def _timed(module: str, *words: str) -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", module, *words], check=True, capture_output=True)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
