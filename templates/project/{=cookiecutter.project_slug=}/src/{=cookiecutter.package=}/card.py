{% set has = cookiecutter._practices %}
"""Write the current metrics into MODEL_CARD.md; the prose around them is written by people."""

from pathlib import Path
from typing import Any

from {= cookiecutter.package =} import files

MODEL_CARD = Path("MODEL_CARD.md")
BEGIN, END = "<!-- metrics: written by `make card` -->", "<!-- end of metrics -->"


def render(card: str, metrics: dict[str, Any]{% if "lineage-tracked" in has %}, lineage: dict[str, Any]{% endif %}) -> str:
    """Return the card with the metrics put between its two marks."""
    before, found, rest = card.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"{MODEL_CARD} has lost the marks between which metrics are written")
    lines = [
        "",
        "Measured on customers that the model has not seen, divided by outcome before training:",
        "",
        "| metric | value |",
        "|---|---|",
        f"| area under the ROC curve | {metrics['auc']:.3f} |",
        f"| average precision | {metrics['average_precision']:.3f} |",
        f"| Brier score | {metrics['brier']:.3f} |",
    ]
{% if "fairness-checked" in has %}
    lines += [
        f"| area under the ROC curve, {name} | {value:.3f} |" for name, value in metrics["groups"].items()
    ]
{% endif %}
{% if "lineage-tracked" in has %}
    commit, data = lineage["commit"][:12], lineage["data_sha256"][:12]
    lines += ["", f"Made from commit `{commit}` and data `{data}`."]
{% endif %}
    return before + BEGIN + "\n".join(lines) + "\n\n" + END + after


def main() -> None:
    """Update the card of the repository."""
    card = MODEL_CARD.read_text(encoding="utf-8")
{% if "lineage-tracked" in has %}
    fresh = render(card, files.read_json(files.METRICS), files.read_json(files.LINEAGE))
{% else %}
    fresh = render(card, files.read_json(files.METRICS))
{% endif %}
    MODEL_CARD.write_text(fresh, encoding="utf-8")
    print(f"{MODEL_CARD} holds the current metrics")


if __name__ == "__main__":
    main()
