{% set has = cookiecutter._practices %}
"""A copy of the project in an empty folder, with its own source, registry and log."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ["data/customers.csv", "params.yaml", "requirements.lock"{% if "success-criteria-defined" in has %}, "criteria.yaml"{% endif %}]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for part in PARTS:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / part)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_COMMIT", "0" * 40)
    for name, file in [
        ("SOURCE_URL", "source"),
        ("MLFLOW_TRACKING_URI", "mlflow"),
        ("PREDICTIONS_URL", "predictions"),
    ]:
        monkeypatch.setenv(name, f"sqlite:///{tmp_path}/{file}.db")
    return tmp_path
