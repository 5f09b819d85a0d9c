{% set has = cookiecutter._practices %}
{% set registered = "model-registered" in has %}
{% set gated = "model-validated" in has %}
{% set package = cookiecutter.package %}
"""From the source to a served prediction, with nothing replaced."""

import os
from pathlib import Path

{% if gated %}
import pandas as pd
import pytest
{% else %}
import pytest
{% endif %}
from fastapi.testclient import TestClient

from {= package =} import files{% if gated %}, gate{% endif %}, pipeline{% if registered %}, registry{% endif %}, source{% if registered %}, tracking{% endif %}

from {= package =}.serve import app

CUSTOMER = {
    "region": "south",
    "plan": "basic",
    "tenure_months": 3,
    "monthly_charge": 20.0,
    "support_calls": 4,
    "late_payments": 2,
}


def test_data_becomes_a_served_prediction(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source.seed(os.environ["SOURCE_URL"])
    pipeline.run()
    assert files.read_json(files.METRICS)["auc"] > 0.75
{% if registered %}
    version = registry.newest(tracking.connect())
    assert version is not None
    monkeypatch.setenv("MODEL_DIR", str(registry.export(version)))
{% else %}
    monkeypatch.setenv("MODEL_DIR", str(files.MODEL.parent))
{% endif %}
{% if "model-integrity-protected" in has %}
    monkeypatch.setenv("API_KEY", "key-of-the-test")
{% endif %}
    with TestClient(app{% if "model-integrity-protected" in has %}, headers={"X-API-Key": "key-of-the-test"}{% endif %}) as client:
        answer = client.post("/predict", json={"rows": [CUSTOMER]})
    assert answer.status_code == 200
    assert 0.5 < answer.json()["probabilities"][0] <= 1
{% if gated and registered %}


def test_a_bad_model_is_not_registered(project: Path, customers: pd.DataFrame) -> None:
    shuffled = customers["churned"].sample(frac=1, random_state=1).to_numpy()
    customers.assign(churned=shuffled).to_csv("data/customers.csv", index=False)
    source.seed(os.environ["SOURCE_URL"])
    with pytest.raises(gate.ModelRefused, match="below"):
        pipeline.run()
    assert registry.newest(tracking.connect()) is None
{% endif %}
