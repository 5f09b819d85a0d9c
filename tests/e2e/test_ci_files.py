"""The files of all generated projects satisfy the public validators, without a finding."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from runners import validators as v
from runners.projects import NAME, combinations

WORKFLOWS = "github-actions/*/.github/workflows/*.yml"
DEPENDABOT = "github-actions/*/.github/dependabot.yml"
GITLAB = ("gitlab-ci/*/.gitlab-ci.yml", "gitlab-ci/*/.gitlab/ci/*.yml")
AZURE = ("azure-pipelines/*/azure-pipelines.yml", "azure-pipelines/*/.azure/*.yml")
CHECKS = [
    (v.zizmor, ("zizmor",), (WORKFLOWS, DEPENDABOT)),
    (v.actionlint, ("actionlint", "shellcheck"), (WORKFLOWS,)),
    (v.github_parser, ("node", "workflow-parser"), (WORKFLOWS,)),
    (v.github_workflow_schema, ("check-jsonschema",), (WORKFLOWS,)),
    (v.github_timeouts, ("check-jsonschema",), (WORKFLOWS,)),
    (v.action_pins, (), (WORKFLOWS,)),
    (v.dependabot_schema, ("check-jsonschema",), (DEPENDABOT,)),
    (v.renovate_schema, ("check-jsonschema",), ("*/*/renovate.json",)),
    (v.gitlab_schema, ("check-jsonschema",), GITLAB),
    (v.azure_schema, ("check-jsonschema",), AZURE),
    (v.azure_service, ("node", "azure-language-service", "check-jsonschema"), AZURE),
    (v.hadolint, ("hadolint",), ("*/*/Dockerfile",)),
    (v.shellcheck, ("shellcheck",), ("*/*/**/*.sh",)),
]
VERSION_KEY = re.compile(r"(?:python-version|versionSpec|version): *(?P<value>[\d.]+)\s*$", re.MULTILINE)


def _files(root: Path, patterns: Sequence[str]) -> list[Path]:
    """Return the matching files of all projects."""
    return sorted(path for pattern in patterns for path in root.glob(f"*-[0-9]/{pattern}") if path.is_file())


@pytest.mark.parametrize(
    ("validator", "tools", "patterns"), CHECKS, ids=[check[0].__name__ for check in CHECKS]
)
def test_no_finding(
    every_project: Path,
    need: Callable[..., None],
    validator: v.Validator,
    tools: tuple[str, ...],
    patterns: tuple[str, ...],
) -> None:
    need(*tools)
    files = _files(every_project, patterns)
    assert files, "the patterns match nothing"
    assert [
        f"{finding.tool}: {finding.path}:{finding.line}: {finding.message}" for finding in validator(files)
    ] == []


def test_every_combination_is_there(every_project: Path) -> None:
    made = {
        (*path.parent.parent.name.rsplit("-", 1), path.parent.name)
        for path in every_project.glob(f"*/*/{NAME}")
    }
    assert made == {(model, str(level), ci) for model, level, ci in combinations()}
    assert len(made) == 39


def test_each_provider_has_the_files_of_its_own_alone(every_project: Path) -> None:
    marks = {
        "github-actions": ".github",
        "gitlab-ci": ".gitlab-ci.yml",
        "azure-pipelines": "azure-pipelines.yml",
    }
    for project in every_project.glob(f"*/*/{NAME}"):
        level = project.parent.parent.name.rpartition("-")[2]
        present = {ci for ci, mark in marks.items() if (project / mark).exists()}
        assert present == (set() if level == "0" else {project.parent.name}), project


def test_versions_are_text(every_project: Path) -> None:
    files = _files(every_project, (WORKFLOWS, *GITLAB, *AZURE))
    assert [str(path) for path in files if VERSION_KEY.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_is_left_of_the_templates(every_project: Path) -> None:
    for path in _files(every_project, (WORKFLOWS, DEPENDABOT, *GITLAB, *AZURE, "*/*/renovate.json")):
        text = path.read_text(encoding="utf-8")
        assert text.strip(), path
        assert not re.search(r"\{=|=\}|\{%|cookiecutter|latest(?!FromBranch)|TODO", text), path
        assert not re.search(r"\n\n\n|[ \t]$", text, re.MULTILINE), path
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
