"""Every training run is recorded: parameters, metrics and the model, in MLflow at MLFLOW_TRACKING_URI."""

import os
from collections.abc import Mapping
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from {= cookiecutter.package =} import files, params

#: Used where MLFLOW_TRACKING_URI is not set: one file beside the code.
DEFAULT_URI = "sqlite:///mlflow.db"
EXPERIMENT = "{= cookiecutter.project_slug =}"


def connect() -> MlflowClient:
    """Return a client of the tracking server; make the experiment when it is new."""
    uri = os.environ.get("MLFLOW_TRACKING_URI") or DEFAULT_URI
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    if client.get_experiment_by_name(EXPERIMENT) is None:
        local = "mlartifacts" if uri.startswith("sqlite") else None
        client.create_experiment(EXPERIMENT, artifact_location=local)
    mlflow.set_experiment(EXPERIMENT)
    return client


def start(settings: params.Params, rows: int) -> str:
    """Record the parameters of a new run and return its id, which later steps go on with."""
    connect()
    with mlflow.start_run() as run:
        mlflow.log_params({f"train.{name}": value for name, value in settings.train.model_dump().items()})
        mlflow.log_params({f"split.{name}": value for name, value in settings.split.model_dump().items()})
        mlflow.log_metric("rows", rows)
    files.write_json(files.RUN, {"run_id": run.info.run_id})
    return str(run.info.run_id)


def current_run() -> str:
    """Return the id of the run that trained the model. Raises if the tracking server does not know it."""
    run_id: str = files.read_json(files.RUN)["run_id"]
    try:
        connect().get_run(run_id)
    except MlflowException as error:
        raise RuntimeError(
            f"run {run_id} is not on this tracking server; train again from scratch"
        ) from error
    return run_id


def finish(metrics: Mapping[str, float], artifacts: list[Path]) -> None:
    """Add the evaluation to the run of the model."""
    with mlflow.start_run(run_id=current_run()):
        mlflow.log_metrics(dict(metrics))
        for path in artifacts:
            mlflow.log_artifact(str(path))
