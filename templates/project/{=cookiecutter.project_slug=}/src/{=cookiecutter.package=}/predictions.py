{% set feedback = "quality-monitored" in cookiecutter._practices %}
"""The prediction log: every answer with its features and model version, in the database at PREDICTIONS_URL."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
{% if feedback %}
    Boolean,
{% endif %}
    Column,
    DateTime,
    Engine,
    Float,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
{% if feedback %}
    select,
{% endif %}
)

DEFAULT_URL = "sqlite:///predictions.db"
_SCHEMA = MetaData()
PREDICTIONS = Table(
    "predictions",
    _SCHEMA,
    Column("id", String(64), primary_key=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("version", String(64), nullable=False),
    Column("features", JSON, nullable=False),
    Column("probability", Float, nullable=False),
)
{% if feedback %}
OUTCOMES = Table(
    "outcomes",
    _SCHEMA,
    Column("id", String(64), primary_key=True),
    Column("at", DateTime, nullable=False),
    Column("churned", Boolean, nullable=False),
)
{% endif %}


def open_log() -> Engine:
    """Return the log, its tables made where they are missing."""
    engine = create_engine(os.environ.get("PREDICTIONS_URL") or DEFAULT_URL)
    _SCHEMA.create_all(engine)
    return engine


def log_predictions(
    log: Engine,
    ids: Sequence[str],
    version: str,
    rows: Sequence[Mapping[str, Any]],
    probabilities: Sequence[float],
) -> None:
    """Store the predictions of one request."""
    now = datetime.now(UTC).replace(tzinfo=None)
    records = [
        {"id": name, "at": now, "version": version, "features": dict(row), "probability": probability}
        for name, row, probability in zip(ids, rows, probabilities, strict=True)
    ]
    with log.begin() as connection:
        connection.execute(insert(PREDICTIONS), records)
{% if feedback %}


def log_outcome(log: Engine, name: str, *, churned: bool) -> bool:
    """Store what became of a predicted customer; tell whether there is such a prediction."""
    with log.begin() as connection:
        if connection.execute(select(PREDICTIONS.c.id).where(PREDICTIONS.c.id == name)).first() is None:
            return False
        connection.execute(OUTCOMES.delete().where(OUTCOMES.c.id == name))
        now = datetime.now(UTC).replace(tzinfo=None)
        connection.execute(insert(OUTCOMES), {"id": name, "at": now, "churned": churned})
    return True
{% endif %}
