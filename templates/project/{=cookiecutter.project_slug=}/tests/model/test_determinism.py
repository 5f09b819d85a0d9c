import pandas as pd

from {= cookiecutter.package =} import features, params, predict, train


def test_training_twice_gives_identical_models(
    customers: pd.DataFrame, frame: pd.DataFrame, settings: params.Params
) -> None:
    first, second = (predict.score(train.fit(frame, settings.train), customers) for _ in range(2))
    assert first == second


def test_splitting_twice_is_reproducible(frame: pd.DataFrame, settings: params.Params) -> None:
    assert features.split(frame, settings.split).tolist() == features.split(frame, settings.split).tolist()
