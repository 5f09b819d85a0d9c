"""The badge as data for the endpoint of shields.io."""

from __future__ import annotations

from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.rules import Catalog
from mlops.report.badge import badge
from mlops.report.escape import json_text
from mlops.report.formats import Options


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return the level of the chosen model as a shields endpoint."""
    del options
    item = badge(assessment, catalog)
    return json_text(
        {"schemaVersion": 1, "label": item.label, "message": item.value, "color": item.colour_name}
    )


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return the level of the head as a shields endpoint."""
    return lint(comparison.head, catalog, options)
