{% set has = cookiecutter._practices %}
{% set criteria = "success-criteria-defined" in has %}
"""The parameters of `params.yaml`, checked: an unknown key or a value out of range stops the run."""

{% if "data-ingestion-automated" in has %}
import os
{% endif %}
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

PARAMS = Path("params.yaml")
{% if criteria %}
CRITERIA = Path("criteria.yaml")
{% endif %}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
{% if "data-ingestion-automated" in has %}


class Source(_Section):
    """Where the data comes from."""

    url: str
    query: str
{% endif %}


class Split(_Section):
    """How customers are divided into seen and unseen ones."""

    test_share: float = Field(gt=0, lt=1)
    seed: int


class Train(_Section):
    """How the model is fitted."""

    c: float = Field(gt=0)
    max_iter: int = Field(gt=0)
    seed: int
{% if "model-validated" in has %}


class Gate(_Section):
    """What a model must reach before it may be released."""

    min_auc: float = Field(gt=0.5, le=1)
    max_auc_drop: float = Field(ge=0, lt=0.5)
{% if "fairness-checked" in has %}
    max_group_gap: float = Field(gt=0, lt=0.5)
{% endif %}
{% endif %}
{% if "model-registered" in has %}


class Registry(_Section):
    """Under which name versions are registered."""

    name: str = Field(min_length=1)
{% endif %}
{% if "drift-monitored" in has or "quality-monitored" in has %}


class Monitor(_Section):
    """When live predictions are a reason to act."""

    min_rows: int = Field(gt=0)
    max_psi: float = Field(gt=0)
{% if "quality-monitored" in has %}
    min_live_auc: float = Field(gt=0.5, le=1)
{% endif %}
{% endif %}


class Params(_Section):
    """All parameters."""

{% if "data-ingestion-automated" in has %}
    source: Source
{% endif %}
    split: Split
    train: Train
{% if "model-validated" in has %}
    gate: Gate
{% endif %}
{% if "model-registered" in has %}
    registry: Registry
{% endif %}
{% if "drift-monitored" in has or "quality-monitored" in has %}
    monitor: Monitor
{% endif %}


def load(path: Path = PARAMS) -> Params:
    """Read and check the parameters{% if "data-ingestion-automated" in has %}; SOURCE_URL replaces the address of the source{% endif %}."""
    with path.open(encoding="utf-8") as file:
        raw = yaml.safe_load(file)
{% if criteria %}
    with CRITERIA.open(encoding="utf-8") as file:
        limits = yaml.safe_load(file)
    raw |= {key: value for key, value in limits.items() if key != "business"}
{% endif %}
{% if "data-ingestion-automated" in has %}
    raw["source"]["url"] = os.environ.get("SOURCE_URL") or raw["source"]["url"]
{% endif %}
    return Params.model_validate(raw)
