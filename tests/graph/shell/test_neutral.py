"""Flags and inputs that keep a tool from failing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mlops.graph.shell.neutral import neutral, neutral_action


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    path = Path(__file__).parents[3] / "rules" / "neutral.yaml"
    loaded: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize(
    "text",
    [
        "ruff check . --exit-zero", "ruff --quiet check -e .", "flake8 . --count --exit-zero", "pylint --fail-under=0 src",
        "pylint --fail-under 0 src", "bandit -r src --exit-zero", "trivy image --exit-code 0 x", "trivy fs .", "checkov -d . --soft-fail",
        "checkov -d . -s", "tfsec . --soft-fail", "safety check --continue-on-error", "pytest --collect-only", "pytest -q --co",
        "black src", "isort .", "ruff format", "make -i test", "make -ki test", "dvc repro --dry", "tox --notest", "semgrep scan src",
    ],
)  # fmt: skip
def test_neutral_commands(text: str, table: dict[str, Any]) -> None:
    found = neutral(text.split(), table)
    assert found is not None
    assert found[0]
    assert found[1] == "F17"


@pytest.mark.parametrize(
    "text",
    [
        "ruff check .", "ruff format --check", "flake8 .", "pylint --fail-under=8 src", "bandit -r src", "trivy image --exit-code 1 x",
        "checkov -d .", "pytest -x", "black --check src", "isort --check-only .", "isort -c .", "make test", "make -j4 test",
        "dvc repro", "semgrep ci", "echo --exit-zero", "python train.py",
    ],
)  # fmt: skip
def test_honest_commands(text: str, table: dict[str, Any]) -> None:
    assert neutral(text.split(), table) is None


def test_actions(table: dict[str, Any]) -> None:
    trivy = "aquasecurity/trivy-action"
    assert neutral_action(trivy, {"exit-code": "0"}, table)
    assert neutral_action(trivy, {}, table)
    assert neutral_action(trivy, {"exit-code": "1"}, table) is None
    assert neutral_action("bridgecrewio/checkov-action", {"soft_fail": "true"}, table)
    assert neutral_action("bridgecrewio/checkov-action", {}, table) is None
    assert neutral_action("actions/checkout", {}, table) is None
