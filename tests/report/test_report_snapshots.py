"""Whole reports, as people and platforms get them."""

from __future__ import annotations

import pytest
import report_sample as sample

from mlops.report.formats import NAMES, Options, gate_renderer, lint_renderer
from mlops.report.paint import Paint

ENDS = {"text": "txt", "json": "json", "sarif": "sarif", "github": "txt", "gitlab": "json", "junit": "xml", "azure": "txt",
        "markdown": "md", "csv": "csv", "badge": "svg", "badge-json": "json", "html": "html"}  # fmt: skip


def test_every_format_is_known():
    assert {*ENDS, "auto"} == set(NAMES)


@pytest.mark.parametrize("name", ENDS)
def test_lint(name, snapshot):
    text = lint_renderer(name)(sample.TARGET, sample.CATALOG, Options(paint=Paint(), verbose=True))
    snapshot(f"report/lint-{name}.{ENDS[name]}", text)


@pytest.mark.parametrize("name", ENDS)
def test_gate(name, snapshot):
    text = gate_renderer(name)(sample.GATE, sample.CATALOG, Options())
    snapshot(f"report/gate-{name}.{ENDS[name]}", text)


@pytest.mark.parametrize("name", ["text", "markdown", "junit"])
def test_monorepo(name, snapshot):
    text = lint_renderer(name)(sample.MONOREPO, sample.CATALOG, Options())
    snapshot(f"report/monorepo-{name}.{ENDS[name]}", text)
