"""A committed file in place of a base."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mlops import __version__
from mlops.app.ratchet import Writing, gate_by_file
from mlops.app.trees import Asked, open_with_any_base
from mlops.errors import MlopsError
from tests.gate.histories import TODAY, lost, quiet

FILE = "baseline.json"


def run(work, *, file=FILE, allow=False, **writing):
    asked = Asked(today=TODAY, allow_config_change=allow)
    trees = open_with_any_base(str(work.folder), None)
    done, text = gate_by_file(str(work.folder), Path(work.folder / file), trees, asked, Writing(**writing))
    if text is not None:
        (work.folder / file).write_text(text)
    return done.comparison


@pytest.fixture
def kept(history):
    """A repository whose baseline lies on main."""
    work = history("github")
    work.git("checkout", "-q", "main")
    run(work, write=True)
    work.commit("baseline")
    work.git("checkout", "-q", "-B", "work")
    return work


def data(work):
    return json.loads((work.folder / FILE).read_text())


def test_the_file_has_strengths_and_no_line_numbers(kept):
    entry = data(kept)["practices"]["unit-tests"]
    assert entry["strength"] == "enforced"
    assert "tests/test_features.py" in entry["files"]
    assert not re.search(r"\.\w+:\d", (kept.folder / FILE).read_text())
    assert quiet(run(kept))


def test_lines_that_move_change_nothing(kept):
    before = (kept.folder / FILE).read_text()
    kept.edit("src/churn/serve.py", "import mlflow.sklearn\n", "# more\n# lines\nimport mlflow.sklearn\n")
    assert quiet(run(kept))
    assert (kept.folder / FILE).read_text() == before


def test_a_loss_is_seen_and_never_written(kept):
    kept.remove("tests/test_features.py")
    comparison = run(kept, write=True)
    assert "unit-tests" in lost(comparison)
    assert comparison.regressions[0].kind == "level"
    item = next(item for item in comparison.regressions if item.practice == "unit-tests")
    assert [str(place) for place in item.because] == ["tests/test_features.py"]
    assert data(kept)["practices"]["unit-tests"]["strength"] == "enforced"
    assert "unit-tests" in lost(run(kept))


def test_what_is_better_is_written_on_demand(kept):
    kept.remove("tests/test_features.py")
    run(kept, accept=["unit-tests", "ci-runs-tests", "cd-deploys-pipeline"], reason="starting over")
    kept.git("checkout", "tests/test_features.py")
    run(kept)
    assert data(kept)["practices"]["unit-tests"]["strength"] != "enforced"
    run(kept, write=True)
    assert data(kept)["practices"]["unit-tests"]["strength"] == "enforced"


def test_a_loss_can_be_accepted_with_a_reason(kept):
    kept.remove("tests/test_features.py")
    comparison = run(kept, accept=["unit-tests"], reason="moved to another repository")
    assert "unit-tests" not in lost(comparison)
    assert "ci-runs-tests" in lost(comparison)
    assert data(kept)["accepted"]["unit-tests"] == {
        "from": "enforced", "to": "declared", "reason": "moved to another repository", "on": "2027-01-15"
    }  # fmt: skip
    with pytest.raises(MlopsError, match="no such practice"):
        run(kept, accept=["unit-testing"], reason="typo")


def test_the_base_s_file_judges(kept):
    """A change that loosens the file in the same merge is caught by the file of the base."""
    kept.remove("tests/test_features.py")
    kept.remove(FILE)
    run(kept, write=True)
    kept.commit("looser")
    comparison = run(kept)
    assert "unit-tests" in lost(comparison)
    assert any(
        "asks less: unit-tests: enforced became declared" in item.message
        for item in comparison.config_changes
    )
    allowed = run(kept, allow=True)
    assert not allowed.regressions


def test_a_missing_file_is_an_error(history):
    work = history("github")
    with pytest.raises(MlopsError, match=r"missing.*--write-baseline"):
        run(work)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no JSON"),
        ("[]", "cannot be used"),
        ("", "no JSON"),
        ('{"schema_version": 2, "practices": {}}', "schema_version"),
        ('{"schema_version": 1}', "practices"),
        ('{"schema_version": 1, "practices": {"unit-tests": {"strength": "great", "edition": "", "version": "", "files": {}}}}', "strength"),
        ("[" * 100_000, "no JSON"),
    ],
)  # fmt: skip
def test_a_corrupt_file_is_an_error(history, content, message):
    work = history("github")
    work.write({FILE: content})
    with pytest.raises(MlopsError, match=message):
        run(work)
    with pytest.raises(MlopsError, match=message):
        run(work, write=True)


@pytest.fixture
def claimed(history):
    """A baseline that says more than today's rules see in the same files; the version that said so is a parameter."""

    def make(version: str):
        work = history("github", **{"tests/test_features.py": "import pandas\n"})
        work.git("checkout", "-q", "main")
        run(work, write=True)
        content = data(work)
        content["practices"]["unit-tests"] |= {"strength": "enforced", "version": version}
        (work.folder / FILE).write_text(json.dumps(content))
        work.commit("baseline")
        work.git("checkout", "-q", "-B", "work")
        return work

    return make


def test_what_newer_rules_alone_make_is_said_and_does_not_fail(claimed):
    comparison = run(claimed("0.0.1"))
    assert quiet(comparison)
    assert any("unit-tests was enforced" in item.message and "newer rules alone" in item.message
               for item in comparison.warnings)  # fmt: skip


def test_the_same_rules_are_no_excuse(claimed):
    assert "unit-tests" in lost(run(claimed(__version__)))


def test_newer_rules_are_no_excuse_for_files_that_changed(claimed):
    work = claimed("0.0.1")
    for path in data(work)["practices"]["unit-tests"]["files"]:
        work.edit(path, (work.folder / path).read_text(), (work.folder / path).read_text() + "\n# changed\n")
    assert "unit-tests" in lost(run(work))


def test_without_a_base_the_head_judges_and_that_is_said(kept):
    kept.git("checkout", "-q", "--orphan", "alone")
    kept.commit("alone")
    kept.git("branch", "-qD", "main", "work")
    comparison = run(kept)
    assert quiet(comparison)
    assert any("no base is known" in item.message for item in comparison.warnings)
