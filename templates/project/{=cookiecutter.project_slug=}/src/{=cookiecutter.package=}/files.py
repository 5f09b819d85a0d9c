{% set has = cookiecutter._practices %}
"""Where each step leaves its result, and how results are written."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

{% if "data-ingestion-automated" in has %}
RAW = Path("data/raw.csv")
{% else %}
RAW = Path("data/customers.csv")
{% endif %}
{% if "data-validated" in has %}
VALID = Path("data/valid.csv")
{% endif %}
{% if "data-versioned" in has %}
MANIFEST = Path("data/manifest.json")
{% endif %}
FEATURES = Path("data/features.csv")
MODEL = Path("models/model.skops")
{% if "model-validated" in has and "model-registered" not in has %}
#: The model in service, kept by deploy/deploy.py.
CHAMPION = Path("models/champion.skops")
{% endif %}
{% if "drift-monitored" in has %}
#: Training rows with the model's own predictions, against which live data is compared.
REFERENCE = Path("models/reference.csv")
{% endif %}
METRICS = Path("reports/metrics.json")
{% if "evaluation-reported" in has %}
EVALUATION = Path("reports/evaluation.md")
{% endif %}
{% if "explainability" in has %}
IMPORTANCE = Path("reports/importance.json")
{% endif %}
{% if "model-validated" in has %}
GATE = Path("reports/gate.json")
{% endif %}
{% if "experiments-tracked" in has %}
RUN = Path("reports/run.json")
{% endif %}
{% if "lineage-tracked" in has %}
LINEAGE = Path("reports/lineage.json")
{% endif %}
{% if "model-registered" in has %}
REGISTERED = Path("reports/registered.json")
{% endif %}
{% if "drift-monitored" in has or "quality-monitored" in has %}
MONITOR = Path("reports/monitor.json")
{% endif %}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a report that differs only where its content does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read a report that an earlier step has written."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def sha256_of(path: Path) -> str:
    """Return the hash that identifies a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
