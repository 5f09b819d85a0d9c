"""The formats by name; each module is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.record import dataclass, field
from mlops.domain.rules import Catalog
from mlops.report.paint import Paint

#: Format -> module of this package; each has `lint` and `gate`.
_MODULES = {
    "text": "text",
    "json": "json_",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "azure": "azure",
    "markdown": "markdown",
    "csv": "csv_",
    "badge": "badge",
    "badge-json": "shield",
    "html": "html",
}
NAMES = (*_MODULES, "auto")


@dataclass(frozen=True, slots=True)
class Options:
    """How a report is written. `advisory` tells that nothing fails, `config_allowed` that changes of rules do not."""

    paint: Paint = field(default_factory=Paint)
    verbose: bool = False
    advisory: bool = False
    config_allowed: bool = False


LintRenderer = Callable[[Assessment, Catalog, Options], str]
GateRenderer = Callable[[Comparison, Catalog, Options], str]


def lint_renderer(name: str) -> LintRenderer:
    """Return the renderer of a format for a lint."""
    renderer: LintRenderer = importlib.import_module(f"mlops.report.{_MODULES[name]}").lint
    return renderer


def gate_renderer(name: str) -> GateRenderer:
    """Return the renderer of a format for a gate."""
    renderer: GateRenderer = importlib.import_module(f"mlops.report.{_MODULES[name]}").gate
    return renderer
