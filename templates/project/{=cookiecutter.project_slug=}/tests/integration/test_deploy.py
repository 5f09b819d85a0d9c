{% set has = cookiecutter._practices %}
{% set package = cookiecutter.package %}
"""Release, canary and rollback with real processes on this machine."""

import os
from pathlib import Path

import pytest
import yaml

import checks
import deploy
from {= package =} import files, pipeline, registry, source, tracking


@pytest.fixture
def two_versions(project: Path) -> Path:
    source.seed(os.environ["SOURCE_URL"])
    pipeline.run()
    deploy.release("production", "local", None)
    raw = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
    raw["train"]["c"] = 0.5
    Path("params.yaml").write_text(yaml.safe_dump(raw), encoding="utf-8")
    pipeline.run()
    return project


def _in_service() -> tuple[str, str]:
    champion = registry.by_alias(tracking.connect(), registry.CHAMPION)
    assert champion is not None
    return str(champion.version), files.read_json(deploy.DEPLOYMENTS / "production.json")["current"]


def test_a_new_version_takes_over_and_rolls_back(
    two_versions: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    deploy.release("production", "local", None)
    assert _in_service() == ("2", "2")
    said = capfd.readouterr().out
    assert (
        said.index("10% of the traffic")
        < said.index("50% of the traffic")
        < said.index("100% of the traffic")
    )
    deploy.rollback("production", "local", None)
    assert _in_service() == ("1", "1")


def test_a_version_that_fails_leaves_the_old_one_in_service(
    two_versions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slower(entrance: str, requests: int, weight: float) -> None:
        raise checks.CheckError("it is slower")

    monkeypatch.setattr(checks, "compare", slower)
    with pytest.raises(SystemExit, match="version 2 is not released"):
        deploy.release("production", "local", None)
    assert _in_service() == ("1", "1")
