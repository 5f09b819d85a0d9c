import pandas as pd


def tenure(frame: pd.DataFrame) -> pd.Series:
    return frame["months"] / 12
