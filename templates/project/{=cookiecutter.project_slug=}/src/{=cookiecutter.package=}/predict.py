"""Predictions of a stored model."""

from pathlib import Path

import pandas as pd
from sklearn.pipeline import Pipeline

from {= cookiecutter.package =} import store
from {= cookiecutter.package =}.features import CATEGORIES, NUMBERS, build


def score(model: Pipeline, customers: pd.DataFrame) -> list[float]:
    """Return the probability of leaving for each customer."""
    columns = build(customers)[NUMBERS + CATEGORIES]
    return [round(float(value), 6) for value in model.predict_proba(columns)[:, 1]]


def score_file(model: Path, customers: Path) -> pd.DataFrame:
    """Return the customers of a file with their probability of leaving, the likeliest first."""
    frame = pd.read_csv(customers)
    scored = frame.assign(probability=score(store.read(model), frame))
    return scored.sort_values("probability", ascending=False)
