{% set sliced = "fairness-checked" in cookiecutter._practices %}
"""The gate: a model that is not good enough is not registered and not released."""

from typing import Any

from {= cookiecutter.package =} import files, params


class ModelRefused(SystemExit):
    """The model misses a limit; the run ends with exit code 1 and this sentence."""


def check(metrics: dict[str, Any], limits: params.Gate) -> None:
    """Raise ModelRefused unless the model is good enough, and no worse than the champion."""
    auc = metrics["auc"]
    if auc < limits.min_auc:
        raise ModelRefused(f"model refused: auc {auc:.3f} is below {limits.min_auc}")
    champion_auc = metrics.get("champion", {}).get("auc", 0.0)
    if auc < champion_auc - limits.max_auc_drop:
        raise ModelRefused(f"model refused: auc {auc:.3f} is worse than the champion's {champion_auc:.3f}")
{% if sliced %}
    groups = metrics["groups"].values()
    group_gap = max(groups) - min(groups)
    if group_gap > limits.max_group_gap:
        raise ModelRefused(f"model refused: auc differs by {group_gap:.3f} between regions")
{% endif %}


def main() -> None:
    """Check the model that was just evaluated."""
    metrics = files.read_json(files.METRICS)
    limits = params.load().gate
    check(metrics, limits)
    files.write_json(files.GATE, {"passed": True, "auc": metrics["auc"], "limits": limits.model_dump()})
    print(f"model accepted: auc {metrics['auc']:.3f} (at least {limits.min_auc})")


if __name__ == "__main__":
    main()
