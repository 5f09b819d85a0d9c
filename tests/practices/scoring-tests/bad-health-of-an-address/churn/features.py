"""Features of a customer."""

import numpy as np
import pandas as pd


def tenure_years(months: int) -> float:
    if months < 0:
        raise ValueError("a tenure is not negative")
    return months / 12


def build_features(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({
        "tenure": frame["months"].map(tenure_years),
        "log_charges": np.log1p(frame["charges"]),
    })
