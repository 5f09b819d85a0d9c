{% set has = cookiecutter._practices %}
"""Fit the model."""

import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from {= cookiecutter.package =} import files{% if "lineage-tracked" in has %}, lineage{% endif %}, params, store{% if "experiments-tracked" in has %}, tracking{% endif %}

from {= cookiecutter.package =}.features import CATEGORIES, NUMBERS, TARGET, encoder


def fit(frame: pd.DataFrame, how: params.Train) -> Pipeline:
    """Return a model fitted to features and outcome; the same input gives the same model."""
    classifier = LogisticRegression(C=how.c, max_iter=how.max_iter, random_state=how.seed)
    model = make_pipeline(encoder(), classifier)
    model.fit(frame[NUMBERS + CATEGORIES], frame[TARGET])
    return model


def main() -> None:
    """Fit to the training rows and keep the model{% if "experiments-tracked" in has %}; the run is recorded{% endif %}."""
    settings = params.load()
    frame = pd.read_csv(files.FEATURES)
    rows = frame[frame["part"] == "train"]
    model = fit(rows, settings.train)
    store.save(model, files.MODEL)
{% if "drift-monitored" in has %}
    rows.assign(probability=model.predict_proba(rows[NUMBERS + CATEGORIES])[:, 1]).to_csv(
        files.REFERENCE, index=False, lineterminator="\n"
    )
{% endif %}
{% if "experiments-tracked" in has %}
    {%+ if "lineage-tracked" in has %}run_id = {% endif %}tracking.start(settings, rows=len(rows))
{% endif %}
{% if "lineage-tracked" in has %}
    lineage.record(run_id)
{% endif %}
    print(f"model fitted to {len(rows)} customers")


if __name__ == "__main__":
    main()
