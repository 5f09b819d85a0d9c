{% set versioned = "data-versioned" in cookiecutter._practices %}
"""What a model was made from: code, data, parameters, environment, run and person."""

import getpass
import os
import subprocess
from pathlib import Path

import mlflow

from {= cookiecutter.package =} import files, params, tracking
{% if versioned %}
from {= cookiecutter.package =}.manifest import verify
{% endif %}

LOCK = Path("requirements.lock")


def commit() -> str:
    """Return the commit of the code: GIT_COMMIT of the CI system, else what git says."""
    given = os.environ.get("GIT_COMMIT", "")
    if given:
        return given
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def record(run_id: str) -> dict[str, str]:
    """Write the lineage of the model that was just fitted, beside it and on its run."""
{% if versioned %}
    data = verify(files.RAW)
{% endif %}
    lineage = {
        "commit": commit(),
{% if versioned %}
        "data_version": data["version"],
        "data_sha256": data["sha256"],
{% else %}
        "data_sha256": files.sha256_of(files.RAW),
{% endif %}
        "params_sha256": files.sha256_of(params.PARAMS),
        "lock_sha256": files.sha256_of(LOCK),
        "model_sha256": files.sha256_of(files.MODEL),
        "run_id": run_id,
        "actor": os.environ.get("RELEASE_ACTOR") or getpass.getuser(),
    }
    files.write_json(files.LINEAGE, lineage)
    tracking.connect()
    with mlflow.start_run(run_id=run_id):
        mlflow.set_tags(lineage)
        mlflow.log_artifact(str(files.LINEAGE))
    return lineage
