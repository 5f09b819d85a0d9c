"""The JSON report: the contract of architecture section 7, every key always there."""

from __future__ import annotations

from typing import Any

from mlops.domain.assessment import (
    Assessment,
    Attainment,
    Comparison,
    Link,
    Next,
    Regression,
    Term,
    Verdict,
    Waiver,
)
from mlops.domain.facts import Location
from mlops.domain.rules import Catalog
from mlops.report.escape import json_text
from mlops.report.findings import waivers
from mlops.report.formats import Options

SCHEMA_VERSION = 1


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint as JSON text."""
    del catalog, options
    return json_text(document(assessment))


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate as JSON text."""
    del catalog, options
    return json_text(gate_document(comparison))


def document(assessment: Assessment) -> dict[str, Any]:
    """Return a lint as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": assessment.version,
        "edition": assessment.edition,
        "root": assessment.root,
        "revision": assessment.revision,
        "ml": assessment.ml,
        "ml_reason": assessment.ml_reason,
        "models": {name: _attainment(item) for name, item in assessment.models.items()},
        "practices": {name: _verdict(item) for name, item in assessment.verdicts.items()},
        "components": {
            name: {
                "folder": component.folder,
                "models": {key: _attainment(item) for key, item in component.models.items()},
                "practices": {key: _verdict(item) for key, item in component.verdicts.items()},
            }
            for name, component in assessment.components.items()
        },
        "traits": list(assessment.traits),
        "diagnostics": [
            {"path": item.path, "line": item.line, "message": item.message} for item in assessment.diagnostics
        ],
    }


def gate_document(comparison: Comparison) -> dict[str, Any]:
    """Return a gate as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "base": comparison.base_name,
        "head": comparison.head_name,
        "regressions": [_regression(item) for item in comparison.regressions],
        "config_changes": [
            {"path": item.path, "line": item.line, "message": item.message}
            for item in comparison.config_changes
        ],
        "warnings": [
            {"path": item.path, "line": item.line, "message": item.message} for item in comparison.warnings
        ],
        "waivers": [
            {"practice": item.practice, **(_waiver(item) or {})} for item in waivers(comparison.head)
        ],
    }


def _attainment(item: Attainment) -> dict[str, Any]:
    return {
        "level": item.level,
        "strict_level": item.strict_level,
        "possible_level": item.possible_level,
        "claimed_level": item.claimed_level,
        "waived_level": item.waived_level,
        "waived_strict_level": item.waived_strict_level,
        "attested_level": item.attested_level,
        "max_level": item.max_level,
        "progress": {"met": item.met, "of": item.of},
        "next": _next(item.next),
        "next_strict": _next(item.next_strict),
        "categories": None
        if item.categories is None
        else {
            name: {"level": category.level, "strict_level": category.strict_level, "held": category.held}
            for name, category in item.categories.items()
        },
    }


def _next(item: Next | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "level": item.level,
        "missing": [_term(term) for term in item.missing],
        "unknown": [_term(term) for term in item.unknown],
    }


def _term(term: Term) -> dict[str, Any]:
    if term.any:
        return {"any": [_term(part) for part in term.any]}
    if term.all:
        return {"all": [_term(part) for part in term.all]}
    return {"practice": term.practice, "needs": str(term.needs), "has": str(term.has)}


def _verdict(item: Verdict) -> dict[str, Any]:
    return {
        "strength": str(item.strength),
        "possible": str(item.possible),
        "status": item.status,
        "evidence": [
            {"path": e.path, "line": e.line, "message": e.message, "chain": _chain(e.chain)}
            for e in item.evidence
        ],
        "rejected": [
            {"path": r.path, "line": r.line, "reason": r.reason, "fake": r.fake} for r in item.rejected
        ],
        "unknown": [{"path": u.path, "line": u.line, "reason": u.reason} for u in item.unknown],
        "waiver": _waiver(item.waiver),
    }


def _chain(chain: tuple[Link, ...]) -> list[dict[str, Any]]:
    return [{"path": link.path, "line": link.line, "label": link.label} for link in chain]


def _waiver(item: Waiver | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {"reason": item.reason, "owner": item.owner, "until": item.until, "days_left": item.days_left}


def _regression(item: Regression) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "model": item.model,
        "practice": item.practice,
        "before": item.before,
        "after": item.after,
        "was": [_location(place) for place in item.was],
        "because": [_location(place) for place in item.because],
        "reason": item.reason,
        "component": item.component,
    }


def _location(place: Location) -> dict[str, Any]:
    return {"path": place.path, "line": place.line}
