"""Generated projects really work: tests, training, gate, service, drift, canary and rollback, as their README says."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from runners.environment import union

from mlops.app.new import create
from mlops.catalog import load
from mlops.scaffold.answers import Answers

CATALOG = load()
#: Together these have every fragment of the project templates.
PROFILES = {"azure": 4, "google": 2, "gigaom": 4}
CUSTOMER = {
    "region": "north",
    "plan": "plus",
    "tenure_months": 14,
    "monthly_charge": 45.5,
    "support_calls": 2,
    "late_payments": 1,
}
KEY = "key-of-the-test"


@dataclass(frozen=True)
class Project:
    """A generated project, and the environment that its commands run in."""

    folder: Path
    environment: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["env", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def ok(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def has(self, practice: str) -> bool:
        return f"- {practice}\n" in (self.folder / ".mlops.yaml").read_text(encoding="utf-8")

    def report(self, name: str) -> dict:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def versions(self) -> list[str]:
        with sqlite3.connect(self.folder / "mlflow.db") as database:
            return [
                str(row[0]) for row in database.execute("SELECT version FROM model_versions ORDER BY version")
            ]

    def in_service(self) -> str:
        return self.report("deployments/production.json")["current"]


@pytest.fixture(scope="session")
def environment() -> Path:
    """The union of all dependencies, which the tests of the runners install too."""
    return union()


@pytest.fixture(scope="module", params=list(PROFILES))
def project(request, tmp_path_factory, environment) -> Project:
    """A fresh project with its first model."""
    model = request.param
    answers = Answers("shop", "shop", model, PROFILES[model], "github-actions")
    folder = create(CATALOG, answers, tmp_path_factory.mktemp(model)).folder
    settings = {
        "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "src"),
        "API_KEY": KEY,
        "RELEASE_ACTOR": "ada",
        "RELEASE_REASON": "a test",
    }
    made = Project(folder, {**os.environ, **settings})
    made.ok("make", "source")
    made.ok("make", "train")
    return made


def test_its_tests_pass(project):
    assert " passed" in project.ok("make", "test")
    if project.has("integration-tests"):
        assert " passed" in project.ok("make", "test-integration")


def test_its_code_is_clean(project):
    if not project.has("ci-lints"):
        pytest.skip("this profile has no linter")
    project.ok("make", "lint")


def test_its_code_has_no_known_weakness(project, tmp_path):
    if not project.has("security-scanned"):
        pytest.skip("this profile scans nothing")
    calls = _stand_in(tmp_path, "pip-audit")  # which asks an address on the network
    project.ok(f"PATH={tmp_path}:{project.environment['PATH']}", "make", "scan")
    assert calls.read_text(encoding="utf-8").startswith("pip-audit --require-hashes")


def test_compose_gives_a_new_version_no_traffic_before_its_checks(project, tmp_path):
    if not project.has("progressive-delivery"):
        pytest.skip("this profile releases in one step")
    routes = "cat deployments/compose/routes.json; echo"
    first, second = _compose(project, tmp_path, "target.start(new, old)", routes)
    assert first.startswith("--detach --wait champion\n")
    for said in (first, second):
        assert '"weight": 0.0' in said
        assert said.split()[-2:] == [str(project.folder / "old"), str(project.folder / "new")]


def test_compose_brings_the_old_version_back(project, tmp_path):
    if project.has("progressive-delivery"):
        pytest.skip("the router goes back by itself")
    first, second = _compose(project, tmp_path, "target.start(new, old); target.revert()")
    assert [first.split()[-1], second.split()[-1]] == [str(project.folder / name) for name in ("new", "old")]


def test_a_release_has_a_key_where_ci_has_none(project):
    if not project.has("model-integrity-protected"):
        pytest.skip("this profile asks for no key")
    code = "import os, targets; targets.Local('production'); print(len(os.environ['API_KEY']))"
    assert int(project.ok("API_KEY=", "PYTHONPATH=deploy", "python", "-c", code)) > 20


def _compose(project: Project, folder: Path, steps: str, *also: str) -> list[str]:
    """Return what the compose target says to docker, each call with the releases that it names."""
    calls = _stand_in(folder, "docker", *also, "printenv CHAMPION_RELEASE CHALLENGER_RELEASE")
    code = "import pathlib, targets; new, old = pathlib.Path('new'), pathlib.Path('old'); target = targets.Compose('production')"
    project.ok(
        f"PATH={folder}:{project.environment['PATH']}",
        "PYTHONPATH=deploy",
        "python",
        "-c",
        f"{code}; {steps}",
    )
    return calls.read_text(encoding="utf-8").split("docker compose up ")[1:]


def _stand_in(folder: Path, name: str, *also: str) -> Path:
    """Put a command into a folder that only writes down what it is asked, and return where."""
    calls, script = folder / "calls.txt", folder / name
    script.write_text(
        f'#!/bin/sh\n{{ echo "{name} $*"; {"; ".join((*also, ":"))}; }} >> {calls}\n', encoding="utf-8"
    )
    script.chmod(0o755)
    return calls


def test_the_first_model_is_measured_and_registered(project):
    assert project.report("reports/metrics.json")["auc"] > 0.75
    assert project.versions()[0] == "1"


def test_a_new_version_goes_into_service_and_back(project):
    project.ok("make", "deploy")
    first = project.in_service()
    params = project.folder / "params.yaml"
    params.write_text(params.read_text(encoding="utf-8").replace("c: 1.0", "c: 0.5"), encoding="utf-8")
    project.ok("make", "train")
    said = project.ok("make", "deploy")
    assert project.in_service() == project.versions()[-1] != first
    if project.has("progressive-delivery"):
        assert "10% of the traffic" in said
    project.ok("make", "rollback")
    assert project.in_service() == first


def test_a_bad_model_is_neither_registered_nor_released(project):
    if not (project.folder / "deployments").exists():
        project.ok("make", "deploy")
    versions, in_service = project.versions(), project.in_service()
    with sqlite3.connect(project.folder / "source.db") as database:
        database.execute("UPDATE customers SET churned = customer_id % 2")
    refused = project.run("make", "train")
    project.ok("make", "source")
    assert refused.returncode != 0
    assert "model refused" in refused.stdout + refused.stderr
    assert project.versions() == versions
    assert project.in_service() == in_service


def test_it_serves_refuses_and_logs(project):
    with _service(project) as ask:
        status, answer = ask("/predict", {"rows": [CUSTOMER]})
        assert status == 200
        assert 0 <= answer["probabilities"][0] <= 1
        status, _ = ask("/predict", {"rows": [CUSTOMER | {"plan": "gold"}]})
        assert status == 422
    with sqlite3.connect(project.folder / "predictions.db") as database:
        logged = database.execute(
            "SELECT probability FROM predictions WHERE id = ?", answer["ids"]
        ).fetchone()
    assert logged == (answer["probabilities"][0],)


def test_injected_drift_is_found_and_starts_training(project):
    if not project.has("drift-monitored"):
        pytest.skip("this profile watches no drift")
    (project.folder / "predictions.db").unlink(missing_ok=True)
    moved = [CUSTOMER | {"tenure_months": n % 5, "monthly_charge": 200.0 + n} for n in range(300)]
    with _service(project) as ask:
        assert ask("/predict", {"rows": moved})[0] == 200
    assert project.run("make", "monitor").returncode != 0
    assert project.report("reports/monitor.json")["signal"] == "drift"
    assert "training again" in project.ok("make", "retrain")


@contextmanager
def _service(project: Project) -> Iterator[Callable[..., tuple[int, dict]]]:
    """Run the service of the current model on a free port."""
    project.ok("python", "-m", "shop.registry", "export")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["python", "-m", "uvicorn", "shop.serve:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(["env", *command], cwd=project.folder, env=project.environment)

    def ask(path: str, body: object = None) -> tuple[int, dict]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-API-Key": KEY}
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  our own address
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code, {}

    try:
        _wait(lambda: ask("/readyz")[0] == 200)
        yield ask
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(done: Callable[[], bool], patience: float = 120) -> None:
    limit = time.monotonic() + patience
    while True:
        try:
            if done():
                return
        except OSError:
            pass
        assert time.monotonic() < limit, "the service did not become ready"
        time.sleep(0.3)
