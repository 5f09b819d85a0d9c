"""The GitHub workflows of generated projects run under act as their events ask."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runners import github
from runners.delivered import Delivered
from runners.environment import machine, recorded
from runners.github import GithubRun
from runners.projects import NAME
from runners.repository import commit, copy_project
from runners.spoil import newer_data, spoil_model

Repo = Callable[..., Path]


@pytest.fixture(autouse=True)
def _tools(need: Callable[..., None]) -> None:
    need("act", "node", "kubectl")


@pytest.fixture
def repo(every_project: Path, tmp_path: Path) -> Repo:
    def make(profile: str, spoil: Callable[[Path], None] | None = None) -> Path:
        root = copy_project(every_project / profile / "github-actions" / NAME, tmp_path / NAME)
        if spoil is not None:
            spoil(root)
        return commit(root, remote=f"https://github.com/acme/{NAME}.git")

    return make


def _run(
    root: Path,
    event: str,
    tmp_path: Path,
    expected: set[str],
    *,
    state: Path | None = None,
    name: str = "work",
    **options: Any,
) -> GithubRun:
    path = machine(tmp_path / f"{name}-machine", state)
    settings = {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return github.run(
        root, event, tmp_path / name, expected=expected, path=str(path), env=settings, **options
    )


def _steps(run: GithubRun, job: str) -> dict[str, str]:
    return {step.name: step.result for step in run.steps if step.job == job}


def test_a_push_tests_builds_and_delivers_the_pipeline(repo: Repo, tmp_path: Path) -> None:
    run = _run(repo("google-2"), "push", tmp_path, {"test", "build", "image", "declarations", "production"})
    assert run.failed == set(), run.log[-6000:]
    assert list((run.artifacts / "dist").glob("*.whl"))
    assert list((run.artifacts / "pipeline-production").glob("*.tar.gz"))
    assert recorded(tmp_path / "work-machine") == [
        "docker build --target train .",
        "docker build --target wheel .",
    ]


def test_a_pull_request_tests_and_releases_nothing(repo: Repo, tmp_path: Path) -> None:
    run = _run(repo("azure-1"), "pull_request", tmp_path, {"test", "build"}, branch="feature")
    assert run.failed == set(), run.log[-6000:]
    assert recorded(tmp_path / "work-machine") == []


def test_a_tag_releases_what_was_tested_and_built(repo: Repo, tmp_path: Path) -> None:
    run = _run(
        repo("azure-1"), "push", tmp_path, {"test", "build", "publish"}, payload={"ref": "refs/tags/v1.0.0"}
    )
    assert run.failed == set(), run.log[-6000:]
    (call,) = recorded(tmp_path / "work-machine")
    assert call.startswith("gh release create v1.0.0 dist/churn_model-0.1.0")


def test_a_failing_test_releases_nothing(repo: Repo, tmp_path: Path) -> None:
    def break_code(root: Path) -> None:
        test = root / "tests" / "unit" / "test_features.py"
        test.write_text(
            test.read_text(encoding="utf-8") + "\n\ndef test_broken() -> None:\n    assert 1 == 2\n",
            encoding="utf-8",
        )

    run = _run(
        repo("azure-1", break_code), "push", tmp_path, {"test", "build"}, payload={"ref": "refs/tags/v1.0.0"}
    )
    assert run.failed == {"test"}
    assert recorded(tmp_path / "work-machine") == []


def test_a_bad_model_is_neither_registered_nor_deployed(repo: Repo, tmp_path: Path) -> None:
    run = _run(repo("google-2", spoil_model), "schedule", tmp_path, {"train"})
    assert run.failed == {"train"}
    assert "model refused" in run.log, run.log[-4000:]
    assert "registered" not in run.log.partition("model refused")[2]
    assert not (run.artifacts / "trained").exists()


def test_drift_starts_training_delivery_and_can_be_rolled_back(
    repo: Repo, delivered: Delivered, tmp_path: Path
) -> None:
    root = repo("azure-4", newer_data)
    run = _run(
        root, "schedule", tmp_path, {"monitor", "train", "staging", "production"}, state=delivered.state,
        variables={"PREDICTIONS_URL": delivered.predictions}, workflow="monitor.yml",
    )  # fmt: skip
    assert (run.failed, run.succeeded) == ({"monitor"}, {"train", "staging", "production"}), run.log[-6000:]
    left = run.artifacts / "state"
    assert json.loads((left / "deployments" / "production.json").read_text(encoding="utf-8")) == {
        "current": "2",
        "previous": ["1"],
    }
    back = _run(
        root,
        "workflow_dispatch",
        tmp_path,
        {"rollback"},
        state=left,
        name="back",
        inputs={"environment": "production", "version": ""},
        workflow="rollback.yml",
    )
    assert back.failed == set(), back.log[-4000:]
    assert (
        json.loads(
            (back.artifacts / "state" / "deployments" / "production.json").read_text(encoding="utf-8")
        )["current"]
        == "1"
    )
