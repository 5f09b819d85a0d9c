"""JUnit XML: a suite for each dimension, a case for each practice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mlops.domain.assessment import Assessment, Comparison, Verdict
from mlops.domain.rules import Catalog
from mlops.report.escape import xml
from mlops.report.findings import Finding, of_gate, of_lint, scopes
from mlops.report.formats import Options


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint: what the goal lacks fails; what is waived or not asked for is skipped."""
    del options
    found = {(item.rule, item.component): item for item in of_lint(assessment, catalog)}
    suites = []
    for name, _, verdicts in scopes(assessment):
        dimensions = dict.fromkeys(practice.dimension for practice in catalog.practices.values())
        for dimension in dimensions:
            cases = _cases(name, dimension, verdicts, catalog, found)
            suites.append(_suite(f"{name} {dimension}".strip(), cases))
    rest = [item for item in found.values() if item.rule not in catalog.practices]
    if rest:
        suites.append(_suite("repository", [_case("mlops.repository", item.rule, item) for item in rest]))
    return _suites(suites)


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate: changes of the configuration first, then one case for each practice of the base."""
    found = of_gate(comparison, catalog, config_allowed=options.config_allowed)
    changes = [item for item in found if item.state == "configuration"]
    cases = [_case("mlops.gate.configuration", f"{item.path}: {item.message}", item) for item in changes]
    suites = [_suite("configuration", cases or [_case("mlops.gate.configuration", "unchanged", None)])]
    lost = [item for item in found if item.state != "configuration"]
    cases = [_case("mlops.gate", " ".join(filter(None, (item.component, item.rule))), item) for item in lost]
    hit = {item.rule for item in lost}
    cases += [_case("mlops.gate", name, None) for name in comparison.base.verdicts if name not in hit]
    return _suites([*suites, _suite("maturity", cases)])


_Case = tuple[str, str]


def _cases(
    scope: str,
    dimension: str,
    verdicts: Mapping[str, Verdict],
    catalog: Catalog,
    found: Mapping[tuple[str, str], Finding],
) -> list[_Case]:
    group = ".".join(filter(None, ("mlops", scope, dimension)))
    names = [name for name in verdicts if catalog.practices[name].dimension == dimension]
    return [_case(group, name, found.get((name, scope), found.get((name, "")))) for name in names]


def _case(group: str, name: str, finding: Finding | None) -> _Case:
    """Return the kind of a case (passed, failed, skipped) with its element."""
    head = f'    <testcase classname="{xml(group)}" name="{xml(name)}"'
    if finding is None:
        return "passed", f'{head} time="0"/>'
    line = f' line="{finding.line}"' if finding.line else ""
    head += f' file="{xml(finding.path)}"{line} time="0">'
    if finding.level == "note" or (finding.level == "warning" and finding.state == "unknown"):
        return "skipped", f'{head}\n      <skipped message="{xml(finding.message)}"/>\n    </testcase>'
    body = "\n".join(
        [xml(f"{finding.path}:{finding.line} {finding.message}"), *_chain(finding), xml(finding.remedy)]
    )
    kind = f'type="{xml(finding.state)}"'
    failure = f'      <failure message="{xml(finding.message)}" {kind}>{body}</failure>'
    return "failed", f"{head}\n{failure}\n    </testcase>"


def _chain(finding: Finding) -> Iterable[str]:
    return [xml(f"- {link.path}:{link.line} {link.label}") for link in finding.chain]


def _suite(name: str, cases: Sequence[_Case]) -> tuple[Sequence[_Case], str]:
    body = "\n".join(element for _, element in cases)
    return cases, f'  <testsuite name="{xml(name)}" {_counts(cases)}>\n{body}\n  </testsuite>'


def _suites(suites: Sequence[tuple[Sequence[_Case], str]]) -> str:
    cases = [case for some, _ in suites for case in some]
    body = "\n".join(element for _, element in suites)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<testsuites name="mlops" {_counts(cases)}>\n{body}\n</testsuites>\n'


def _counts(cases: Sequence[_Case]) -> str:
    kinds = [kind for kind, _ in cases]
    failed, skipped = kinds.count("failed"), kinds.count("skipped")
    return f'tests="{len(kinds)}" failures="{failed}" errors="0" skipped="{skipped}" time="0"'
