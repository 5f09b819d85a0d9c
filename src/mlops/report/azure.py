"""Azure Pipelines: logging commands, worst first; the summary is the Markdown report, uploaded by the command."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.rules import Catalog
from mlops.report.findings import Finding, cut_off, of_gate, of_lint
from mlops.report.formats import Options
from mlops.report.goal import headline
from mlops.report.paint import clean
from mlops.report.way_out import outcome

#: The agent keeps ten issues of a type and step.
_LIMIT = 10
_ESCAPES = {"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"}


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint as logging commands; Azure knows no notes, so waivers are plain lines."""
    return _lines(of_lint(assessment, catalog), options, headline(assessment, catalog))


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate as logging commands."""
    found = of_gate(comparison, catalog, config_allowed=options.config_allowed)
    return _lines(found, options, outcome(comparison, options)[1])


def upload_summary(path: str) -> str:
    """Return the command that attaches a Markdown file to the run."""
    return f"##vso[task.uploadsummary]{_escaped(path, '%')}"


def _lines(found: Sequence[Finding], options: Options, last: str) -> str:
    lines = []
    for level in ("error", "warning"):
        some = [item for item in found if item.level == level]
        kind = "warning" if options.advisory else level
        lines += [_issue(kind, item) for item in some[:_LIMIT]]
        if len(some) > _LIMIT:
            lines.append(cut_off(len(some), _LIMIT, level))
    lines += [clean(f"{item.component} {item.rule}: {item.message}".strip()) for item in found if item.waiver]
    return "\n".join([*lines, clean(last)]) + "\n"


def _issue(kind: str, finding: Finding) -> str:
    values = {
        "type": kind,
        "sourcepath": finding.path,
        "linenumber": str(finding.line or ""),
        "code": finding.rule,
    }
    properties = ";".join(f"{key}={_escaped(value, '%;]')}" for key, value in values.items() if value)
    where = f"{finding.component}: " if finding.component else ""
    return f"##vso[task.logissue {properties}]{_escaped(where + finding.text, '%')}"


def _escaped(text: str, special: str) -> str:
    return "".join(_ESCAPES[letter] if letter in special else letter for letter in clean(text))
