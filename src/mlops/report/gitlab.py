"""GitLab Code Quality: an array of findings for the widget of the merge request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.rules import Catalog
from mlops.report.escape import cut, json_text
from mlops.report.findings import Finding, of_gate, of_lint
from mlops.report.formats import Options
from mlops.report.paint import clean

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}
_LONG = 2000


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint as Code Quality."""
    del options
    return json_text(_issues(of_lint(assessment, catalog)))


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate as Code Quality; what fails it is critical."""
    found = of_gate(comparison, catalog, config_allowed=options.config_allowed)
    return json_text(_issues(found, {**_SEVERITIES, "error": "critical"}))


def _issues(found: Sequence[Finding], severities: dict[str, str] = _SEVERITIES) -> list[dict[str, Any]]:
    return [
        {
            "description": cut(_description(item), _LONG),
            "check_name": item.rule,
            "fingerprint": item.fingerprint,
            "severity": severities[item.level],
            "location": {"path": _path(item.path), "lines": {"begin": max(item.line, 1)}},
        }
        for item in found
    ]


def _description(finding: Finding) -> str:
    return clean(f"[{finding.component}] {finding.text}" if finding.component else finding.text)


def _path(path: str) -> str:
    """Return a path as GitLab can match it: the file's own name in UTF-8, bytes that are none replaced."""
    return path.removeprefix("./").encode("utf-8", "replace").decode()
