import pandas as pd

from churn.predict import predict
from churn.train import train


def test_a_trained_model_scores(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame({"months": [1, 2, 30, 40], "churned": [1, 1, 0, 0]})
    train(frame)
    assert predict(frame).tolist() == [1, 1, 0, 0]
