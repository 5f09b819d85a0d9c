"""`mlops upgrade`: what a level adds arrives, and what a person wrote is never lost."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path, mlops_here, git):
    """Make a committed project."""

    def make(model: str = "google", level: int = 1, ci: str = "github-actions") -> Path:
        done = mlops_here(
            *("new", "churn", "--model", model, "--level", str(level), "--ci", ci),
            *("--yes", "--no-git", "--output-dir", tmp_path),
        )
        assert done.returncode == 0, done.stderr
        folder = tmp_path / "churn"
        git(folder, "init", "-q")
        git(folder, "add", "--all")
        git(folder, "commit", "-qm", "made")
        return folder

    return make


def files(folder: Path) -> set[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in found if not name.startswith(".git/")}


@pytest.mark.parametrize(
    ("model", "low", "high", "ci"),
    [
        ("google", 0, 1, "gitlab-ci"),
        ("google", 0, 2, "github-actions"),
        ("google", 1, 2, "azure-pipelines"),
        ("azure", 1, 4, "github-actions"),
        ("azure", 2, 3, "gitlab-ci"),
        ("gigaom", 1, 4, "azure-pipelines"),
    ],
)
def test_an_untouched_project_becomes_what_new_makes(model, low, high, ci, project, mlops_here, tmp_path):
    folder = project(model, low, ci)
    done = mlops_here("upgrade", folder, "--level", str(high))
    assert done.returncode == 0, done.stderr
    there = tmp_path / "fresh"
    arguments = ("new", "churn", "--model", model, "--level", str(high), "--ci", ci, "--no-git", "--yes")
    assert mlops_here(*arguments, "--output-dir", there).returncode == 0
    fresh = there / "churn"
    assert files(folder) == files(fresh)
    different = filecmp.cmpfiles(folder, fresh, files(fresh), shallow=False)[1]
    assert different == []


def test_changes_of_a_person_are_merged(project, mlops_here, git):
    folder = project("google", 1)
    readme, train = folder / "README.md", folder / "src/churn/train.py"
    readme.write_text("Read me first, says Ann.\n" + readme.read_text())
    train.write_bytes(train.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\nANN = 1\r\n")
    (folder / "tests/unit").mkdir(parents=True)
    (folder / "notes.md").write_text("mine\n")
    git(folder, "add", "--all")
    git(folder, "commit", "-qm", "mine")
    done = mlops_here("upgrade", folder)
    assert done.returncode == 0, done.stdout
    assert "merged    README.md" in done.stdout
    assert readme.read_text().startswith("Read me first, says Ann.\n")
    merged = train.read_bytes()
    assert merged.endswith(b"ANN = 1\r\n")
    assert b"track" in merged
    assert merged.count(b"\n") == merged.count(b"\r\n")
    assert (folder / "notes.md").read_text() == "mine\n"
    assert mlops_here("lint", folder, "--level", "2").returncode == 0


def test_a_conflict_leaves_both_sides_and_is_1(project, mlops_here, git):
    folder = project("google", 1)
    readme = folder / "README.md"
    text = readme.read_text()
    line = next(line for line in text.splitlines() if "upgrade --level 2" in line)
    readme.write_text(text.replace(line, "Ann was here."))
    git(folder, "commit", "-qam", "mine")
    done = mlops_here("upgrade", folder)
    assert done.returncode == 1
    assert "CONFLICT  README.md" in done.stdout
    text = readme.read_text()
    assert "<<<<<<< yours\nAnn was here.\n" in text
    assert ">>>>>>> the new level" in text
    assert "level: 2" in (folder / ".mlops.yaml").read_text()


def test_a_file_that_a_person_made_is_not_overwritten(project, mlops_here, git):
    folder = project("google", 1)
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "tests/conftest.py").write_text("MINE = 1\n")
    git(folder, "add", "--all")
    git(folder, "commit", "-qm", "mine")
    done = mlops_here("upgrade", folder)
    assert done.returncode == 1
    assert "CONFLICT  tests/conftest.py" in done.stdout
    assert "MINE = 1\n" in (folder / "tests/conftest.py").read_text()


def test_a_deleted_file_stays_deleted(project, mlops_here, git):
    folder = project("google", 1)
    (folder / "docs/scaling.md").unlink()
    git(folder, "commit", "-qam", "no scaling")
    done = mlops_here("upgrade", folder)
    assert done.returncode == 0
    assert "kept      docs/scaling.md  (you deleted it)" in done.stdout
    assert not (folder / "docs/scaling.md").exists()


def test_the_configuration_keeps_waivers_and_comments(project, mlops_here, git):
    folder = project("google", 1)
    config = folder / ".mlops.yaml"
    config.write_text(
        config.read_text().replace("level: 1\n", "level: 1  # ours\n", 1)
        + "# why we wait\nwaivers:\n- {practice: drift-monitored, reason: later, owner: ann, until: 2999-01-01}\n"
    )
    git(folder, "commit", "-qam", "waive")
    done = mlops_here("upgrade", folder)
    assert done.returncode == 0
    text = config.read_text()
    assert "# why we wait\nwaivers:\n- {practice: drift-monitored" in text
    assert "\nlevel: 2\n" in text
    assert "    - model-registered\n" in text
    assert mlops_here("lint", folder).returncode == 0


def test_a_configuration_that_is_not_utf8_is_refused(project, mlops_here, git):
    folder = project("google", 1)
    config = folder / ".mlops.yaml"
    config.write_bytes((config.read_text() + "# later\n").encode("utf-16"))  # which lint can read
    git(folder, "commit", "-qam", "wide")
    done = mlops_here("upgrade", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "UTF-8" in done.stderr
    assert git(folder, "status", "--porcelain") == ""


def test_another_model_takes_nothing_away(project, mlops_here):
    folder = project("google", 2)
    done = mlops_here("upgrade", folder, "--model", "azure", "--level", "2")
    assert done.returncode == 0, done.stdout
    assert "removed" not in done.stdout
    assert mlops_here("lint", folder, "--model", "google", "--level", "2").returncode == 0
    assert mlops_here("lint", folder, "--model", "azure", "--level", "2").returncode == 0


def test_a_dry_run_writes_nothing(project, mlops_here, git):
    folder = project("azure", 1)
    done = mlops_here("upgrade", folder, "--dry-run")
    assert done.returncode == 0
    assert "would go from azure level 1 to azure level 2" in done.stdout
    assert git(folder, "status", "--porcelain") == ""


def test_what_git_could_not_take_back_is_refused(project, mlops_here):
    folder = project("google", 1)
    readme = folder / "README.md"
    readme.write_text(readme.read_text() + "mine\n")
    done = mlops_here("upgrade", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "README.md is not committed" in done.stderr
    assert mlops_here("upgrade", folder, "--allow-dirty").returncode == 0
    assert readme.read_text().endswith("mine\n")


def test_a_folder_outside_of_git_is_refused(project, mlops_here, tmp_path):
    folder = project("google", 1)
    (folder / ".git").rename(tmp_path / "elsewhere")
    done = mlops_here("upgrade", folder)
    assert done.returncode == 2
    assert "--allow-dirty" in done.stderr


def test_links_are_not_written_through(project, mlops_here, git, tmp_path):
    folder = project("google", 1)
    outside = tmp_path / "outside"
    (folder / "src").rename(outside)
    (folder / "src").symlink_to(outside)
    git(folder, "add", "--all")
    git(folder, "commit", "-qm", "link")
    before = {path: path.read_bytes() for path in outside.rglob("*.py")}
    done = mlops_here("upgrade", folder)
    assert done.returncode == 2
    assert "symbolic link" in done.stderr
    assert before == {path: path.read_bytes() for path in outside.rglob("*.py")}


def test_a_failed_write_changes_nothing(project, mlops_here, git):
    folder = project("google", 1)
    (folder / "tests/unit/test_params.py/in_the_way").mkdir(parents=True)
    done = mlops_here("upgrade", folder)
    assert done.returncode == 2
    assert "nothing was changed" in done.stderr
    assert git(folder, "status", "--porcelain") == ""
    assert not (folder / "tests/conftest.py").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--level", "1"), "already"),
        (("--level", "7"), "google has levels 0 to 2"),
        (("--model", "azure"), "--level N"),
        (("--model", "gartner"), "there is no model gartner"),
    ],
)
def test_a_level_that_is_none_is_refused(arguments, said, project, mlops_here):
    folder = project("google", 1)
    done = mlops_here("upgrade", folder, *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_highest_level_has_no_next(project, mlops_here):
    done = mlops_here("upgrade", project("google", 2))
    assert done.returncode == 2
    assert "the highest" in done.stderr


def test_a_foreign_repository_is_sent_to_plan(mlops_here, tmp_path):
    (tmp_path / "train.py").write_text("print(1)\n")
    done = mlops_here("upgrade", tmp_path)
    assert done.returncode == 2
    assert f"mlops plan {tmp_path}" in done.stderr


@pytest.mark.parametrize(
    "record", ["name: ../../etc", "name: churn\n  package: x\n  level: 99", "level: yes"]
)
def test_a_record_is_checked_like_an_answer(record, mlops_here, tmp_path):
    (tmp_path / ".mlops.yaml").write_text(f"scaffold:\n  model: google\n  ci: gitlab-ci\n  {record}\n")
    done = mlops_here("upgrade", tmp_path, "--allow-dirty", "--level", "2")
    assert done.returncode == 2
    assert done.stderr.startswith("mlops: ")
    assert [path.name for path in tmp_path.iterdir()] == [".mlops.yaml"]
