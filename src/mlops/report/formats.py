"""The formats by name; each module is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from mlops.domain.assessment import Assessment
from mlops.domain.rules import Catalog
from mlops.report.paint import Paint

Renderer = Callable[[Assessment, Catalog, Paint, bool], str]

NAMES = ("text", "json")


def lint_renderer(name: str) -> Renderer:
    """Return the renderer of a format for a lint."""
    if name == "json":
        from mlops.report import json_  # noqa: PLC0415  only the formats asked for are loaded

        return lambda assessment, catalog, paint, verbose: json_.render(assessment)
    from mlops.report import text  # noqa: PLC0415

    return lambda assessment, catalog, paint, verbose: text.render(assessment, catalog, paint, verbose=verbose)
