"""Chosen template files -> a rendered project: staged into one cookiecutter template, rendered, lock pruned."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from mlops.errors import RuleError
from mlops.scaffold import lock
from mlops.scaffold.answers import Answers
from mlops.scaffold.fragments import PROJECT, Profile

#: The folder of a template root that holds the files of the project.
FOLDER = "{=cookiecutter.project_slug=}"
LOCK = "requirements.lock"
#: The lock of the service's image: run-time requirements alone.
SERVICE_LOCK = "requirements.serve.lock"
PYTHON = "3.12"
#: `{{ }}` belongs to GitHub, GitLab and Helm, so templates use `{= =}`.
DELIMITERS = {
    "variable_start_string": "{=",
    "variable_end_string": "=}",
    "comment_start_string": "{=#",
    "comment_end_string": "#=}",
    "trim_blocks": True,
    "lstrip_blocks": True,
}
_VERBATIM = ["*.csv", "*.ipynb"]


def context_of(answers: Answers, profile: Profile, version: str, edition: str) -> dict[str, Any]:
    """Return what every template may use."""
    return {
        "project_slug": answers.slug,
        "package": answers.package,
        "python": PYTHON,
        "license": answers.license,
        "year": str(date.today().year),  # noqa: DTZ011  the user's own year
        "_practices": list(profile.practices),
        "_fragments": list(profile.fragments),
        "_ci": answers.ci,
        "_model": answers.model,
        "_level": answers.level,
        "_version": version,
        "_edition": edition,
        "_copy_without_render": _VERBATIM,
        "_jinja2_env_vars": DELIMITERS,
    }


def render(
    templates: Path, work: Path, answers: Answers, profile: Profile, context: Mapping[str, Any]
) -> Path:
    """Render a profile below `work` and return the project's folder there."""
    from cookiecutter.generate import generate_files  # noqa: PLC0415  start-up counts

    staged = work / "template"
    stage(templates, staged, profile, answers)
    rendered = Path(
        generate_files(
            repo_dir=str(staged),
            context={"cookiecutter": dict(context)},
            output_dir=str(work / "rendered"),
            accept_hooks=False,
        )
    )
    _locks(templates, rendered)
    return rendered


def stage(templates: Path, staged: Path, profile: Profile, answers: Answers) -> None:
    """Copy the files of a profile into one template folder. Raises RuleError for a file that is not there."""
    for root, path in profile.files:
        if path in {LOCK, SERVICE_LOCK}:
            continue
        source = templates / root / FOLDER / path
        if not source.is_file():
            raise RuleError(f"templates/fragments.yaml names {path}, which {source.parent} does not hold")
        target = staged / FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    licence = templates / "licenses" / f"{answers.license}.txt"
    if licence.is_file():
        shutil.copy(licence, staged / FOLDER / "LICENSE")


def _locks(templates: Path, rendered: Path) -> None:
    """Write the pruned locks of the rendered pyproject."""
    union = (templates / "lock" / "requirements.txt").read_text(encoding="utf-8")
    pyproject = tomllib.loads((rendered / "pyproject.toml").read_text(encoding="utf-8"))
    (rendered / LOCK).write_text(lock.prune(union, lock.requirements_of(pyproject)), encoding="utf-8")
    project = pyproject["project"]
    serving = project.get("optional-dependencies", {}).get("serve")
    if serving and (rendered / "Dockerfile").is_file():
        (rendered / SERVICE_LOCK).write_text(
            lock.prune(union, [*project["dependencies"], *serving]), encoding="utf-8"
        )


def template_files(templates: Path, root: str = PROJECT) -> Iterator[str]:
    """Yield the paths of all files of a template root, caches apart."""
    base = templates / root / FOLDER
    for path in sorted(base.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(base).as_posix()
