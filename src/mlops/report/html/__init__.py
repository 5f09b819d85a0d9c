"""HTML: one file without scripts and requests, for screens in light and dark, for paper and for screen readers."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.rules import Catalog
from mlops.report.findings import diagnostic_text, no_ml, waiver_text, waivers
from mlops.report.formats import Options
from mlops.report.goal import headline
from mlops.report.html.chart import chart
from mlops.report.html.road import road, standing
from mlops.report.html.view import cards, component_table, evidence, matrices
from mlops.report.paint import clean
from mlops.report.way_out import commands, outcome


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint as one page."""
    return _page(assessment, catalog, advisory=options.advisory, gate=None)


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate as one page: what changed the rules and what was taken away, then the head as a lint shows it."""
    good, said = outcome(comparison, options)
    found = {
        "comparison": comparison,
        "good": good,
        "said": said,
        "config_allowed": options.config_allowed,
        "commands": [] if good else commands(comparison, options),
        "warnings": [diagnostic_text(item) for item in comparison.warnings],
    }
    return _page(comparison.head, catalog, advisory=options.advisory, gate=found)


def _page(assessment: Assessment, catalog: Catalog, *, advisory: bool, gate: dict[str, Any] | None) -> str:
    template = _environment().get_template("page.html")
    return template.render(
        assessment=assessment,
        catalog=catalog,
        advisory=advisory,
        gate=gate,
        headline=headline(assessment, catalog).rstrip("."),
        standing=standing(assessment, catalog),
        no_ml=None if assessment.ml else no_ml(assessment),
        cards=cards(assessment, catalog),
        chart=chart(assessment, catalog),
        matrices=matrices(assessment, catalog),
        road=road(assessment, catalog),
        scopes=evidence(assessment, catalog),
        components=component_table(assessment, catalog),
        waivers=[(item.practice, waiver_text(item)) for item in waivers(assessment)],
        traits=[catalog.statements[name] for name in assessment.traits if name in catalog.statements],
        diagnostics=[diagnostic_text(item) for item in assessment.diagnostics],
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader(__name__),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """Make hidden characters of the repository visible; only our own snippets keep their lines."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
