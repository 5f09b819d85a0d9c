from fastapi.testclient import TestClient

from churn.serve import app

client = TestClient(app)


def test_prediction_is_a_probability():
    answer = client.post("/predict", json={"months": 3, "charges": 80.0})
    assert answer.status_code == 200
    assert 0 <= answer.json()["churn"] <= 1


def test_bad_input_is_refused():
    assert client.post("/predict", json={"months": "many"}).status_code == 422
