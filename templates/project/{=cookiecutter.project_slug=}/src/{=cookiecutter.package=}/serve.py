{% set has = cookiecutter._practices %}
{% set logged = "predictions-logged" in has %}
{% set measured = "service-monitored" in has %}
{% set protected = "model-integrity-protected" in has %}
{% set feedback = "quality-monitored" in has %}
"""The service: predictions over HTTP, by the model in MODEL_DIR."""

{% if protected %}
import hmac
{% endif %}
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
{% if measured %}
from time import perf_counter
{% endif %}
from typing import {% if protected %}Annotated, {% endif %}Any, Literal
{% if logged %}
from uuid import uuid4
{% endif %}

import pandas as pd
from fastapi import {% if protected %}Depends, {% endif %}FastAPI, HTTPException{% if feedback or measured %}, Response{% endif %}

{% if protected %}
from fastapi.security import APIKeyHeader
{% endif %}
{% if measured %}
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
{% endif %}
from pydantic import BaseModel, ConfigDict, Field

from {= cookiecutter.package =} import files{% if logged %}, predictions{% endif %}, store
from {= cookiecutter.package =}.predict import score

#: A folder with model.skops and, for registered versions, release.json.
DEFAULT_MODEL_DIR = "models{% if "model-registered" in has %}/release{% endif %}"
MOST_ROWS = 1000
{% if measured %}

REQUESTS = Counter("prediction_requests_total", "Requests for predictions", ["version", "status"])
LATENCY = Histogram("prediction_seconds", "Time to answer a request for predictions", ["version"])
PROBABILITY = Histogram(
    "prediction_probability", "Predicted probabilities", ["version"], buckets=[n / 10 for n in range(1, 11)]
)
{% endif %}


class Customer(BaseModel):
    """What is known of a customer; anything else is refused."""

    model_config = ConfigDict(extra="forbid")

    region: Literal["east", "north", "south", "west"]
    plan: Literal["basic", "plus", "premium"]
    tenure_months: int = Field(ge=0, le=120)
    monthly_charge: float = Field(ge=0, le=500)
    support_calls: int = Field(ge=0, le=100)
    late_payments: int = Field(ge=0, le=6)


class Question(BaseModel):
    """The customers to judge."""

    rows: list[Customer] = Field(min_length=1, max_length=MOST_ROWS)


class Answer(BaseModel):
    """The probability of leaving for each customer, in the order asked."""

    version: str
    probabilities: list[float]
{% if logged %}
    #: Under these ids the predictions are logged.
    ids: list[str]
{% endif %}
{% if feedback %}


class Outcome(BaseModel):
    """What a customer really did."""

    id: str = Field(min_length=1, max_length=64)
    churned: bool
{% endif %}


class Loaded:
    """The model in service and what it is."""

    def __init__(self, folder: Path) -> None:
        """Read the release in a folder{% if protected %}; refuse a model that is not the registered one{% endif %}."""
        path = folder / files.MODEL.name
        record = folder / "release.json"
        digest = files.sha256_of(path)
        self.release: dict[str, Any] = (
            files.read_json(record) if record.exists() else {"version": digest[:12]}
        )
{% if protected %}
        if not hmac.compare_digest(digest, str(self.release.get("sha256", ""))):
            raise RuntimeError(f"{path} is not the model of version {self.release['version']}")
{% endif %}
        self.version = str(self.release["version"])
        self.model = store.read(path)


@asynccontextmanager
async def _start(app: FastAPI) -> AsyncIterator[None]:
{% if protected %}
    if not os.environ.get("API_KEY"):
        raise RuntimeError("API_KEY is not set: the service answers nobody without a key")
{% endif %}
    app.state.loaded = Loaded(Path(os.environ.get("MODEL_DIR", DEFAULT_MODEL_DIR)))
{% if logged %}
    app.state.log = predictions.open_log()
{% endif %}
    yield


app = FastAPI(title="{= cookiecutter.project_slug =}", lifespan=_start)
{% if protected %}
_key = APIKeyHeader(name="X-API-Key", auto_error=False)


def require_api_key(given: Annotated[str | None, Depends(_key)]) -> None:
    """Refuse callers without the key."""
    if not hmac.compare_digest((given or "").encode(), os.environ["API_KEY"].encode()):
        raise HTTPException(401, "X-API-Key is missing or wrong")
{% endif %}


@app.post("/predict"{% if protected %}, dependencies=[Depends(require_api_key)]{% endif %})
def predict(question: Question) -> Answer:
    """Return the probability of leaving for each customer."""
    loaded: Loaded = app.state.loaded
{% if measured %}
    began = perf_counter()
{% endif %}
    rows = [customer.model_dump() for customer in question.rows]
    probabilities = score(loaded.model, pd.DataFrame(rows))
{% if measured %}
    LATENCY.labels(version=loaded.version).observe(perf_counter() - began)
    REQUESTS.labels(version=loaded.version, status="ok").inc()
    for probability in probabilities:
        PROBABILITY.labels(version=loaded.version).observe(probability)
{% endif %}
{% if logged %}
    ids = [uuid4().hex for _ in rows]
    predictions.log_predictions(app.state.log, ids, loaded.version, rows, probabilities)
    return Answer(version=loaded.version, probabilities=probabilities, ids=ids)
{% else %}
    return Answer(version=loaded.version, probabilities=probabilities)
{% endif %}
{% if feedback %}


@app.post("/feedback", status_code=204{% if protected %}, dependencies=[Depends(require_api_key)]{% endif %})
def feedback(outcome: Outcome) -> Response:
    """Take what a customer really did, for the quality of live predictions."""
    if not predictions.log_outcome(app.state.log, outcome.id, churned=outcome.churned):
        raise HTTPException(404, f"no prediction has the id {outcome.id}")
    return Response(status_code=204)
{% endif %}


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """Tell that the process is alive."""
    return {"status": "alive"}


@app.get("/readyz")
def readyz() -> dict[str, str]:
    """Tell that a model is loaded and answers may be asked for."""
    if getattr(app.state, "loaded", None) is None:
        raise HTTPException(503, "no model is loaded yet")
    return {"status": "ready"}


@app.get("/version")
def version() -> dict[str, Any]:
    """Tell which model answers{% if "lineage-tracked" in has %}, and what it was made from{% endif %}."""
    loaded: Loaded = app.state.loaded
    return loaded.release
{% if measured %}


@app.get("/metrics")
def metrics() -> Response:
    """Export the metrics of the service for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
{% endif %}
