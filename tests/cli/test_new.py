"""`mlops new` from the outside: what it writes, refuses, asks and leaves behind."""

from __future__ import annotations

import subprocess

import click
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from mlops.app import new as verb
from mlops.cli.new import command
from mlops.errors import MlopsError


def _new(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False, standalone_mode=False)
    return result.output


def test_a_name_is_enough(tmp_path):
    said = _new("churn", "--output-dir", str(tmp_path))
    project = tmp_path / "churn"
    assert (project / "src" / "churn" / "train.py").is_file()
    assert (project / ".github" / "workflows" / "train.yml").is_file()
    assert "google level 1 (committed)" in said
    assert len(said.strip().splitlines()) == 3


def test_the_first_commit_holds_everything(tmp_path):
    _new("churn", "--output-dir", str(tmp_path), "--level", "0")
    git = ["git", "-C", str(tmp_path / "churn")]
    status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True)
    log = subprocess.run([*git, "log", "--format=%s", "main"], capture_output=True, text=True, check=True)
    assert status.stdout == ""
    assert log.stdout.strip() == "Start churn at google level 0"


def test_no_repository_is_made_inside_another(tmp_path):
    (tmp_path / ".git").mkdir()
    assert "inside a repository" in _new("churn", "--output-dir", str(tmp_path), "--level", "0")
    assert not (tmp_path / "churn" / ".git").exists()


def test_no_git_makes_no_repository(tmp_path):
    _new("churn", "--output-dir", str(tmp_path), "--level", "0", "--no-git")
    assert not (tmp_path / "churn" / ".git").exists()


def test_answers_are_recorded(tmp_path):
    _new("churn model", "--model", "azure", "--level", "2", "--ci", "gitlab-ci", "--license", "apache-2.0",
         "--output-dir", str(tmp_path), "--no-git")  # fmt: skip
    project = tmp_path / "churn-model"
    written = YAML(typ="safe").load((project / ".mlops.yaml").read_text(encoding="utf-8"))
    assert (written["model"], written["level"]) == ("azure", 2)
    kept = written["scaffold"]
    assert (kept["name"], kept["package"], kept["ci"]) == ("churn-model", "churn_model", "gitlab-ci")
    assert kept["license"] == "Apache-2.0"
    assert "experiments-tracked" in kept["practices"]
    assert "Apache License" in (project / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_an_occupied_place_is_refused_and_left_alone(tmp_path, kind):
    place = tmp_path / "churn"
    if kind == "file":
        place.write_text("mine", encoding="utf-8")
    else:
        place.mkdir()
        (place / "precious.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(MlopsError, match="not empty"):
        _new("churn", "--output-dir", str(tmp_path))
    kept = place if kind == "file" else place / "precious.txt"
    assert kept.read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "churn").mkdir()
    _new("churn", "--output-dir", str(tmp_path), "--level", "0", "--no-git")
    assert (tmp_path / "churn" / "train.py").is_file()


def test_an_interrupted_run_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verb, "_move", interrupted)
    with pytest.raises(click.Abort):
        _new("churn", "--output-dir", str(tmp_path), "--level", "0")
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_shows_files_with_their_practices_and_writes_nothing(tmp_path):
    said = _new("churn", "--level", "2", "--dry-run", "--output-dir", str(tmp_path))
    lines = {line.split()[0]: line.split(maxsplit=1)[1:] for line in said.splitlines()[1:]}
    assert lines["src/churn/schema.py"] == ["data-validated"]
    assert lines["requirements.lock"] == ["base"]
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_shows_exactly_what_is_written(tmp_path):
    arguments = ["churn", "--model", "gigaom", "--level", "4", "--output-dir", str(tmp_path)]
    shown = {line.split()[0] for line in _new(*arguments, "--dry-run").splitlines()[1:]}
    _new(*arguments, "--no-git")
    written = {
        p.relative_to(tmp_path / "churn").as_posix() for p in (tmp_path / "churn").rglob("*") if p.is_file()
    }
    assert shown == written


def test_a_bad_name_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(MlopsError, match="no name for a project"):
        _new("../churn", "--output-dir", str(tmp_path))


def test_a_level_that_the_model_does_not_have_is_refused(tmp_path):
    with pytest.raises(MlopsError, match="levels 0 to 2"):
        _new("churn", "--level", "3", "--output-dir", str(tmp_path))
