"""Pruning the union lock by its `# via` lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.errors import RuleError
from mlops.resources import TEMPLATES
from mlops.scaffold import lock

LOCK = """\
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via -r requirements.in
beta[extra]==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:bb
    # via
    #   -r requirements.in
    #   alpha
gamma==3.0 ; python_full_version < '3.12' \\
    --hash=sha256:c1
    # via beta
gamma==3.1 ; python_full_version >= '3.12' \\
    --hash=sha256:c2
    # via beta
delta_x==4.0 \\
    --hash=sha256:dd
    # via -r requirements.in
"""


def _names(text: str) -> list[str]:
    return re.findall(r"^([a-z][\w.-]*)(?:\[\w+\])?==", text, re.MULTILINE)


def test_only_what_is_reached_stays_with_markers_hashes_and_both_versions():
    pruned = lock.prune(LOCK, ["alpha>=1"])
    assert _names(pruned) == ["alpha", "beta", "gamma", "gamma"]
    assert "beta[extra]==2.0 ; sys_platform == 'win32' \\\n    --hash=sha256:bb\n    # via alpha\n" in pruned
    assert "gamma==3.1 ; python_full_version >= '3.12' \\\n    --hash=sha256:c2" in pruned
    assert "requirements.in" not in pruned


def test_names_are_compared_as_indexes_spell_them():
    assert _names(lock.prune(LOCK, ["Delta.X[speed]~=4.0; python_version>'3'"])) == ["delta_x"]


def test_nothing_is_asked_for_nothing_is_kept():
    assert lock.prune(LOCK, []) == ""


def test_a_requirement_that_the_lock_lacks_is_named():
    with pytest.raises(RuleError, match="omega"):
        lock.prune(LOCK, ["alpha", "omega"])


def test_all_tables_of_a_pyproject_are_requirements():
    found = lock.requirements_of({
        "build-system": {"requires": ["hatchling"]},
        "project": {"dependencies": ["a"], "optional-dependencies": {"x": ["b"], "y": ["c"]}},
        "dependency-groups": {"dev": ["d", {"include-group": "z"}]},
    })  # fmt: skip
    assert found == ["a", "b", "c", "d", "hatchling"]


@given(st.sets(st.sampled_from(["alpha", "beta", "gamma", "delta-x"])))
def test_pruning_twice_changes_nothing(roots):
    once = lock.prune(LOCK, roots)
    assert _names(lock.prune(once, roots)) == _names(once)


def test_the_union_lock_names_no_index_and_hashes_everything():
    union = (TEMPLATES / "lock" / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in union
    assert "--index" not in union
    blocks = re.split(r"\n(?=[a-z])", union.strip())
    assert len(blocks) > 100
    assert all("--hash=sha256:" in block for block in blocks)
