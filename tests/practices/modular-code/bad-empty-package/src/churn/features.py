import pandas as pd


def build_features(frame: pd.DataFrame) -> pd.DataFrame:
    raise NotImplementedError


def clean(frame: pd.DataFrame) -> pd.DataFrame:
    ...
