"""A generated project whose first model is trained and in service, as the last delivery left it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runners.environment import machine
from runners.repository import commit, copy_project
from runners.spoil import log_drift
from runners.tools import HarnessError, call

KEPT = ("mlflow.db", "mlartifacts", "models", "deployments")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery left, and the address of a log of predictions that drifted away since."""

    state: Path
    predictions: str


def environment(path: Path) -> Mapping[str, str]:
    """Return the variables of a shell in which the commands of a machine come first."""
    return {**os.environ, "PATH": f"{path}:{os.environ['PATH']}", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def deliver(source: Path, work: Path, package: str) -> Delivered:
    """Train, deploy to each environment, and log predictions that drift."""
    project = commit(copy_project(source, work / "project"), remote="git@localhost:acme/demo.git")
    env = dict(environment(machine(work / "machine")))
    for goal in (["setup"], ["source", "train"], ["deploy", "ENVIRONMENT=staging"], ["deploy"]):
        done = call(["make", *goal], project, env)
        if done.code:
            raise HarnessError(f"make {' '.join(goal)} failed: {done.text[-4000:]}")
    state = work / "state"
    state.mkdir()
    for name in KEPT:
        done = call(["cp", "-R", project / name, state / name], work)
        if done.code:
            raise HarnessError(f"{name} was not left: {done.text}")
    return Delivered(state, log_drift(project, package, work / "predictions.db", env))
