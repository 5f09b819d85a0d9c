"""SARIF 2.1.0 for code scanning, within GitHub's limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.diagnostic import Diagnostic
from mlops.domain.rules import Catalog, Practice
from mlops.report.escape import cut, json_text
from mlops.report.findings import EXTRA_RULES, Finding, of_gate, of_lint, waiver_text
from mlops.report.formats import Options
from mlops.report.paint import clean

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: GitHub keeps the worst 5,000 results, shows 100 locations of a result, and takes 10,000 steps of flows a result.
_RESULTS, _LOCATIONS = 5000, 100
_SHORT, _LONG = 1000, 8000


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint as SARIF."""
    del options
    levels = {
        name: {"level": item.level, "max_level": item.max_level} for name, item in assessment.models.items()
    }
    found = of_lint(assessment, catalog)
    return json_text(
        _document("lint", assessment, catalog, found, assessment.diagnostics, {"models": levels})
    )


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate as SARIF."""
    found = of_gate(comparison, catalog, config_allowed=options.config_allowed)
    names = {"base": clean(comparison.base_name), "head": clean(comparison.head_name)}
    return json_text(_document("gate", comparison.head, catalog, found, comparison.warnings, names))


def _document(
    verb: str,
    assessment: Assessment,
    catalog: Catalog,
    found: Sequence[Finding],
    diagnostics: Iterable[Diagnostic],
    properties: dict[str, Any],
) -> dict[str, Any]:
    rules = [_rule(practice) for practice in catalog.practices.values()]
    rules += [_extra(name, text) for name, text in EXTRA_RULES.items()]
    index = {rule["id"]: position for position, rule in enumerate(rules)}
    driver = {
        "name": "mlops",
        "version": assessment.version,
        "semanticVersion": assessment.version,
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"mlops/{verb}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(diagnostics)],
        "results": [_result(item, index) for item in found[:_RESULTS]],
        "properties": {"edition": assessment.edition, **properties},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    notes = []
    for item in diagnostics:
        note: dict[str, Any] = {"level": "warning", "message": {"text": cut(clean(item.message), _SHORT)}}
        if item.path:
            note["locations"] = [_location(item.path, item.line)]
        notes.append(note)
    return {"executionSuccessful": True, "toolExecutionNotifications": notes[:_RESULTS]}


def _rule(practice: Practice) -> dict[str, Any]:
    refused = "".join(f"\n- {text}" for text in practice.not_evidence)
    snippet = f"\n\n```\n{practice.remedy.snippet.rstrip()}\n```" if practice.remedy.snippet else ""
    markdown = (
        f"{practice.why}\n\n**What counts.** {practice.definition}\n\n**What does not.**{refused}\n\n"
        f"**Remedy** ({practice.remedy.effort}). {practice.remedy.text}{snippet}"
    )
    rule = {
        "id": practice.id,
        "name": "".join(word.capitalize() for word in practice.id.split("-")),
        "shortDescription": {"text": cut(clean(practice.title), _SHORT)},
        "fullDescription": {"text": cut(clean(f"{practice.definition} {practice.why}"), _SHORT)},
        "help": {
            "text": cut(clean(f"{practice.definition} {practice.why} Remedy: {practice.remedy.text}"), _LONG),
            "markdown": cut(markdown, _LONG),
        },
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            "tags": ["mlops", practice.dimension, f"effort-{practice.remedy.effort}"],
            "precision": "high",
        },
    }
    if practice.references:
        rule["helpUri"] = practice.references[0]
    return rule


def _extra(name: str, text: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["mlops"]},
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    where = f"[{clean(finding.component)}] " if finding.component else ""
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.level,
        "message": {"text": cut(where + clean(finding.text), _LONG)},
        "locations": [_location(finding.path, finding.line)],
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint[:32]}:1"},
        "properties": {"state": finding.state},
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place.path, place.line, text)}
            for number, (place, text) in enumerate(finding.related[:_LOCATIONS], 1)
        ]
    if finding.chain:
        steps = [
            {"location": _location(link.path, link.line, link.label)} for link in finding.chain[:_LOCATIONS]
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.waiver is not None:
        said = cut(clean(waiver_text(finding.waiver)), _SHORT)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": said}]
    return result


def _location(path: str, line: int, text: str = "") -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(path)},
            "region": {"startLine": max(line, 1)},
        }
    }
    if text:
        place["message"] = {"text": cut(clean(text), _SHORT)}
    return place


def _uri(path: str) -> str:
    """Return a path as a relative URI reference: `a:b` must not look like a scheme, nor `//x` like a host."""
    return quote(path.lstrip("/").encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@") or "."
