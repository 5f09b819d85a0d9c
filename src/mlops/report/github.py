"""GitHub: annotations, worst first and within the limit that drops the rest silently."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.rules import Catalog
from mlops.report.findings import LEVELS, Finding, cut_off, of_gate, of_lint
from mlops.report.formats import Options
from mlops.report.goal import headline
from mlops.report.paint import clean
from mlops.report.way_out import outcome

#: GitHub shows ten annotations of a kind and step, and drops the rest.
_LIMIT = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint as annotations; what no level asks for is told only where something was refused."""
    found = [
        item for item in of_lint(assessment, catalog) if item.level != "note" or item.placed or item.waiver
    ]
    return _lines(found, options, headline(assessment, catalog))


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate as annotations."""
    found = of_gate(comparison, catalog, config_allowed=options.config_allowed)
    return _lines(found, options, outcome(comparison, options)[1])


def _lines(found: Sequence[Finding], options: Options, last: str) -> str:
    lines = []
    for level in LEVELS:
        some = [item for item in found if item.level == level]
        if level == "note":  # waivers in force are worth more than what nobody asks for
            some.sort(key=lambda item: item.waiver is None)
        command = "warning" if options.advisory and level == "error" else _COMMANDS[level]
        lines += [_annotation(command, item) for item in some[:_LIMIT]]
        if len(some) > _LIMIT:
            lines.append(cut_off(len(some), _LIMIT, _COMMANDS[level]))
    return "\n".join([*lines, clean(last)]) + "\n"


def _annotation(command: str, finding: Finding) -> str:
    properties = [f"file={_property(finding.path)}"]
    if finding.line:
        properties.append(f"line={finding.line}")
    where = f"{finding.component}: " if finding.component else ""
    properties.append(f"title={_property(f'mlops {where}{finding.rule}')}")
    return f"::{command} {','.join(properties)}::{_message(finding.text)}"


def _message(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
