{% set has = cookiecutter._practices %}
{% set registered = "model-registered" in has %}
{% set canary = "progressive-delivery" in has %}
{% set staged = "environments-staged" in has %}
{% set audited = "audit-trail" in has %}
"""Release a model to an environment, or roll back: the same command for every target.

    deploy.py release --environment production --target local
    deploy.py rollback --environment production --target local

The new version is started, checked with real requests{% if canary %}, given more and more of the traffic{% endif %}, and only then the current one. What
fails leaves the old version in service and ends with an error.
"""

import argparse
{% if not registered %}
import shutil
{% endif %}
from pathlib import Path
from typing import Any

import checks
import targets
from {= cookiecutter.package =} import {% if audited %}audit, {% endif %}files{% if registered %}, params, registry, tracking{% endif %}


ENVIRONMENTS = [{% if staged %}"staging", {% endif %}"production"]
DEPLOYMENTS = Path("deployments")
{% if canary %}
#: Shares of the traffic that a new version gets in production, one after the other.
WEIGHTS = [0.1, 0.5, 1.0]
REQUESTS = 40
{% endif %}


def state_of(environment: str) -> dict[str, Any]:
    """Return which version an environment runs, and those before it."""
    path = DEPLOYMENTS / f"{environment}.json"
    return files.read_json(path) if path.exists() else {"current": None, "previous": []}


def folder_of(environment: str, version: str) -> Path:
    """Return the folder of a version that was or will be released."""
    return DEPLOYMENTS / environment / version


def candidate(environment: str, wanted: str | None) -> tuple[str, Path]:
    """Return the version to release and its folder, which holds the model and what it is."""
{% if registered %}
    client = tracking.connect()
    name = params.load().registry.name
    found = client.get_model_version(name, wanted) if wanted else registry.newest(client)
    if found is None:
        raise SystemExit("no version is registered; run `make train`")
    version = str(found.version)
    return version, registry.export(found, folder_of(environment, version))
{% else %}
    if wanted is not None:
        return wanted, folder_of(environment, wanted)
    digest = files.sha256_of(files.MODEL)
{% if "model-validated" in has %}
    if not files.GATE.exists():
        raise SystemExit("the model has not passed the gate; run `make train`")
{% endif %}
    version, folder = digest[:12], folder_of(environment, digest[:12])
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(files.MODEL, folder / files.MODEL.name)
    files.write_json(folder / "release.json", {"version": version, "sha256": digest})
    return version, folder
{% endif %}


def release(environment: str, target_name: str, wanted: str | None) -> None:
    """Release the newest accepted version, or a wanted one."""
    state = state_of(environment)
    version, folder = candidate(environment, wanted)
{% if audited %}
    actor, reason = audit.require_reason()
{% endif %}
    running = folder_of(environment, state["current"]) if state["current"] else None
    with targets.open_target(target_name, environment) as target:
        try:
            put_in_service(target, version, folder, running, environment)
        except checks.CheckError as error:
            target.revert()
            raise SystemExit(f"{environment}: version {version} is not released: {error}") from error
        record(environment, version, state)
{% if audited %}
        audit.append(environment, folder, actor, reason)
{% endif %}
        target.finish()
    print(f"{environment}: version {version} is in service (before: {state['current']})")


def put_in_service(
    target: targets.Target, version: str, folder: Path, running: Path | None, environment: str
) -> None:
    """Start a version, check it, and let it take over. Raises CheckError when it does not do well."""
    target.start(folder, running)
    checks.smoke_test(target.address, version)
{% if canary %}
    steps = WEIGHTS if running is not None and environment == "production" else [1.0]
    for weight in steps:
        target.shift(weight)
        checks.compare(target.entrance, REQUESTS, weight)
        print(f"  {weight:.0%} of the traffic goes to version {version}")
{% else %}
    print(f"  version {version} answers for {environment}")
{% endif %}


def record(environment: str, version: str, state: dict[str, Any]) -> None:
    """Remember what the environment runs now{% if registered %}, and make it the champion in production{% endif %}."""
    previous = [item for item in state["previous"] if item != version]
    if state["current"] and state["current"] != version:
        previous.append(state["current"])
    files.write_json(DEPLOYMENTS / f"{environment}.json", {"current": version, "previous": previous})
    if environment == "production":
{% if registered %}
        registry.promote(version)
{% elif "model-validated" in has %}
        shutil.copyfile(folder_of(environment, version) / files.MODEL.name, files.CHAMPION)
{% else %}
        print(f"  production is at {version}")
{% endif %}


def rollback(environment: str, target_name: str, wanted: str | None) -> None:
    """Bring the version before back, or a wanted one that was in service once."""
    state = state_of(environment)
    earlier: list[str] = state["previous"]
    version = wanted or (earlier[-1] if earlier else None)
    if version is None or not folder_of(environment, version).is_dir():
        raise SystemExit(f"{environment}: there is no earlier version to go back to")
{% if audited %}
    actor, reason = audit.require_reason()
{% endif %}
    folder = folder_of(environment, version)
    with targets.open_target(target_name, environment) as target:
        target.start(folder, None)
        try:
            checks.smoke_test(target.address, version)
        except checks.CheckError as error:
            raise SystemExit(f"{environment}: version {version} does not answer: {error}") from error
{% if canary %}
        target.shift(1.0)
{% endif %}
        record(environment, version, {"current": None, "previous": [v for v in earlier if v != version]})
{% if audited %}
        audit.append(environment, folder, actor, reason)
{% endif %}
        target.finish()
    print(f"{environment}: rolled back from version {state['current']} to {version}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Release a model, or roll back.")
    parser.add_argument("action", choices=["release", "rollback"])
    parser.add_argument("--environment", choices=ENVIRONMENTS, default="production")
    parser.add_argument("--target", choices=sorted(targets.TARGETS), default="local")
    parser.add_argument("--version", help="this version instead of the newest, or the one before")
    given = parser.parse_args()
    if given.action == "rollback":
        rollback(given.environment, given.target, given.version)
    else:
        release(given.environment, given.target, given.version)


if __name__ == "__main__":
    main()
