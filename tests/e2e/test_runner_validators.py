"""Each validator finds its planted error and passes the same file without it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from runners import validators as v
from runners.repository import write_files
from runners.tools import HarnessError

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
WORKFLOW = f"""name: CI

on:
  push:
    branches: [main]

permissions: {{}}

concurrency:
  group: ci-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  test:
    name: Test
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check out the code
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - name: Test
        run: make test
"""
ACTION = """name: Set up
description: Prepare a job
runs:
  using: composite
  steps:
    - shell: bash
      run: make setup
"""
DEPENDABOT = """version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
    schedule:
      interval: weekly
    cooldown:
      default-days: 7
"""
GITLAB = """stages: [test]
test:
  stage: test
  script: [make test]
"""
AZURE = """trigger: [main]
pool:
  vmImage: ubuntu-24.04
jobs:
  - job: test
    timeoutInMinutes: 30
    steps:
      - script: make test
        displayName: Test
"""
DOCKERFILE = 'FROM python:3.12-slim\nCOPY . /app\nCMD ["python", "-m", "app"]\n'
SCRIPT = '#!/bin/sh\nset -eu\necho "$1"\n'
RENOVATE = '{"minimumReleaseAge": "7 days", "enabledManagers": ["gitlabci"]}\n'

CASES = [
    (
        v.zizmor,
        ".github/workflows/ci.yml",
        WORKFLOW,
        "persist-credentials: false",
        "persist-credentials: true",
        "artipacked",
    ),
    (
        v.zizmor,
        ".github/dependabot.yml",
        DEPENDABOT,
        "default-days: 7",
        "default-days: 2",
        "dependabot-cooldown",
    ),
    (
        v.actionlint,
        ".github/workflows/ci.yml",
        WORKFLOW,
        "run: make test",
        "run: echo $BASH_VERSION; cd $HOME",
        "SC2086",
    ),
    (v.actionlint, ".github/workflows/ci.yml", WORKFLOW, "github.ref }}", "github.reff }}", "reff"),
    (v.github_parser, ".github/workflows/ci.yml", WORKFLOW, "timeout-minutes", "time-out", "time-out"),
    (
        v.github_parser,
        ".github/actions/setup/action.yml",
        ACTION,
        "using: composite",
        "using: composite\n  stepz: []",
        "stepz",
    ),
    (v.github_workflow_schema, ".github/workflows/ci.yml", WORKFLOW, "runs-on", "run-on", ""),
    (v.github_timeouts, ".github/workflows/ci.yml", WORKFLOW, "    timeout-minutes: 10\n", "", ""),
    (v.github_action_schema, ".github/actions/setup/action.yml", ACTION, "      run", "      runs", ""),
    (v.dependabot_schema, ".github/dependabot.yml", DEPENDABOT, "weekly", "sometimes", ""),
    (v.renovate_schema, "renovate.json", RENOVATE, '"7 days"', "7", ""),
    (v.gitlab_schema, ".gitlab-ci.yml", GITLAB, "script: [make test]", "scripts: [make test]", ""),
    (v.azure_schema, "azure-pipelines.yml", AZURE, "timeoutInMinutes", "timeoutMinutes", ""),
    (v.azure_service, "azure-pipelines.yml", AZURE, "timeoutInMinutes", "timeoutMinutes", "timeoutMinutes"),
    (
        v.azure_service,
        "azure-pipelines.yml",
        AZURE,
        "    timeoutInMinutes: 30",
        "    timeoutInMinutes: 30\n    timeoutInMinutes: 40",
        "uplicate",
    ),
    (v.hadolint, "Dockerfile", DOCKERFILE, "3.12-slim", "latest", "DL3007"),
    (v.shellcheck, "run.sh", SCRIPT, '"$1"', "$1", "SC2086"),
    (v.action_pins, ".github/workflows/ci.yml", WORKFLOW, "# v7.0.1", "# v7.0.0", "not a known pin"),
    (
        v.action_pins,
        ".github/workflows/ci.yml",
        WORKFLOW,
        "@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
        "@v7",
        "not a known pin",
    ),
]
NEEDS = (
    "act",
    "actionlint",
    "zizmor",
    "check-jsonschema",
    "hadolint",
    "shellcheck",
    "node",
    "workflow-parser",
    "azure-language-service",
)


@pytest.fixture(autouse=True)
def _tools(need: Callable[..., None]) -> None:
    need(*NEEDS)


@pytest.mark.parametrize(
    ("validator", "path", "text", "old", "new", "word"),
    CASES,
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_finds_the_planted_error_alone(
    tmp_path: Path, validator: v.Validator, path: str, text: str, old: str, new: str, word: str
) -> None:
    assert old in text
    good, bad = (
        write_files(tmp_path / "good", {path: text}) / path,
        write_files(tmp_path / "bad", {path: text.replace(old, new)}) / path,
    )
    assert validator([good]) == ()
    found = validator([good, bad])
    assert {Path(finding.path).resolve() for finding in found} == {bad} or validator is v.azure_schema
    assert any(word in finding.message for finding in found)


def test_a_validator_that_cannot_read_its_file_is_not_clean(tmp_path: Path) -> None:
    with pytest.raises(HarnessError):
        v.zizmor([tmp_path / "none.yml"])
    with pytest.raises(HarnessError):
        v.hadolint([tmp_path / "Dockerfile"])
