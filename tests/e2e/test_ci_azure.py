"""The Azure pipelines of generated projects run in the emulator as their reasons ask."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runners import azure
from runners.azure_agent import AzureRun
from runners.delivered import Delivered, environment
from runners.environment import machine, recorded
from runners.projects import NAME
from runners.repository import commit, copy_project
from runners.spoil import newer_data, spoil_model

Repo = Callable[..., Path]
FETCH = "DownloadPipelineArtifact@2"


@pytest.fixture(autouse=True)
def _tools(need: Callable[..., None]) -> None:
    need("kubectl")


@pytest.fixture
def repo(every_project: Path, tmp_path: Path) -> Repo:
    def make(profile: str, spoil: Callable[[Path], None] | None = None) -> Path:
        root = copy_project(every_project / profile / "azure-pipelines" / NAME, tmp_path / NAME)
        if spoil is not None:
            spoil(root)
        return commit(root, remote=f"https://dev.azure.com/acme/demo/_git/{NAME}")

    return make


def _start(root: Path, tmp_path: Path, *, name: str = "work", **options: Any) -> AzureRun:
    path = tmp_path / ("machine" if name == "work" else f"{name}-machine")
    env = {**environment(machine(path)), **options.pop("env", {})}
    return azure.start(root, tmp_path / name, env=env, **options)


def test_a_push_tests_builds_and_delivers_the_pipeline(repo: Repo, tmp_path: Path) -> None:
    run = _start(repo("google-2"), tmp_path)
    assert run.stages == {"checks": "Succeeded", "pipeline_production": "Succeeded"}, run.log[-6000:]
    assert {name for name in run.jobs if name.startswith("checks/")} == {
        f"checks/{job}" for job in ("test", "build", "image", "declarations")
    }
    assert set(run.not_run) == {"Set up Python", "Publish the report of the tests"}
    assert list((run.artifacts / "pipeline-production").glob("*.tar.gz"))
    assert {"docker build --target train .", "docker build --target wheel ."} <= set(
        recorded(tmp_path / "machine")
    )


def test_a_pull_request_checks_and_delivers_nothing(repo: Repo, tmp_path: Path) -> None:
    run = _start(repo("azure-1"), tmp_path, reason="PullRequest", branch="refs/pull/1/merge")
    assert run.stages == {"checks": "Succeeded"}, run.log[-6000:]
    assert set(run.not_run) == {"Set up Python", "Publish the report of the tests"}


def test_a_failing_test_releases_nothing(repo: Repo, tmp_path: Path) -> None:
    def break_code(root: Path) -> None:
        test = root / "tests" / "unit" / "test_features.py"
        test.write_text(
            test.read_text(encoding="utf-8") + "\n\ndef test_broken() -> None:\n    assert 1 == 2\n",
            encoding="utf-8",
        )

    run = _start(repo("azure-1", break_code), tmp_path, branch="refs/tags/v1.0.0")
    assert run.stages == {"checks": "Failed", "release": "Skipped"}
    assert run.jobs == {"checks/test": "Failed", "checks/build": "Succeeded"}


def test_a_schedule_trains_and_deploys(repo: Repo, tmp_path: Path) -> None:
    run = _start(repo("google-1"), tmp_path, reason="Schedule", schedule="Weekly")
    assert run.stages == {"train": "Succeeded", "production": "Succeeded"}, run.log[-6000:]
    assert "is in service" in run.log
    assert set(run.not_run) == {"Set up Python", "Take up the state of the last delivery"}
    assert (run.artifacts / "state" / "deployments" / "production.json").is_file()


def test_a_bad_model_is_neither_registered_nor_deployed(repo: Repo, tmp_path: Path) -> None:
    run = _start(repo("google-2", spoil_model), tmp_path, reason="Schedule", schedule="Weekly")
    assert run.stages == {"train": "Failed", "production": "Skipped"}
    assert "model refused" in run.log, run.log[-4000:]
    assert "registered" not in run.log.partition("model refused")[2]
    assert list(run.artifacts.iterdir()) == []


def test_drift_starts_training_and_delivery_and_can_be_rolled_back(
    repo: Repo, delivered: Delivered, tmp_path: Path
) -> None:
    root = repo("azure-4", newer_data)
    run = _start(
        root, tmp_path, reason="Schedule", schedule="Daily", tasks={FETCH: f'cp -R "{delivered.state}/." .'},
        env={"PREDICTIONS_URL": delivered.predictions},
    )  # fmt: skip
    assert run.stages == {
        "monitor": "Failed",
        "train": "Succeeded",
        "staging": "Succeeded",
        "production": "Succeeded",
    }, run.log[-6000:]
    assert {step.name for step in run.steps if step.result == "stand-in"} == {
        "Take up the state of the last delivery"
    }
    state = json.loads(
        (run.artifacts / "state" / "deployments" / "production.json").read_text(encoding="utf-8")
    )
    assert state == {"current": "2", "previous": ["1"]}
    left = run.artifacts / "state"
    back = _start(
        root, tmp_path, name="back", reason="Manual", parameters={"run": "rollback"}, tasks={FETCH: f'cp -R "{left}/." .'}
    )  # fmt: skip
    assert back.stages == {"rollback": "Succeeded"}, back.log[-4000:]
    assert "production: rolled back from version 2 to 1" in back.log
    assert (
        json.loads(
            (back.artifacts / "state" / "deployments" / "production.json").read_text(encoding="utf-8")
        )["current"]
        == "1"
    )
