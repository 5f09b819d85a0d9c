"""The runner of GitLab pipelines finds failures, and refuses what gitlab-ci-local would get wrong in silence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from runners import gitlab
from runners.repository import write_files
from runners.tools import HarnessError

ENTRY = """
stages: [train, deploy]
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    - if: $CI_COMMIT_TAG
include:
  - local: .gitlab/ci/*.yml
"""
JOBS = """
train:
  stage: train
  image: "python:3.12"
  script:
    - mkdir -p models && cp data.txt models/model && echo leftover > other
  artifacts:
    paths: [models/]
deploy:
  stage: deploy
  needs: [train]
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $SCHEDULE == "train"
    - if: $CI_COMMIT_TAG
  script:
    - test "$(cat models/model)" = data
    - test ! -e other
"""


@pytest.fixture(autouse=True)
def _tools(need: Callable[..., None]) -> None:
    need("gitlab-ci-local", "node", "rsync")


def _repo(tmp_path: Path, jobs: str = JOBS, entry: str = ENTRY) -> Path:
    return write_files(
        tmp_path / "source", {".gitlab-ci.yml": entry, ".gitlab/ci/jobs.yml": jobs, "data.txt": "data"}
    )


def test_runs_what_the_rules_admit_and_hands_artifacts_on(tmp_path: Path) -> None:
    run = gitlab.run(
        _repo(tmp_path),
        "schedule",
        tmp_path / "work",
        expected={"train", "deploy"},
        variables={"SCHEDULE": "train"},
    )
    assert (run.code, run.jobs) == (0, {"train": "success", "deploy": "success"}), run.log


@pytest.mark.parametrize(
    ("source", "tag", "expected"),
    [
        ("push", "", {"train"}),
        ("merge_request_event", "", {"train"}),
        ("push", "v1.0.0", {"train", "deploy"}),
    ],
)
def test_the_source_decides_the_jobs(tmp_path: Path, source: str, tag: str, expected: set[str]) -> None:
    run = gitlab.run(_repo(tmp_path), source, tmp_path / "work", expected=expected, tag=tag)
    assert set(run.jobs.values()) == {"success"}


def test_workflow_rules_can_refuse_the_pipeline(tmp_path: Path) -> None:
    run = gitlab.run(_repo(tmp_path), "push", tmp_path / "work", expected=None, branch="feature")
    assert run.jobs == {}
    with pytest.raises(HarnessError, match="admit a pipeline"):
        gitlab.run(_repo(tmp_path), "push", tmp_path / "again", expected=None)


def test_a_failing_line_fails_the_job_and_stops_what_needs_it(tmp_path: Path) -> None:
    broken = JOBS.replace("- mkdir -p models", "- false | true\n    - mkdir -p models")
    run = gitlab.run(
        _repo(tmp_path, broken),
        "schedule",
        tmp_path / "work",
        expected={"train"},
        variables={"SCHEDULE": "train"},
    )
    assert (run.code, run.jobs) == (1, {"train": "failed"})


def test_an_allowed_failure_is_no_success(tmp_path: Path) -> None:
    tolerant = JOBS.replace("stage: train\n", "stage: train\n  allow_failure: true\n").replace(
        "mkdir -p models", "false; mkdir -p models"
    )
    run = gitlab.run(_repo(tmp_path, tolerant), "push", tmp_path / "work", expected={"train"})
    assert (run.code, run.jobs) == (0, {"train": "warning"})


def test_services_are_left_out_and_named(tmp_path: Path) -> None:
    run = gitlab.run(
        _repo(tmp_path, JOBS.replace("stage: train\n", "stage: train\n  services: [postgres]\n")),
        "push",
        tmp_path / "work",
        expected={"train"},
    )
    assert run.unmodelled == ("services of train",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  script:\n    - mkdir", "  only: [schedules]\n  script:\n    - mkdir", "only or except"),
        ("  script:\n    - mkdir", "  when: manual\n  script:\n    - mkdir", "manual outside rules"),
        (
            "  script:\n    - test",
            "  trigger: {include: other.yml}\n  script:\n    - test",
            "another pipeline",
        ),
    ],
)
def test_refuses_what_the_runner_gets_wrong(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(HarnessError, match=message):
        gitlab.run(_repo(tmp_path, JOBS.replace(old, new, 1)), "push", tmp_path / "work", expected={"train"})


def test_an_unreadable_file_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(HarnessError):
        gitlab.run(
            _repo(tmp_path, JOBS.replace("needs: [train]", "needs: [unknown]")),
            "push",
            tmp_path / "work",
            expected={"train"},
            tag="v1",
        )
