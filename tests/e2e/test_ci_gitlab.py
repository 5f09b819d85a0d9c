"""The GitLab pipelines of generated projects run under the shell executor as their sources ask."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runners import gitlab
from runners.delivered import Delivered
from runners.environment import machine, recorded
from runners.gitlab import GitlabRun
from runners.projects import NAME
from runners.repository import copy_project
from runners.spoil import newer_data, spoil_model

Project = Callable[..., Path]


@pytest.fixture(autouse=True)
def _tools(need: Callable[..., None]) -> None:
    need("gitlab-ci-local", "node", "rsync", "kubectl")


@pytest.fixture
def project(every_project: Path, tmp_path: Path) -> Project:
    def make(profile: str, spoil: Callable[[Path], None] | None = None) -> Path:
        root = copy_project(every_project / profile / "gitlab-ci" / NAME, tmp_path / NAME)
        if spoil is not None:
            spoil(root)
        return root

    return make


def _run(root: Path, source: str, tmp_path: Path, expected: set[str] | None, **options: Any) -> GitlabRun:
    path = machine(tmp_path / "machine")
    settings = {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return gitlab.run(
        root, source, tmp_path / "work", expected=expected, path=str(path), env=settings, **options
    )


def test_a_push_tests_builds_and_delivers_the_pipeline(project: Project, tmp_path: Path) -> None:
    expected = {"test", "build", "images", "manifests", "pipeline-production"}
    run = _run(project("google-2"), "push", tmp_path, expected)
    assert set(run.jobs.values()) == {"success"}, run.log[-6000:]
    assert set(run.unmodelled) == {"services of images", "services of pipeline-production"}
    assert {"docker build --target train .", "docker build --target wheel ."} <= set(
        recorded(tmp_path / "machine")
    )


def test_a_merge_request_tests_and_releases_nothing(project: Project, tmp_path: Path) -> None:
    run = _run(project("azure-1"), "merge_request_event", tmp_path, {"test", "build"})
    assert set(run.jobs.values()) == {"success"}, run.log[-6000:]


def test_a_push_to_another_branch_makes_no_pipeline(project: Project, tmp_path: Path) -> None:
    assert _run(project("azure-1"), "push", tmp_path, None, branch="feature").jobs == {}


def test_a_bad_model_is_neither_registered_nor_deployed(project: Project, tmp_path: Path) -> None:
    run = _run(project("google-2", spoil_model), "schedule", tmp_path, {"train"})
    assert run.jobs == {"train": "failed"}
    assert run.listed >= {"train", "production"}
    assert "model refused" in run.log, run.log[-4000:]
    assert "registered" not in run.log.partition("model refused")[2]


def test_drift_starts_training(project: Project, delivered: Delivered, tmp_path: Path) -> None:
    run = _run(
        project("azure-4"), "schedule", tmp_path, {"monitor", "retrain"}, state=delivered.state,
        variables={"PREDICTIONS_URL": delivered.predictions},
    )  # fmt: skip
    assert run.jobs == {"monitor": "failed", "retrain": "success"}, run.log[-6000:]
    assert "model accepted" in run.log


def test_a_run_trains_and_deploys_and_can_be_rolled_back(
    project: Project, delivered: Delivered, tmp_path: Path
) -> None:
    expected = {"train", "staging", "production", "rollback"}
    run = _run(
        project("azure-4", newer_data), "web", tmp_path, expected, state=delivered.state, manual=("rollback",)
    )  # fmt: skip
    assert set(run.jobs.values()) == {"success"}, run.log[-6000:]
    assert "production: version 2 is in service (before: 1)" in run.log
    assert "production: rolled back from version 2 to 1" in run.log
