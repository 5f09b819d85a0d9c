{% set has = cookiecutter._practices %}
{% set lineage = "lineage-tracked" in has %}
"""The model registry: every accepted model is a numbered version, `champion` names the one in service."""

import shutil
import sys
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from {= cookiecutter.package =} import files, params, tracking

CHAMPION, CHALLENGER = "champion", "challenger"
#: Models by the hash of their content, as they were registered.
VERSIONS = Path("models/versions")
#: What a service needs of a version.
RELEASE = Path("models/release")


def _name() -> str:
    return params.load().registry.name


def by_alias(client: MlflowClient, alias: str) -> ModelVersion | None:
    """Return the version with an alias, None where no version has it."""
    try:
        return client.get_model_version_by_alias(_name(), alias)
    except MlflowException:
        return None


def newest(client: MlflowClient) -> ModelVersion | None:
    """Return the version that was registered last."""
    found = client.search_model_versions(f"name = '{_name()}'")
    return max(found, key=lambda version: int(version.version), default=None)


def register() -> ModelVersion:
    """Register the model as a new version, challenger of the champion; the same model is registered once."""
    run_id = tracking.current_run()
    client = tracking.connect()
    digest = files.sha256_of(files.MODEL)
    latest = newest(client)
    if latest is not None and latest.tags.get("sha256") == digest:
        return latest
    folder = _keep(digest)
    with mlflow.start_run(run_id=run_id) as run:
        mlflow.log_artifacts(str(folder), "model")
    try:
        client.create_registered_model(_name())
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    metrics = files.read_json(files.METRICS)
    version = client.create_model_version(
        _name(),
        source=f"{run.info.artifact_uri}/model",
        run_id=run_id,
        tags={"sha256": digest, "auc": str(metrics["auc"])},
    )
    client.set_registered_model_alias(_name(), CHALLENGER, version.version)
    return version


def _keep(digest: str) -> Path:
    """Copy the model and its papers into the folder of its content."""
    folder = VERSIONS / digest[:16]
    folder.mkdir(parents=True, exist_ok=True)
    for path in [files.MODEL, files.METRICS{% if lineage %}, files.LINEAGE{% endif %}]:
        shutil.copyfile(path, folder / path.name)
    return folder


def export(version: ModelVersion, target: Path = RELEASE) -> Path:
    """Write what a service needs of a version: the model, verified against its hash, and what it is."""
    digest = version.tags["sha256"]
    folder = VERSIONS / digest[:16]
    if not folder.exists():
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=version.source))
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / files.MODEL.name, target / files.MODEL.name)
    if files.sha256_of(target / files.MODEL.name) != digest:
        raise ValueError(f"version {version.version} is not the model that was registered")
    release: dict[str, Any] = {"name": version.name, "version": str(version.version), "sha256": digest}
{% if lineage %}
    release["lineage"] = files.read_json(folder / files.LINEAGE.name)
{% endif %}
    files.write_json(target / "release.json", release)
    return target


def promote(number: str) -> None:
    """Make a version the champion."""
    client = tracking.connect()
    client.set_registered_model_alias(_name(), CHAMPION, number)


def main(arguments: list[str]) -> None:
    """`register` the trained model, `export` the champion (else the newest) for a service, or `promote` N."""
    action, *rest = arguments or ["register"]
    client = tracking.connect()
    if action == "promote":
        promote(rest[0])
        print(f"version {rest[0]} is the champion")
        return
    if action == "export":
        version = by_alias(client, CHAMPION) or newest(client)
        if version is None:
            raise SystemExit("no version is registered yet; run `make train`")
        export(version)
        print(f"version {version.version} written to {RELEASE}")
        return
    version = register()
    files.write_json(files.REGISTERED, {"name": version.name, "version": str(version.version)})
    print(f"{version.name} version {version.version} registered")


if __name__ == "__main__":
    main(sys.argv[1:])
