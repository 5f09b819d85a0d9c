"""Every folder under `practices/` is a test: a good tree meets its practice, a bad one does not."""

from __future__ import annotations

from collections import Counter

import pytest
from trees import Case, assessment, cases

from mlops.catalog import load
from mlops.domain.assessment import Evidence, Rejection, Verdict

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_tree_is_judged_as_its_name_says(case: Case) -> None:
    verdict = assessment(case).verdicts[case.practice]
    assert (verdict.status == "met") is case.good, describe(verdict)


@pytest.mark.parametrize("case", [case for case in CASES if case.expected()], ids=lambda case: case.id)
def test_tree_is_judged_for_the_expected_reasons(case: Case) -> None:
    expected, verdict = case.expected(), assessment(case).verdicts[case.practice]
    if "strength" in expected:
        assert str(verdict.strength) == expected["strength"], describe(verdict)
    for finding in ("rejected", "evidence"):
        for wanted in expected.get(finding, ()):
            assert any(_matches(wanted, item) for item in getattr(verdict, finding)), describe(verdict)


def test_every_practice_has_trees() -> None:
    counts = Counter((case.practice, case.good) for case in CASES)
    short = {name: (counts[name, True], counts[name, False]) for name in load().practices
             if counts[name, True] < 2 or counts[name, False] < 3}  # fmt: skip
    assert not short, "practices without two good and three bad trees"
    assert {case.practice for case in CASES} <= load().practices.keys()
    assert all(case.name.startswith(("good-", "bad-")) for case in CASES)


def _matches(wanted: dict[str, object], item: Evidence | Rejection) -> bool:
    return all(getattr(item, name) == value for name, value in wanted.items())


def describe(verdict: Verdict) -> str:
    lines = [f"{verdict.practice}: {verdict.strength} (possible {verdict.possible}), {verdict.status}"]
    for item in verdict.evidence:
        lines.append(f"  {item.strength} {item.path}:{item.line} {item.message}")
        lines += [f"      {link.path}:{link.line} {link.label}" for link in item.chain]
    lines += [f"  rejected {item.path}:{item.line} {item.fake} {item.reason}" for item in verdict.rejected]
    lines += [f"  unknown {item.path}:{item.line} {item.reason}" for item in verdict.unknown]
    return "\n".join(lines)
