import pandas as pd
import pytest
from sqlalchemy import Engine

from {= cookiecutter.package =} import drift, files, monitor, params, predictions
from {= cookiecutter.package =}.features import INPUTS
from {= cookiecutter.package =}.simulate import customers as simulated


def test_the_same_data_has_not_moved(customers: pd.DataFrame) -> None:
    for name in INPUTS:
        assert drift.psi(customers[name], customers[name]) == 0


def test_moved_data_is_measured(customers: pd.DataFrame) -> None:
    assert drift.psi(customers["tenure_months"] // 4, customers["tenure_months"]) > 0.25
    assert drift.psi(customers["plan"].replace("basic", "plus"), customers["plan"]) > 0.25


@pytest.fixture
def log(
    tmp_path, monkeypatch: pytest.MonkeyPatch, customers: pd.DataFrame, settings: params.Params
) -> Engine:
    monkeypatch.setenv("PREDICTIONS_URL", f"sqlite:///{tmp_path}/predictions.db")
    monkeypatch.setattr(files, "MONITOR", tmp_path / "monitor.json")
    monkeypatch.setattr(files, "REFERENCE", tmp_path / "reference.csv")
    customers.assign(probability=0.3 + customers["customer_id"] % 10 / 100).to_csv(
        files.REFERENCE, index=False
    )
    return predictions.open_log()


def _ask(log: Engine, customers: pd.DataFrame, rows: list[dict[str, object]]) -> None:
    ids = [str(number) for number in range(len(rows))]
    probabilities = [0.3 + number % 10 / 100 for number in range(len(rows))]
    predictions.log_predictions(log, ids, "1", rows, probabilities)


def test_injected_drift_is_found(
    log: Engine, customers: pd.DataFrame, settings: params.Params, tmp_path
) -> None:
    path = tmp_path / "customers.csv"
    customers.to_csv(path, index=False)
    _ask(log, customers, simulated(path, 600, drift=True))
    with pytest.raises(SystemExit) as ended:
        monitor.main()
    assert ended.value.code == 1
    assert files.read_json(files.MONITOR)["signal"] == "drift"


def test_quiet_production_gives_no_signal(log: Engine, customers: pd.DataFrame, tmp_path) -> None:
    path = tmp_path / "customers.csv"
    customers.to_csv(path, index=False)
    _ask(log, customers, simulated(path, 1500, drift=False))
    assert monitor.observe()["signal"] == "none"


def test_few_predictions_say_nothing(log: Engine, customers: pd.DataFrame) -> None:
    assert monitor.observe()["signal"] == "too-few-predictions"
