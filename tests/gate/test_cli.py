"""`mlops gate` as people and CI call it: exit codes, what is printed, and options that do not go together."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mlops.cli import cli
from mlops.errors import MlopsError


def run(work, *arguments):
    result = CliRunner().invoke(
        cli, ["gate", str(work.folder), *arguments], standalone_mode=False, catch_exceptions=False
    )
    return result.return_value, result.stdout


@pytest.fixture
def weaker(history):
    work = history("github")
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    return work


def test_a_good_change(history):
    code, text = run(history("github"))
    assert code == 0
    assert "keeps the maturity" in text


@pytest.mark.parametrize("cached", [(), ("--no-cache",)])
def test_a_regression(weaker, cached):
    for _ in range(2):
        code, text = run(weaker, *cached)
        assert code == 1
        assert "ci-runs-tests" in text
        assert "Makefile:6" in text
        assert "mlops waive ci-runs-tests" in text
        assert "@acme/platform must approve" in text
        assert f"mlops gate {weaker.folder} --base main" in text
        assert len(text.splitlines()) <= 50


def test_advisory(weaker):
    for _ in range(2):
        code, text = run(weaker, "--exit-zero")
        assert code == 0
        assert "ADVISORY" in text


def test_the_exit_code_of_another_way_to_end_is_not_taken_from_the_cache(weaker):
    assert run(weaker)[0] == 1
    assert run(weaker, "--exit-zero")[0] == 0
    assert run(weaker)[0] == 1


def test_changes_of_what_judges_come_first(weaker):
    weaker.write({".mlops.yaml": "model: google\nlevel: 1\n"})
    code, text = run(weaker)
    assert code == 1
    assert text.index("level: 2 became 1") < text.index("ci-runs-tests")


def test_a_change_of_the_configuration_alone_fails_unless_allowed(history):
    work = history("github")
    work.write({".mlops.yaml": "model: google\nlevel: 1\nstrict: true\n"})
    assert run(work)[0] == 1
    code, text = run(work, "--allow-config-change")
    assert code == 0
    assert "level: 2 became 1" in text


def test_json_and_files(weaker, tmp_path):
    target = tmp_path / "out" / "gate.json"
    code, text = run(weaker, "--format", "json", "--output", str(target), "--format", "text")
    assert code == 1
    assert "ci-runs-tests" in text
    data = json.loads(target.read_text())
    assert {item["practice"] for item in data["regressions"]} >= {"ci-runs-tests"}
    assert data["base"] == "main"
    assert data["config_changes"] == []


def test_a_revision_and_a_subfolder(history):
    work = history("github")
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    work.commit("weaker")
    work.edit("Makefile", "\tpytest tests || true\n", "\tpytest tests\n")
    assert run(work, "--rev", "work")[0] == 1
    assert run(work)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--base", "main", "--baseline", "b.json"), "give one"),
        (("--write-baseline",), "--baseline FILE"),
        (("--accept", "unit-tests", "--baseline", "b.json"), "belong together"),
        (("--reason", "x"), "belong together"),
        (("--format", "nonsense"), "no format"),
    ],
)
def test_options_that_do_not_go_together(history, arguments, message):
    from click import UsageError  # noqa: PLC0415

    with pytest.raises(UsageError, match=message):
        run(history("github"), *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--base", "nope"), "fetch origin"),
        (("--rev", "nope"), "not in this clone"),
        (("--baseline", "/nowhere/b.json"), "missing"),
        (("--model", "nope"), "nope"),
        (("--level", "9"), "level"),
    ],
)
def test_one_sentence_for_what_cannot_be_done(history, arguments, message):
    with pytest.raises(MlopsError, match=message) as caught:
        run(history("github"), *arguments)
    assert caught.value.exit_code == 2


def test_a_broken_configuration_of_the_base(history):
    work = history("github", **{".mlops.yaml": "model: [\n"})
    work.write({".mlops.yaml": "model: google\n"})
    with pytest.raises(MlopsError, match="allow-config-change"):
        run(work)
    assert run(work, "--allow-config-change")[0] == 0


def test_a_baseline_from_end_to_end(history):
    work = history("github")
    file = str(work.folder / "maturity.json")
    assert run(work, "--baseline", file, "--write-baseline")[0] == 0
    work.remove("tests/test_features.py")
    code, text = run(work, "--baseline", file)
    assert code == 1
    assert f"--baseline {file}" in text
    names = ["unit-tests", "ci-runs-tests", "cd-deploys-pipeline"]
    accepted = [word for name in names for word in ("--accept", name)]
    assert run(work, "--baseline", file, *accepted, "--reason", "moved")[0] == 0
    assert run(work, "--baseline", file)[0] == 0


def test_the_base_of_the_platform(history, monkeypatch, tmp_path):
    work = history("github")
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"base": {"sha": work.git("rev-parse", "main")}}}))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    work.remove(".github/workflows/train.yml")
    code, text = run(work, "--format", "json")
    assert code == 1
    assert {item["practice"] for item in json.loads(text)["regressions"]} >= {"training-triggered"}
