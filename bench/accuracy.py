"""Precision and recall per practice, and levels, against labelled repositories.

    python bench/accuracy.py LABELS.yaml CHECKOUTS [--show PRACTICE] [--repo NAME]

LABELS.yaml is a list of {repo, commit, levels, labels}; CHECKOUTS a folder with one checkout for each, named
owner+name, at that commit. Cells labelled `?` are left out; a verdict is yes if its status is met; the labels
service-monitored and model-tests are merged ones and compared with the OR; an unknown status counts as no and
towards the share left unknown. Levels are compared by the formulas alone, and agree when they lie in the range.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

from mlops.app.lint import Request, lint
from mlops.catalog import load
from mlops.cli.common import open_sources
from mlops.domain.assessment import Assessment
from mlops.tree import FolderTree

MERGED = {
    "service-monitored": ("service-monitored", "predictions-logged"),
    "model-tests": ("model-tests", "scoring-tests"),
}


@dataclass
class Cells:
    """Labels compared with verdicts: outcomes by practice, and a line for each that is wrong."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, practice: str, outcome: str) -> None:
        """Count tp, fp, fn, tn or unknown of a practice."""
        self.counts.setdefault(practice, Counter())[outcome] += 1

    def total(self) -> Counter[str]:
        """Return the outcomes of all practices."""
        return sum(self.counts.values(), Counter())


def f1(counts: Counter[str]) -> float:
    """Return F1 of these outcomes; 1 where nothing was to be found and nothing was."""
    wrong = counts["fp"] + counts["fn"]
    return 1.0 if not counts["tp"] and not wrong else 2 * counts["tp"] / (2 * counts["tp"] + wrong)


def verdict(assessment: Assessment, practice: str) -> str:
    """Return met, unknown or no for a label that may stand for several practices."""
    statuses = [assessment.verdicts[name].status for name in MERGED.get(practice, (practice,))]
    if "met" in statuses:
        return "met"
    return "unknown" if "unknown" in statuses else "no"


def compare(repo: dict[str, object], assessment: Assessment, cells: Cells) -> None:
    """Compare the labels of a repository with what was found."""
    for practice, label in repo["labels"].items():  # type: ignore[attr-defined]
        wanted = label["v"]
        if wanted == "?":
            continue
        yes = wanted is True or wanted == "yes"
        found = verdict(assessment, practice)
        outcome = ("tp" if found == "met" else "fn") if yes else ("fp" if found == "met" else "tn")
        cells.add(practice, outcome)
        if found == "unknown":
            cells.add(practice, "unknown")
        if outcome in {"fp", "fn"}:
            cells.wrong.append(
                f"{outcome} {practice:26} {str(repo['repo'])[:40]:40} {found:8} {str(label.get('evidence', ''))[:110]}"
            )


def main() -> int:
    """Print the table; exit 0."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--show")
    parser.add_argument("--repo")
    options = parser.parse_args()
    catalog, cells = load(), Cells()
    agreed = {"google": 0, "azure": 0}
    repos = YAML(typ="safe").load(options.labels)
    repos = [repo for repo in repos if not options.repo or options.repo in repo["repo"]]
    for repo in repos:
        folder = options.checkouts / repo["repo"].replace("/", "+")
        start = time.perf_counter()
        assessment = lint(FolderTree(str(folder)), catalog, Request(sources=open_sources(())))
        took = time.perf_counter() - start
        compare(repo, assessment, cells)
        levels = []
        for model in agreed:
            low, high = repo["levels"][model]
            level = assessment.models[model].formula_level
            agreed[model] += low <= level <= high
            levels.append(f"{model} {level} in [{low}, {high}]{'' if low <= level <= high else ' WRONG'}")
        print(f"{repo['repo'][:50]:50} {took:5.2f} s  ml={assessment.ml!s:5} {', '.join(levels)}")
        if options.show:
            item = assessment.verdicts[options.show]
            print("   ", item.strength, item.possible, item.status)
            for evidence in item.evidence:
                chain = " -> ".join(f"{link.path}:{link.line} {link.label}" for link in evidence.chain)
                print("      +", f"{evidence.path}:{evidence.line}", evidence.message[:110], "|", chain[:300])
            for refused in item.rejected:
                print("      -", f"{refused.path}:{refused.line}", refused.reason[:150], refused.fake)
            for unknown in item.unknown:
                print("      ?", f"{unknown.path}:{unknown.line}", unknown.reason[:150])
    if options.show:
        return 0
    print()
    for practice, counts in sorted(cells.counts.items(), key=lambda item: f1(item[1])):
        print(
            f"{practice:26} F1 {f1(counts):.2f}  tp {counts['tp']} fp {counts['fp']} fn {counts['fn']} unknown {counts['unknown']}"
        )
    print("\n".join(sorted(cells.wrong)))
    total = cells.total()
    decided = total["tp"] + total["fp"] + total["fn"] + total["tn"]
    print(f"\nmicro-F1 {f1(total):.3f}, unknown {total['unknown'] / decided:.1%}, "
          f"levels {agreed['google']} and {agreed['azure']} of {len(repos)}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
