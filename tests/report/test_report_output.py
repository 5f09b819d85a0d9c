"""Where reports go: files, standard output, summaries of the platforms."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import click
import pytest
import report_sample as sample

from mlops.cli import output
from mlops.errors import MlopsError


@pytest.fixture(autouse=True)
def _no_platform(monkeypatch):
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "GITHUB_STEP_SUMMARY", "AGENT_TEMPDIRECTORY"):
        monkeypatch.delenv(name, raising=False)


def _write(formats, outputs=(), **more):
    output.write_lint(sample.TARGET, sample.CATALOG, formats, outputs, verbose=False, **more)


def test_one_run_writes_all_formats(tmp_path, capsys):
    paths = [tmp_path / "deep" / "a.sarif", Path("-"), tmp_path / "c.html"]
    _write(["sarif", "csv", "html", "text"], paths)
    assert json.loads(paths[0].read_text())["version"] == "2.1.0"
    assert paths[2].read_text().startswith("<!doctype html>")
    printed = capsys.readouterr().out
    assert printed.startswith("practice,component,")
    assert "\nmlops 1.2.3" in printed


def test_text_is_the_default(capsys):
    _write([])
    assert capsys.readouterr().out.startswith("mlops 1.2.3")


@pytest.mark.parametrize(
    ("environment", "printed", "name"),
    [
        ({}, True, "text"),
        ({"GITHUB_ACTIONS": "true", "CI": "true"}, True, "github"),
        ({"GITLAB_CI": "true", "CI": "true"}, False, "gitlab"),
        ({"GITLAB_CI": "true", "CI": "true"}, True, "text"),
        ({"TF_BUILD": "True"}, True, "azure"),
        ({"CI": "true"}, False, "text"),
    ],
)
def test_auto_takes_the_platform(environment, printed, name):
    assert output.platform_format(environment, printed=printed) == name


def test_github_gets_its_summary(tmp_path, monkeypatch, capsys):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    _write(["auto"], advisory=True)
    assert summary.read_text().startswith("before\n## MLOps maturity: Google level 0 of 2, target 2\n")
    assert "ADVISORY" in summary.read_text()
    assert "::error" not in capsys.readouterr().out


def test_a_full_summary_is_left_alone(tmp_path, monkeypatch):
    summary = tmp_path / "summary.md"
    summary.write_text("x" * 1_048_570)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    _write(["github"])
    assert summary.stat().st_size <= 1_048_576


def test_other_formats_write_no_summary(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    _write(["sarif"])
    assert not (tmp_path / "summary.md").exists()


def test_azure_attaches_its_summary(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TF_BUILD", "True")
    monkeypatch.setenv("AGENT_TEMPDIRECTORY", str(tmp_path))
    _write(["auto"])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"##vso[task.uploadsummary]{tmp_path}/mlops-lint.md"
    assert (tmp_path / "mlops-lint.md").read_text().startswith("## MLOps maturity")


def test_the_summary_of_a_gate_does_not_overwrite_that_of_a_lint(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TF_BUILD", "True")
    monkeypatch.setenv("AGENT_TEMPDIRECTORY", str(tmp_path))
    _write(["auto"])
    output.write_gate(sample.GATE, sample.CATALOG, ["auto"], [])
    attached = [line for line in capsys.readouterr().out.splitlines() if "uploadsummary" in line]
    assert len(set(attached)) == 2
    assert len(list(tmp_path.glob("*.md"))) == 2


def test_gate_says_advisory_and_allowed(capsys):
    output.write_gate(sample.GATE, sample.CATALOG, ["text"], [], advisory=True, config_allowed=True)
    printed = capsys.readouterr().out
    assert "ADVISORY" in printed
    assert "(allowed)" in printed


def test_a_file_that_cannot_be_written_is_a_clear_error(tmp_path):
    with pytest.raises(MlopsError, match="cannot be written"):
        _write(["text"], [tmp_path])


@pytest.mark.parametrize(("formats", "outputs"), [(["txt"], []), (["text"], [Path("a"), Path("b")])])
def test_wrong_use(formats, outputs):
    with pytest.raises(click.UsageError):
        _write(formats, outputs)


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab"])
def test_json_survives_a_console_without_unicode(monkeypatch, name):
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    output.write_lint(sample.hostile(), sample.CATALOG, [name], [], verbose=False)
    out.flush()
    assert json.loads(out.buffer.getvalue())
