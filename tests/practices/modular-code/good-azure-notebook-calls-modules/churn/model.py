import pandas as pd
from lightgbm import LGBMClassifier


def fit(frame: pd.DataFrame) -> LGBMClassifier:
    return LGBMClassifier().fit(frame.drop(columns="churned"), frame["churned"])


def score(model: LGBMClassifier, frame: pd.DataFrame) -> pd.Series:
    return pd.Series(model.predict(frame))
