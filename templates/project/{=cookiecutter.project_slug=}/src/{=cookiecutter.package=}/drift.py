"""How far live data has moved from the data that the model was trained on."""

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from {= cookiecutter.package =}.features import INPUTS

BINS = 10
#: Shares below this count as this, so that an empty bin gives a large number and no infinite one.
_LEAST = 1e-4


def shares(values: pd.Series, reference: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of each category, or of each tenth of the reference, in both series."""
    if pd.api.types.is_numeric_dtype(reference):
        edges = np.unique(np.quantile(reference, np.linspace(0, 1, BINS + 1)))
        edges[0], edges[-1] = -np.inf, np.inf
        counted = [np.histogram(part, edges)[0] for part in (values, reference)]
    else:
        names = sorted(set(values) | set(reference))
        counted = [
            part.value_counts().reindex(names, fill_value=0).to_numpy() for part in (values, reference)
        ]
    now, before = (np.maximum(part / max(part.sum(), 1), _LEAST) for part in counted)
    return now, before


def psi(values: pd.Series, reference: pd.Series) -> float:
    """Return the population stability index: 0 for no change, above 0.25 for a large one."""
    now, before = shares(values, reference)
    return float(np.sum((now - before) * np.log(now / before)))


def measure(current: pd.DataFrame, reference: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the stability index of each column, and for numbers the Kolmogorov-Smirnov distance."""
    found: dict[str, dict[str, float]] = {}
    for name in [*INPUTS, "probability"]:
        found[name] = {"psi": round(psi(current[name], reference[name]), 4)}
        if pd.api.types.is_numeric_dtype(reference[name]):
            found[name]["ks"] = round(float(ks_2samp(current[name], reference[name]).statistic), 4)
    return found
