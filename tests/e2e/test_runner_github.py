"""The runner of GitHub workflows finds failures, and refuses what act would get wrong in silence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from runners import github
from runners.repository import commit, write_files
from runners.tools import HarnessError

SHA = "3d3c42e5aac5ba805825da76410c181273ba90b1"
TWO_JOBS = f"""
name: two
on:
  push:
  schedule:
    - cron: "17 3 * * 1"
jobs:
  make:
    runs-on: ubuntu-24.04
    outputs:
      found: ${{{{ steps.make.outputs.found }}}}
    steps:
      - uses: actions/checkout@{SHA}
      - uses: actions/setup-python@{SHA}
        with:
          python-version: "3.12"
      - id: make
        run: |
          mkdir -p out/.hidden && echo good > out/model && echo no > out/.hidden/file
          echo "found=$(cat data.txt)" >> "$GITHUB_OUTPUT"
          echo "the summary says hello" >> "$GITHUB_STEP_SUMMARY"
      - uses: actions/upload-artifact@{SHA}
        with:
          name: model
          path: out/
          if-no-files-found: error
  use:
    needs: make
    if: github.event_name == 'push'
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/download-artifact@{SHA}
        with:
          name: model
          path: got
      - env:
          FOUND: ${{{{ needs.make.outputs.found }}}}
        run: test "$FOUND" = data && test "$(cat got/model)" = good && test ! -e got/.hidden
      - uses: acme/notify@{SHA}
        with:
          channel: releases
"""


@pytest.fixture(autouse=True)
def _tools(need: Callable[..., None]) -> None:
    need("act", "node")


def _repo(tmp_path: Path, workflow: str, **files: str) -> Path:
    root = write_files(tmp_path / "repo", {".github/workflows/w.yml": workflow, "data.txt": "data", **files})
    return commit(root, remote="https://github.com/acme/demo.git")


def test_runs_jobs_and_hands_artifacts_outputs_and_calls_on(tmp_path: Path) -> None:
    run = github.run(_repo(tmp_path, TWO_JOBS), "push", tmp_path / "work", expected={"make", "use"})
    assert run.code == 0, run.log
    assert run.succeeded == {"make", "use"}
    (call,) = run.calls
    assert (call.action, call.job, call.inputs["channel"]) == ("acme/notify", "use", "releases")
    assert "the summary says hello" in run.summary


def test_a_condition_on_the_event_leaves_a_job_out(tmp_path: Path) -> None:
    run = github.run(_repo(tmp_path, TWO_JOBS), "schedule", tmp_path / "work", expected={"make"})
    assert run.succeeded == {"make"}


def test_a_failing_step_fails_the_run_and_stops_what_needs_it(tmp_path: Path) -> None:
    broken = TWO_JOBS.replace("mkdir -p out", "exit 3; mkdir -p out")
    run = github.run(_repo(tmp_path, broken), "push", tmp_path / "work", expected={"make"})
    assert run.code != 0
    assert run.failed == {"make"}


def test_a_job_that_does_not_run_is_no_success(tmp_path: Path) -> None:
    never = TWO_JOBS.replace("github.event_name == 'push'", "github.event_name == 'release'")
    with pytest.raises(HarnessError, match=r"expected \['make', 'use'\]"):
        github.run(_repo(tmp_path, never), "push", tmp_path / "work", expected={"make", "use"})


def test_an_artifact_that_is_not_there_fails(tmp_path: Path) -> None:
    wrong = TWO_JOBS.replace("name: model\n          path: got", "name: other\n          path: got")
    run = github.run(_repo(tmp_path, wrong), "push", tmp_path / "work", expected={"make", "use"})
    assert run.failed == {"use"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("runs-on: ubuntu-24.04\n    outputs", "runs-on: macos-15\n    outputs", "would skip it"),
        ("needs: make", "needs: make\n    container: python", "ignores it"),
        ("needs: make", "needs: make\n    services: {db: {image: postgres}}", "ignores it"),
        ("needs: make", "needs: make\n    continue-on-error: true", "continues on error"),
        (f"acme/notify@{SHA}", "$/.github/actions/x", "cannot read"),
    ],
)
def test_refuses_what_act_gets_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    repo = _repo(tmp_path, TWO_JOBS.replace(old, new))
    with pytest.raises(HarnessError, match=message):
        github.run(repo, "push", tmp_path / "work", expected={"make", "use"})
