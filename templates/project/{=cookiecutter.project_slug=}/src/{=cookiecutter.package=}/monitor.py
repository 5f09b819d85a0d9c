{% set has = cookiecutter._practices %}
{% set drift = "drift-monitored" in has %}
{% set quality = "quality-monitored" in has %}
"""Compare the prediction log{% if drift %} with the training data{% endif %}{% if quality %}{% if drift %} and{% endif %} with real outcomes{% endif %}; a signal ends with exit code 1."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
{% if quality %}
from sklearn.metrics import roc_auc_score
{% endif %}
from sqlalchemy import Engine, select

from {= cookiecutter.package =} import {% if drift %}drift, {% endif %}files, params, predictions

WINDOW = timedelta(days=7)


def recent(log: Engine) -> pd.DataFrame:
    """Return the predictions of the last days, one column for each feature."""
    table = predictions.PREDICTIONS
    since = datetime.now(UTC).replace(tzinfo=None) - WINDOW
    with log.connect() as connection:
        rows = connection.execute(select(table).where(table.c.at >= since)).mappings().all()
    return pd.DataFrame(
        [{**row["features"], "id": row["id"], "probability": row["probability"]} for row in rows]
    )
{% if quality %}


def live_auc(log: Engine, made: pd.DataFrame) -> float | None:
    """Return the area under the curve over predictions whose outcome is known; None without both outcomes."""
    with log.connect() as connection:
        rows = connection.execute(select(predictions.OUTCOMES)).mappings().all()
    outcomes = pd.DataFrame([dict(row) for row in rows], columns=["id", "at", "churned"])
    joined = made.merge(outcomes, on="id")
    if joined["churned"].nunique() < 2:
        return None
    return float(roc_auc_score(joined["churned"].astype(int), joined["probability"]))
{% endif %}


def observe() -> dict[str, Any]:
    """Judge the recent predictions and write the report; `signal` tells what is wrong, `none` if nothing is."""
    limits = params.load().monitor
    log = predictions.open_log()
    made = recent(log)
    report: dict[str, Any] = {"signal": "none", "predictions": len(made)}
    if len(made) < limits.min_rows:
        report["signal"] = "too-few-predictions"
    else:
{% if drift %}
        report["drift"] = drift.measure(made, pd.read_csv(files.REFERENCE))
        worst_psi = max(column["psi"] for column in report["drift"].values())
        if worst_psi > limits.max_psi:
            report["signal"] = "drift"
{% endif %}
{% if quality %}
        live = live_auc(log, made)
        report["live_auc"] = live
        if live is not None and live < limits.min_live_auc:
            report["signal"] = "quality"
{% endif %}
    files.write_json(files.MONITOR, report)
    return report


def main() -> None:
    """Write the report; exit 1 when production gives a reason to act."""
    report = observe()
    print(f"{report['predictions']} predictions, signal: {report['signal']}")
    if report["signal"] in {"drift", "quality"}:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
