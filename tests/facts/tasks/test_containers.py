"""Dockerfiles, Compose files, pre-commit, Procfile and MLproject."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops.facts.tasks import compose, dockerfile, precommit, processes

DOCKERFILE = b"""\
# syntax=docker/dockerfile:1
ARG PY=3.11
FROM --platform=linux/amd64 python:${PY}-slim AS base
ENV A=1 B="x y"
WORKDIR /app
COPY --chown=a:b requirements.txt pyproject.toml ./
RUN --mount=type=cache,target=/x pip install \\
    # a comment
    -r requirements.txt
RUN a; b
FROM base AS train
COPY --from=base /x /y
COPY ["src", "/app/src"]
SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
RUN <<EOF
pytest
echo done
EOF
ENTRYPOINT ["python", "-m", "churn.train"]
CMD ["--epochs", "3"]
HEALTHCHECK CMD curl -f localhost
FROM train
CMD uvicorn app:app | cat
"""


def test_dockerfile() -> None:
    facts = dockerfile.read(DOCKERFILE)
    assert facts.problems == ()
    found = {(target.kind, target.name): target for target in facts.targets}
    build = found["image-build", "base"]
    assert build.script == "pip install \\\n\\\n    -r requirements.txt\n(set +e; a; b)"
    assert build.script_line == 7
    assert build.inputs == ("requirements.txt", "pyproject.toml")
    train = found["image-build", "train"]
    assert "pytest\necho done" in train.script
    assert train.needs == ("base",)
    assert train.pipefail
    assert train.inputs == ("src",)
    container = found["container", "train"]
    assert container.script == "python -m churn.train --epochs 3"
    assert container.attrs["workdir"] == "/app"
    assert container.attrs["healthcheck"] == "CMD curl -f localhost"
    last = found["container", "2"]
    assert last.attrs["final"] == "yes"
    assert last.attrs["entrypoint"] == "python -m churn.train"
    assert ("container", "base") not in found


def test_dockerfile_facts() -> None:
    facts = dockerfile.read(DOCKERFILE).facts
    assert [fact.value for fact in facts if fact.kind == "image"] == ["python:3.11-slim"]
    assert {"PY=3.11", "A=1", "B=x y"} == {fact.value for fact in facts if fact.kind == "setting"}
    health = next(fact for fact in facts if fact.value == "HEALTHCHECK")
    assert (health.line, health.attrs) == (21, {"text": "CMD curl -f localhost", "stage": "train"})


def test_a_heredoc_keeps_its_lines() -> None:
    found = dockerfile.read(b"FROM x\nRUN <<EOF\npytest\nmake\nEOF\n").targets[0]
    assert found.script_line + found.script.split("\n").index("pytest") == 3


def test_an_unknown_instruction_is_a_problem() -> None:
    assert dockerfile.read(b"FROM x\nHELLO y\n").problems[0].line == 2


COMPOSE = b"""\
services:
  api:
    build: {context: ., dockerfile: docker/api.Dockerfile, target: prod}
    command: ["uvicorn", "app:app"]
    environment: [A=1]
    depends_on: {db: {condition: service_healthy}}
    volumes: ["./src:/src", "data:/data"]
    healthcheck: {test: curl -f x}
  db:
    image: postgres:16
    command: >
      postgres -c $$X
    environment: {B: "2"}
"""


def test_compose() -> None:
    facts = compose.read(COMPOSE)
    api, db = facts.targets
    assert api.script == "uvicorn app:app"
    assert (api.needs, api.inputs) == (("db",), ("./src",))
    assert api.attrs == {
        "build": ".", "dockerfile": "docker/api.Dockerfile", "target": "prod", "command": "uvicorn app:app", "healthcheck": "curl -f x",
    }  # fmt: skip
    assert db.script.strip() == "postgres -c $X"
    assert db.script_line == 12
    assert [fact.value for fact in facts.facts] == [
        "compose:service", "A=1", "compose:service", "postgres:16", "B=2",
    ]  # fmt: skip
    assert facts.facts[0].attrs["name"] == "api"
    assert facts.facts[0].attrs["build.context"] == "."


PRECOMMIT = b"""\
ci: {autofix_prs: false}
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.9.0
    hooks:
      - id: ruff
        args: [--fix]
  - repo: local
    hooks:
      - id: tests
        entry: pytest -x
        args: [tests]
        language: system
        stages: [pre-push]
"""


def test_precommit() -> None:
    facts = precommit.read(PRECOMMIT)
    assert [(fact.kind, fact.value, fact.line) for fact in facts.facts] == [
        ("hook", "ruff", 6),
        ("hook", "tests", 10),
        ("key", "ci", 1),
    ]
    assert facts.facts[0].attrs == {"repo": "https://github.com/astral-sh/ruff-pre-commit", "rev": "v0.9.0"}
    ruff, tests = facts.targets
    assert ruff.script == ""
    assert (tests.script, tests.script_line, tests.attrs["stages"]) == ("pytest -x tests", 11, "pre-push")


def test_processes() -> None:
    found = processes.read_procfile(b"web: gunicorn app:app\n# x\nworker: python w.py\n").targets
    assert [(target.name, target.script) for target in found] == [
        ("web", "gunicorn app:app"),
        ("worker", "python w.py"),
    ]
    text = b'entry_points:\n  main:\n    parameters: {a: float}\n    command: "python train.py {a}"\n'
    entry = processes.read_mlproject(text).targets[0]
    assert (entry.name, entry.script, entry.script_line) == ("main", "python train.py $a", 4)


def test_matches() -> None:
    assert dockerfile.matches("docker/Dockerfile.gpu")
    assert dockerfile.matches("docker/api.dockerfile")
    assert not dockerfile.matches("docker/readme.md")
    assert compose.matches("docker-compose.prod.yml")
    assert compose.matches("compose.yaml")
    assert not compose.matches("decompose.py")
    assert precommit.matches(".pre-commit-config.yaml")
    assert processes.matches("Procfile")


@given(st.text(alphabet="FROMUNCDab \n\\<E[]\"'=$:{}-", max_size=120))
def test_any_text_reads(text: str) -> None:
    for reader in (
        dockerfile.read,
        compose.read,
        precommit.read,
        processes.read_procfile,
        processes.read_mlproject,
    ):
        reader(text.encode())
