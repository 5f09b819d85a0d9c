import pandas as pd
from sklearn.metrics import accuracy_score

from churn.features import build_features
from churn.train import train


def test_accuracy_on_toy_data():
    frame = pd.DataFrame({"months": range(1, 21), "charges": [30.0] * 10 + [90.0] * 10, "churned": [0] * 10 + [1] * 10})
    assert accuracy_score(frame["churned"], train(frame).predict(build_features(frame))) > 0.7
