{% set has = cookiecutter._practices %}
{% set canary = "progressive-delivery" in has %}
{% set protected = "model-integrity-protected" in has %}
"""Where a release can run: as processes of this machine, by compose, or on Kubernetes."""

{% if canary %}
import json
{% endif %}
import os
{% if protected %}
import secrets
{% endif %}
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
{% if canary %}

import checks
{% endif %}

PACKAGE = "{= cookiecutter.package =}"
NAME = "{= cookiecutter.project_slug =}"


{% if canary %}
def write_routes(path: Path, champion: str, challenger: str, weight: float) -> None:
    """Write the routes of the router in one step."""
    routes = {"champion": champion, "challenger": challenger, "weight": weight}
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(routes), encoding="utf-8")
    fresh.replace(path)


{% endif %}
class Target:
    """A place that runs versions; `address` is the new version{% if canary %}, `entrance` what customers use{% endif %}."""

    address: str
{% if canary %}
    entrance: str
{% endif %}

    def __init__(self, environment: str) -> None:
        """Take the environment that is released to."""
        self.environment = environment

    def start(self, release: Path, running: Path | None) -> None:
        """Start a version beside the one that runs."""
        raise NotImplementedError
{% if canary %}

    def shift(self, weight: float) -> None:
        """Give the new version this share of the traffic."""
        raise NotImplementedError
{% endif %}

    def revert(self) -> None:
        """Leave the old version alone in service."""

    def finish(self) -> None:
        """Take the old version out of service."""

    def close(self) -> None:
        """Free what this process holds."""


class Local(Target):
    """Processes of this machine that live as long as the command: a full rehearsal, without an account."""

    def __init__(self, environment: str) -> None:
        """Begin without processes."""
        super().__init__(environment)
        self.processes: list[subprocess.Popen[bytes]] = []
{% if canary %}
        self.routes = Path("deployments") / environment / "routes.json"
        self.champion = ""
{% endif %}
{% if protected %}
        # CI hands an empty one where no secret of that name is set.
        os.environ["API_KEY"] = os.environ.get("API_KEY") or secrets.token_urlsafe(24)
{% endif %}

    def _run(self, application: str, **settings: str) -> str:
        """Start a service on a free port and return its address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", f"{PACKAGE}.{application}:app", "--port", str(port)]
        process = subprocess.Popen([*command, "--log-level", "warning"], env={**os.environ, **settings})
        self.processes.append(process)
        return f"http://127.0.0.1:{port}"

    def start(self, release: Path, running: Path | None) -> None:
        """Start the new version{% if canary %}, the one that runs, and the router before both{% endif %}."""
        self.address = self._run("serve", MODEL_DIR=str(release))
{% if canary %}
        self.champion = self.address
        if running is not None:
            self.champion = self._run("serve", MODEL_DIR=str(running))
            checks.wait_until_ready(self.champion)
        self.shift(0.0)
        checks.wait_until_ready(self.address)
        self.entrance = self._run("router", ROUTES=str(self.routes))
        checks.wait_until_ready(self.entrance)

    def shift(self, weight: float) -> None:
        """Rewrite the routes of the router."""
        write_routes(self.routes, self.champion, self.address, weight)

    def revert(self) -> None:
        """Send everything to the old version again."""
        self.shift(0.0)
{% endif %}

    def close(self) -> None:
        """Stop all processes."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)


class Compose(Target):
    """Containers of one machine. The image is built by `make image`."""

{% if canary %}
    address = "http://localhost:8081"
    entrance = "http://localhost:8080"
    routes = Path("deployments/compose/routes.json")

    def start(self, release: Path, running: Path | None) -> None:
        """Start the new version beside the one that runs, which answers all the while."""
        os.environ["CHAMPION_RELEASE"] = str((running or release).resolve())
        os.environ["CHALLENGER_RELEASE"] = str(release.resolve())
        if not self.routes.exists():
            self.shift(0.0)
        # The challenger of the last release may be what customers use: the champion takes over before it is replaced.
        subprocess.run(["docker", "compose", "up", "--detach", "--wait", "champion"], check=True)
        self.shift(0.0)
        subprocess.run(["docker", "compose", "up", "--detach", "--wait", "--wait-timeout", "120"], check=True)

    def shift(self, weight: float) -> None:
        """Rewrite the routes that the router reads."""
        write_routes(self.routes, "http://champion:8000", "http://challenger:8000", weight)

    def revert(self) -> None:
        """Send everything to the old version again."""
        self.shift(0.0)
{% else %}
    address = "http://localhost:8080"
    running: Path | None = None

    def start(self, release: Path, running: Path | None) -> None:
        """Replace the container of the release."""
        self.running = running
        os.environ["CHAMPION_RELEASE"] = str(release.resolve())
        subprocess.run(["docker", "compose", "up", "--detach", "--wait", "--wait-timeout", "120"], check=True)

    def revert(self) -> None:
        """Bring the container of the old version back."""
        if self.running is not None:
            self.start(self.running, None)
{% endif %}


class Kubernetes(Target):
    """The cluster of the current kubectl context. The image, with the release in it, is built and pushed here."""

    def start(self, release: Path, running: Path | None) -> None:
        """Push an image of the release and roll it out{% if canary %}; Argo Rollouts shifts the traffic{% endif %}."""
        image = f"{os.environ['IMAGE']}:{os.environ['VERSION']}-{release.name}"
        build = [
            "docker",
            "build",
            "--target",
            "serve",
            "--build-arg",
            f"RELEASE={release}",
            "--tag",
            image,
            ".",
        ]
        subprocess.run(build, check=True)
        subprocess.run(["docker", "push", image], check=True)
        overlay = f"deploy/k8s/overlays/{self.environment}"
        namespace = f"--namespace={NAME}-{self.environment}"
        subprocess.run(["kubectl", "apply", "-k", overlay], check=True)
{% if canary %}
        subprocess.run(
            ["kubectl", "argo", "rollouts", "set", "image", NAME, f"serve={image}", namespace], check=True
        )
        subprocess.run(
            ["kubectl", "argo", "rollouts", "status", NAME, "--timeout=20m", namespace], check=True
        )
{% else %}
        subprocess.run(
            ["kubectl", "set", "image", f"deployment/{NAME}", f"serve={image}", namespace], check=True
        )
        subprocess.run(
            ["kubectl", "rollout", "status", f"deployment/{NAME}", "--timeout=5m", namespace], check=True
        )
{% endif %}
        self.address = os.environ["SERVICE_URL"]
{% if canary %}
        self.entrance = self.address

    def shift(self, weight: float) -> None:
        """Do nothing: the steps stand in the Rollout, which waits and goes on by itself."""

    def revert(self) -> None:
        """Bring the version before back."""
        namespace = f"--namespace={NAME}-{self.environment}"
        subprocess.run(["kubectl", "argo", "rollouts", "undo", NAME, namespace], check=True)
{% else %}

    def revert(self) -> None:
        """Bring the version before back."""
        namespace = f"--namespace={NAME}-{self.environment}"
        subprocess.run(["kubectl", "rollout", "undo", f"deployment/{NAME}", namespace], check=True)
{% endif %}


TARGETS = {"local": Local, "compose": Compose, "kubernetes": Kubernetes}
#: What a target cannot do without; a release fails where it is missing, it is never skipped.
REQUIRED = {"local": [], "compose": [], "kubernetes": ["IMAGE", "VERSION", "SERVICE_URL"]}


@contextmanager
def open_target(name: str, environment: str) -> Iterator[Target]:
    """Give a target, and free what it holds in the end."""
    missing = [variable for variable in REQUIRED[name] if not os.environ.get(variable)]
    if missing:
        raise SystemExit(f"the target {name} needs {', '.join(missing)}")
    target = TARGETS[name](environment)
    try:
        yield target
    finally:
        target.close()
