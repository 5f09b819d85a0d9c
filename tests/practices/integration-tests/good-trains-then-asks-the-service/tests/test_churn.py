import pandas as pd
from fastapi.testclient import TestClient

from churn.serve import app
from churn.train import train


def test_a_trained_model_is_served(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    train(pd.DataFrame({"months": [1, 2, 30, 40], "churned": [1, 1, 0, 0]}))
    answer = TestClient(app).post("/score", json=[{"months": 2}])
    assert answer.json() == [1]
