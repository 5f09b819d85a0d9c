{% set has = cookiecutter._practices %}
{% set package = cookiecutter.package %}
"""What several tests share."""

from pathlib import Path

import pandas as pd
import pytest
{% if "scoring-code" in has %}
from fastapi.testclient import TestClient
{% endif %}

from {= package =} import features{% if "scoring-code" in has %}, files{% endif %}, params{% if "scoring-code" in has %}, store, train{% endif %}


ROOT = Path(__file__).parents[1]


@pytest.fixture
def customers() -> pd.DataFrame:
    """The bundled customers."""
    return pd.read_csv(ROOT / "data" / "customers.csv")


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> params.Params:
    """The parameters of the repository."""
    monkeypatch.chdir(ROOT)
    return params.load()


@pytest.fixture
def frame(customers: pd.DataFrame) -> pd.DataFrame:
    """Features and outcome of all customers."""
    return features.build(customers).assign(churned=customers["churned"])
{% if "scoring-code" in has %}


@pytest.fixture
def release(tmp_path: Path, frame: pd.DataFrame, settings: params.Params) -> Path:
    """A release folder with a model fitted to the bundled customers."""
    folder = tmp_path / "release"
    store.save(train.fit(frame, settings.train), folder / files.MODEL.name)
    digest = files.sha256_of(folder / files.MODEL.name)
    files.write_json(folder / "release.json", {"version": "7", "sha256": digest})
    return folder


@pytest.fixture
def client(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The service with that model."""
    from {= package =}.serve import app

    monkeypatch.setenv("MODEL_DIR", str(release))
{% if "predictions-logged" in has %}
    monkeypatch.setenv("PREDICTIONS_URL", f"sqlite:///{tmp_path}/predictions.db")
{% endif %}
{% if "model-integrity-protected" in has %}
    monkeypatch.setenv("API_KEY", "key-of-the-test")
{% endif %}
    with TestClient(app) as running:
{% if "model-integrity-protected" in has %}
        running.headers["X-API-Key"] = "key-of-the-test"
{% endif %}
        yield running
{% endif %}
