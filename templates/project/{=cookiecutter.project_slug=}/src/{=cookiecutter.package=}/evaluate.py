{% set has = cookiecutter._practices %}
{% set gated = "model-validated" in has %}
{% set reported = "evaluation-reported" in has %}
{% set compares = gated or reported %}
{% set sliced = "fairness-checked" in has or reported %}
"""Measure the model on the test rows{% if compares %}, and the model in service on the same rows{% endif %}."""

{% if compares %}
from pathlib import Path
{% endif %}
{% if "explainability" in has or compares or sliced %}
from typing import Any

{% endif %}
import pandas as pd
{% if "explainability" in has %}
from sklearn.inspection import permutation_importance
{% endif %}
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.pipeline import Pipeline

from {= cookiecutter.package =} import files{% if "explainability" in has %}, params{% endif %}{% if compares and "model-registered" in has %}, registry{% endif %}, store{% if "experiments-tracked" in has %}, tracking{% endif %}

from {= cookiecutter.package =}.features import CATEGORIES, NUMBERS, TARGET
{% if sliced %}

#: Groups between which quality is compared.
GROUP = "region"
{% endif %}


def evaluate(model: Pipeline, rows: pd.DataFrame) -> dict[str, float]:
    """Return how well the model ranks and estimates on these rows."""
    scores = model.predict_proba(rows[NUMBERS + CATEGORIES])[:, 1]
    return {
        "auc": round(float(roc_auc_score(rows[TARGET], scores)), 6),
        "average_precision": round(float(average_precision_score(rows[TARGET], scores)), 6),
        "brier": round(float(brier_score_loss(rows[TARGET], scores)), 6),
    }
{% if sliced %}


def by_group(model: Pipeline, rows: pd.DataFrame) -> dict[str, float]:
    """Return the area under the curve for each region."""
    return {str(name): evaluate(model, part)["auc"] for name, part in rows.groupby(GROUP)}
{% endif %}
{% if "explainability" in has %}


def importance(model: Pipeline, rows: pd.DataFrame, seed: int) -> dict[str, float]:
    """Return how much the area under the curve falls when one column is shuffled, the largest first."""
    columns = NUMBERS + CATEGORIES
    result: Any = permutation_importance(
        model, rows[columns], rows[TARGET], scoring="roc_auc", n_repeats=5, random_state=seed
    )
    found = dict(zip(columns, result.importances_mean.round(6).tolist(), strict=True))
    return dict(sorted(found.items(), key=lambda item: -item[1]))
{% endif %}
{% if compares %}


def champion() -> Path | None:
    """Return the model in service, None before the first release."""
{% if "model-registered" in has %}
    version = registry.by_alias(tracking.connect(), registry.CHAMPION)
    if version is None:
        return None
    return registry.export(version, Path("models/champion")) / files.MODEL.name
{% else %}
    return files.CHAMPION if files.CHAMPION.exists() else None
{% endif %}
{% endif %}
{% if reported %}


def report(metrics: dict[str, Any]) -> str:
    """Return the evaluation as a page: each metric, the difference to the champion, each group."""
    before = metrics.get("champion", {})
    lines = ["## Evaluation", "", "| metric | this model | champion | difference |", "|---|---|---|---|"]
    for name in ("auc", "average_precision", "brier"):
        old = before.get(name)
        shown = ("-", "-") if old is None else (f"{old:.4f}", f"{metrics[name] - old:+.4f}")
        lines.append(f"| {name} | {metrics[name]:.4f} | {shown[0]} | {shown[1]} |")
    lines += ["", f"| {GROUP} | auc |", "|---|---|"]
    lines += [f"| {name} | {value:.4f} |" for name, value in metrics["groups"].items()]
    return "\n".join(lines) + "\n"
{% endif %}


def main() -> None:
    """Write the metrics of the model."""
    model = store.read(files.MODEL)
    frame = pd.read_csv(files.FEATURES)
    rows = frame[frame["part"] == "test"]
{% if compares or sliced %}
    metrics: dict[str, Any] = dict(evaluate(model, rows))
{% else %}
    metrics = evaluate(model, rows)
{% endif %}
{% if "experiments-tracked" in has %}
    scores = dict(metrics)
{% endif %}
{% if sliced %}
    metrics["groups"] = by_group(model, rows)
{% endif %}
{% if compares %}
    current = champion()
    if current is not None:
        metrics["champion"] = evaluate(store.read(current), rows)
{% endif %}
    files.write_json(files.METRICS, metrics)
{% if reported %}
    files.EVALUATION.write_text(report(metrics), encoding="utf-8")
{% endif %}
{% if "explainability" in has %}
    files.write_json(files.IMPORTANCE, importance(model, rows, params.load().split.seed))
{% endif %}
{% if "experiments-tracked" in has %}
    tracking.finish(scores, [files.METRICS{% if reported %}, files.EVALUATION{% endif %}{% if "explainability" in has %}, files.IMPORTANCE{% endif %}])
{% endif %}
    print(f"area under the ROC curve on {len(rows)} unseen customers: {metrics['auc']:.3f}")


if __name__ == "__main__":
    main()
