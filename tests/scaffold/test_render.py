"""What every rendered project is free of, and that its code is clean whatever is left out of it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mlops import __version__, resources
from mlops.catalog import load
from mlops.errors import RuleError
from mlops.scaffold import fragments as fragment_map
from mlops.scaffold import lock
from mlops.scaffold.answers import Answers
from mlops.scaffold.fragments import PROJECT, PROVIDERS, Fragment
from mlops.scaffold.render import context_of, render

CATALOG = load()
FRAGMENTS = fragment_map.load(resources.TEMPLATES / "fragments.yaml")
PROFILES = [
    (model, level, ci)
    for model in CATALOG.models
    for level in range(CATALOG.models[model].max_level + 1)
    for ci in PROVIDERS
]
#: Left-over template syntax, placeholders, moving versions, addresses of registries, and our own name.
_UNWANTED = re.compile(
    r"\{=|=\}|\{%|\bTODO\b|\bFIXME\b|changeme|your-|example\.com|:latest\b|pypi\.org|files\.pythonhosted|ghcr\.io|"
    r"mlops-maturity|cookiecutter"
)
_RUFF = [
    "--isolated",
    "--line-length=110",
    "--target-version=py311",
    "--config",
    'src = ["src", "deploy"]',
    ".",
]
_RULES = "--select=B,C4,D1,E,F,I,N,PT,RUF,S,SIM,UP,W"
_EXCEPT = [
    "--ignore=E501",
    "--per-file-ignores=tests/**:D1",
    "--per-file-ignores=tests/**:S101",
    "--per-file-ignores=tests/**:S603",
    "--per-file-ignores=deploy/**:S603",
    "--per-file-ignores=deploy/**:S607",
]


def _rendered(model: str, level: int, ci: str, work: Path, package: str = "shop") -> Path:
    profile = fragment_map.profile(CATALOG, FRAGMENTS, model, level, ci)
    answers = Answers(package.replace("_", "-"), package, model, level, ci)
    context = context_of(answers, profile, __version__, CATALOG.edition)
    return render(resources.TEMPLATES, work, answers, profile, context)


@pytest.mark.parametrize(("model", "level", "ci"), PROFILES)
def test_nothing_is_left_behind(model, level, ci, tmp_path):
    folder = _rendered(model, level, ci, tmp_path)
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert text.strip(), f"{path} is empty"
            assert "__pycache__" not in path.parts
            found = _UNWANTED.search(text)
            assert found is None, f"{path.relative_to(folder)} holds {found and found[0]!r}"


def _ruff(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ruff", *words, *_RUFF]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("model", "level"), sorted({(model, level) for model, level, _ in PROFILES}))
def test_the_code_is_formatted_and_clean_in_every_combination(model, level, tmp_path):
    folder = _rendered(model, level, PROVIDERS[0], tmp_path)
    formatted = _ruff(folder, "format", "--diff", "--no-cache")
    assert formatted.returncode == 0, formatted.stdout
    checked = _ruff(folder, "check", "--no-cache", _RULES, *_EXCEPT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(("model", "level"), [("google", 2), ("azure", 4), ("gigaom", 4)])
def test_the_lock_holds_exactly_what_the_project_reaches(model, level, tmp_path):
    folder = _rendered(model, level, PROVIDERS[0], tmp_path)
    pyproject = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    pinned = {lock.canonical(name) for name in re.findall(
        r"^([A-Za-z0-9][\w.-]*)(?:\[\w+\])?==", (folder / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)}  # fmt: skip
    asked = {lock.canonical(re.split(r"[\[<>=~! ]", text)[0]) for text in lock.requirements_of(pyproject)}
    assert asked <= pinned
    assert "ipykernel" not in pinned
    assert ("dvc" in pinned) == (model != "azure")


def test_a_service_lock_has_no_training_tool(tmp_path):
    folder = _rendered("gigaom", 4, PROVIDERS[0], tmp_path)
    text = (folder / "requirements.serve.lock").read_text(encoding="utf-8")
    assert "fastapi==" in text
    assert "scikit-learn==" in text
    assert "dvc==" not in text
    assert "mlflow" not in text
    assert "pytest==" not in text


def test_a_listed_file_that_is_missing_is_named(tmp_path):
    broken = {**FRAGMENTS, "base": Fragment("base", files={PROJECT: ("nowhere.txt",)})}
    profile = fragment_map.profile(CATALOG, broken, "google", 0, PROVIDERS[0])
    answers = Answers("shop", "shop", "google", 0, PROVIDERS[0])
    context = context_of(answers, profile, __version__, CATALOG.edition)
    with pytest.raises(RuleError, match=r"nowhere\.txt"):
        render(resources.TEMPLATES, tmp_path, answers, profile, context)
