{% set has = cookiecutter._practices %}
from pathlib import Path

import numpy as np
import pandas as pd

from {= cookiecutter.package =} import evaluate, params, predict, store, train


def test_the_model_learns(frame: pd.DataFrame, settings: params.Params) -> None:
    seen, unseen = frame.iloc[:1500], frame.iloc[1500:]
    assert evaluate.evaluate(train.fit(seen, settings.train), unseen)["auc"] > 0.75


def test_probabilities_are_probabilities(
    customers: pd.DataFrame, frame: pd.DataFrame, settings: params.Params
) -> None:
    scores = np.array(predict.score(train.fit(frame, settings.train), customers))
    assert np.isfinite(scores).all()
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert scores.std() > 0.05


def test_more_trouble_makes_leaving_likelier(
    customers: pd.DataFrame, frame: pd.DataFrame, settings: params.Params
) -> None:
    model = train.fit(frame, settings.train)
    calm = predict.score(model, customers.assign(support_calls=0, late_payments=0))
    upset = predict.score(model, customers.assign(support_calls=6, late_payments=4))
    assert (np.array(upset) > np.array(calm)).all()


def test_a_stored_model_predicts_the_same(
    tmp_path: Path, customers: pd.DataFrame, frame: pd.DataFrame, settings: params.Params
) -> None:
    model = train.fit(frame, settings.train)
    store.save(model, tmp_path / "model.skops")
    assert predict.score(store.read(tmp_path / "model.skops"), customers) == predict.score(model, customers)


def test_an_unknown_region_is_no_error(
    customers: pd.DataFrame, frame: pd.DataFrame, settings: params.Params
) -> None:
    model = train.fit(frame, settings.train)
    assert len(predict.score(model, customers.head(3).assign(region="centre"))) == 3
