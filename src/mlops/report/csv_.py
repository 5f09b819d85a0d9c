"""CSV: a row for each practice (lint) or each loss (gate), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from mlops.domain.assessment import Assessment, Comparison, Verdict
from mlops.domain.facts import Location
from mlops.domain.rules import Catalog
from mlops.report.findings import Finding, of_gate, of_lint, scopes
from mlops.report.formats import Options
from mlops.report.paint import clean

_LINT = ("practice", "component", "dimension", "status", "strength", "possible", "satisfied_at", "needed", "path",
         "line", "message", "refused", "undecided", "waiver_reason", "waiver_owner", "waiver_until",
         "waiver_days_left")  # fmt: skip
_GATE = ("rule", "component", "state", "level", "path", "line", "message", "waiver_days_left")
#: What spreadsheets take for a formula at the start of a cell, in ASCII and full width.
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint, one row a practice and component."""
    del options
    needed = {(item.rule, item.component) for item in of_lint(assessment, catalog) if item.level != "note"}
    rows = [
        _row(name, verdict, catalog, (verdict.practice, name) in needed or (verdict.practice, "") in needed)
        for name, _, verdicts in scopes(assessment)
        for verdict in verdicts.values()
    ]
    return _table(_LINT, rows)


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate, changes of the configuration first."""
    found = of_gate(comparison, catalog, config_allowed=options.config_allowed)
    return _table(_GATE, [_loss(item) for item in found])


def _row(scope: str, verdict: Verdict, catalog: Catalog, needed: bool) -> Sequence[object]:
    practice = catalog.practices[verdict.practice]
    first = verdict.evidence[0] if verdict.evidence else None
    waiver = verdict.waiver
    return (
        verdict.practice,
        scope,
        practice.dimension,
        verdict.status,
        verdict.strength,
        verdict.possible,
        practice.satisfied_at,
        "yes" if needed else "no",
        first.path if first else "",
        first.line if first else "",
        first.message if first else "",
        "; ".join(f"{Location(item.path, item.line)} {item.reason}" for item in verdict.rejected[:5]),
        "; ".join(f"{Location(item.path, item.line)} {item.reason}" for item in verdict.unknown[:5]),
        *((waiver.reason, waiver.owner, waiver.until, waiver.days_left) if waiver else ("", "", "", "")),
    )


def _loss(item: Finding) -> Sequence[object]:
    days = item.waiver.days_left if item.waiver else ""
    return (item.rule, item.component, item.state, item.level, item.path, item.line, item.message, days)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([value if isinstance(value, int) and type(value) is int else _cell(str(value)) for value in row]
                     for row in rows)  # fmt: skip
    return out.getvalue()


def _cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = clean(text)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
