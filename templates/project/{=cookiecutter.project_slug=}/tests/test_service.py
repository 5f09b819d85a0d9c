{% set has = cookiecutter._practices %}
{% set protected = "model-integrity-protected" in has %}
{% if protected %}
from pathlib import Path

{% endif %}
import pytest
from fastapi.testclient import TestClient
{% if "predictions-logged" in has %}
from sqlalchemy import select
{% endif %}
{% if "predictions-logged" in has %}

from {= cookiecutter.package =} import predictions
{% elif protected %}
{% endif %}

CUSTOMER = {
    "region": "north",
    "plan": "plus",
    "tenure_months": 14,
    "monthly_charge": 45.5,
    "support_calls": 2,
    "late_payments": 1,
}


def test_a_prediction_is_a_probability(client: TestClient) -> None:
    answer = client.post("/predict", json={"rows": [CUSTOMER, {**CUSTOMER, "support_calls": 9}]})
    assert answer.status_code == 200
    calm, upset = answer.json()["probabilities"]
    assert 0 <= calm < upset <= 1
    assert answer.json()["version"] == "7"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"plan": "gold"}, "plan"), ({"tenure_months": -1}, "tenure_months"), ({"age": 3}, "age")],
)
def test_bad_input_is_refused_by_name(client: TestClient, change: dict[str, object], field: str) -> None:
    answer = client.post("/predict", json={"rows": [CUSTOMER | change]})
    assert answer.status_code == 422
    assert field in answer.text


def test_no_rows_are_refused(client: TestClient) -> None:
    assert client.post("/predict", json={"rows": []}).status_code == 422


def test_the_service_tells_what_it_runs(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}
    assert client.get("/version").json()["version"] == "7"
{% if "service-monitored" in has %}


def test_predictions_are_counted(client: TestClient) -> None:
    client.post("/predict", json={"rows": [CUSTOMER]})
    assert 'prediction_requests_total{status="ok",version="7"}' in client.get("/metrics").text
{% endif %}
{% if "predictions-logged" in has %}


def test_predictions_are_logged(client: TestClient) -> None:
    answer = client.post("/predict", json={"rows": [CUSTOMER]}).json()
    with predictions.open_log().connect() as connection:
        row = connection.execute(select(predictions.PREDICTIONS)).mappings().one()
    assert row["id"] == answer["ids"][0]
    assert row["features"] == CUSTOMER
    assert row["probability"] == answer["probabilities"][0]
    assert row["version"] == "7"
{% endif %}
{% if "quality-monitored" in has %}


def test_outcomes_are_taken_for_known_predictions_only(client: TestClient) -> None:
    name = client.post("/predict", json={"rows": [CUSTOMER]}).json()["ids"][0]
    assert client.post("/feedback", json={"id": name, "churned": True}).status_code == 204
    assert client.post("/feedback", json={"id": "unknown", "churned": True}).status_code == 404
{% endif %}
{% if protected %}


def test_callers_without_the_key_are_refused(client: TestClient) -> None:
    answer = client.post("/predict", json={"rows": [CUSTOMER]}, headers={"X-API-Key": "guess"})
    assert answer.status_code == 401


def test_a_changed_model_does_not_start(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from {= cookiecutter.package =}.serve import Loaded

    record = release / "release.json"
    record.write_text(record.read_text(encoding="utf-8").replace('"sha256": "', '"sha256": "0'), encoding="utf-8")
    with pytest.raises(RuntimeError, match="not the model"):
        Loaded(release)
{% endif %}
