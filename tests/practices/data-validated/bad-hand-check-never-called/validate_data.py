import pandas as pd


def validate(frame: pd.DataFrame) -> None:
    if frame["months"].isna().any():
        raise ValueError("a tenure is missing")
