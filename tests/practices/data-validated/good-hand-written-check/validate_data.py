import pandas as pd

REQUIRED = {"months", "churned"}


def validate(frame: pd.DataFrame) -> pd.DataFrame:
    missing = REQUIRED - set(frame.columns)
    if missing:
        raise ValueError(f"columns are missing: {missing}")
    if frame["months"].isna().any():
        raise ValueError("a tenure is missing")
    return frame
