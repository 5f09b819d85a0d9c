from fastapi.testclient import TestClient

from churn.serve import app


def test_predict():
    TestClient(app).post("/predict", json={"months": 3, "charges": 80.0})
