"""Helpers for later."""

import pandas as pd


def clean(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.dropna()


def dedupe(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates()
