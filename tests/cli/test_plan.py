"""`mlops plan`: the steps to a level are those that lint misses, and the files are those of the templates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[2] / "rules/schemas/plan.schema.json"
TRAIN = "from sklearn.svm import SVC\nimport pandas as pd\n\nframe = pd.read_csv('d.csv')\nSVC().fit(frame, frame.y)\n"


@pytest.fixture
def planned(mlops_here):
    def run(*arguments: object) -> dict:
        done = mlops_here("plan", *arguments, "--format", "json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        Draft202012Validator(json.loads(SCHEMA.read_text())).validate(found)
        return found

    return run


def test_steps_are_what_lint_misses(planned, mlops_here, tmp_path, write):
    folder = write(tmp_path / "tree", {"train.py": TRAIN, ".gitlab-ci.yml": "t:\n  script: [echo]\n"})
    found = planned(folder)
    report = json.loads(mlops_here("lint", folder, "--format", "json").stdout)
    missing = report["models"]["google"]["next"]["missing"]
    first = [term.get("practice") or term["any"][0]["practice"] for term in missing]
    assert [step["practice"] for step in found["steps"]] == first
    assert (found["level"], found["target"], found["ci"], found["made_by_new"]) == (0, 1, "gitlab-ci", False)
    files = {file["path"] for step in found["steps"] for file in step["files"]}
    assert ".gitlab/ci/train.yml" in files
    assert not any(path.startswith((".github", ".azure")) for path in files)


def test_azure_is_found_wherever_its_file_lies(planned, tmp_path, write):
    pipeline = "trigger: [main]\nsteps:\n  - script: python train.py\n"
    folder = write(tmp_path / "tree", {"train.py": TRAIN, "ci/build.yml": pipeline})
    assert planned(folder)["ci"] == "azure-pipelines"


def test_steps_are_in_the_order_of_levels(planned, tmp_path, write):
    folder = write(tmp_path / "tree", {"train.py": TRAIN})
    levels = [step["level"] for step in planned(folder, "--model", "azure", "--level", "4")["steps"]]
    assert levels == sorted(levels)
    assert {1, 2, 3, 4} == set(levels)


def test_files_of_a_made_project_come_by_upgrade(planned, mlops_here, tmp_path):
    assert mlops_here("new", "churn", "--level", "1", "--yes", "--output-dir", tmp_path).returncode == 0
    folder = tmp_path / "churn"
    found = planned(folder)
    assert (found["level"], found["target"], found["made_by_new"]) == (1, 2, True)
    new = {file["path"] for step in found["steps"] for file in step["files"] if not file["exists"]}
    assert new
    assert f"mlops upgrade {folder} --model google --level 2" in mlops_here("plan", folder).stdout
    assert mlops_here("upgrade", folder).returncode == 0
    assert all((folder / path).is_file() for path in new)
    done = mlops_here("plan", folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Nothing lacks for Google level 2.")


def test_a_level_that_is_none_is_refused(mlops_here, tmp_path):
    done = mlops_here("plan", tmp_path, "--level", "9")
    assert done.returncode == 2
    assert "google has levels 0 to 2" in done.stderr
