"""The GitHub action, run by act on the shallow clones that actions/checkout makes, by the workflow that the docs show."""

from __future__ import annotations

from pathlib import Path

import pytest
from forge import ROOT, Forge, files
from runners import github

USES = "acme/mlops@0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def action(tmp_path) -> dict[str, Path]:
    """Give the action as another repository sees it."""
    folder = tmp_path / "action"
    folder.mkdir()
    (folder / "action.yml").write_bytes((ROOT / "action.yml").read_bytes())
    return {USES: folder}


def pull_request(clone: Path, work: Path, machine: str, action: dict[str, Path]) -> github.GithubRun:
    return github.run(clone, "pull_request", work, expected={"gate"}, path=machine, branch="work", own=action,
                      workflow="maturity.yml")  # fmt: skip


def test_a_pull_request_that_loses_a_practice_fails(need, tmp_path, machine, action):
    need("act", "node")
    forge = Forge(tmp_path, files("github"))
    forge.lose_the_test()
    run = pull_request(forge.clone("refs/pull/1/merge"), tmp_path / "work", machine, action)
    print(run.log)
    assert run.failed == {"gate"}
