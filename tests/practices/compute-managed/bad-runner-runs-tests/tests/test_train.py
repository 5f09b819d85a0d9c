import pandas as pd

from churn.train import train


def sample() -> pd.DataFrame:
    return pd.DataFrame({"months": range(1, 21), "charges": [30.0] * 10 + [90.0] * 10, "churned": [0] * 10 + [1] * 10})


def test_model_separates_the_classes():
    model = train(sample())
    assert set(model.classes_) == {0, 1}
