"""What a report finds fault with, in one shape for the formats that list findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mlops.domain.assessment import (
    Assessment,
    Attainment,
    Comparison,
    Link,
    Regression,
    Rejection,
    Term,
    Unknown,
    Verdict,
    Waiver,
)
from mlops.domain.diagnostic import Diagnostic
from mlops.domain.facts import Location
from mlops.domain.record import dataclass, replace
from mlops.domain.rules import Catalog
from mlops.report.goal import goal, goal_level, leaves

#: Levels, worst first.
LEVELS = ("error", "warning", "note")
#: Rules of findings that are about no practice, with their descriptions.
EXTRA_RULES = {
    "configuration-changed": "The change alters what judges it: configuration, waivers, own rules or the gate itself.",
    "level-lowered": "The change lowers the maturity level.",
    "machine-learning-found": "First-party code trains a model or predicts with one.",
}
#: Refusals that say little: nothing reaches it, only tests do it, only documents say it.
_WEAK = frozenset({"", "F8", "F9", "F22"})
#: Where a finding goes in a repository without any file.
_NOWHERE = ".mlops.yaml"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `state` is missing, partial, unknown, waived, regression, undecided or configuration."""

    rule: str
    level: str
    state: str
    message: str
    path: str
    line: int = 0
    #: The place is where something was refused or is undecided, not merely where a report puts what has none.
    placed: bool = False
    remedy: str = ""
    chain: tuple[Link, ...] = ()
    #: Further places, each with what it says.
    related: tuple[tuple[Location, str], ...] = ()
    component: str = ""
    waiver: Waiver | None = None
    #: What tells this finding from another of the same rule and component; never a line number.
    key: str = ""

    @property
    def fingerprint(self) -> str:
        """Return what stays the same while the finding lasts, wherever its lines move."""
        parts = ("mlops", self.rule, self.component, self.key)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def text(self) -> str:
        """Return the message with the remedy."""
        return f"{self.message} {self.remedy}".strip()


def of_lint(assessment: Assessment, catalog: Catalog) -> list[Finding]:
    """Return what the target (or the next level) lacks, then as notes what else is not met; worst first."""
    found: list[Finding] = []
    if assessment.target is not None and not assessment.ml:
        found.append(
            _at_home(
                assessment,
                Finding("machine-learning-found", "error", "missing", f"{no_ml(assessment)} A target level cannot be reached.", ""),
            )
        )  # fmt: skip
    for name, models, verdicts in scopes(assessment):
        item = models[assessment.model]
        needed = dict(_needed(assessment, catalog, item, verdicts))
        for verdict in verdicts.values():
            per_component = not name or catalog.practices[verdict.practice].per_component
            if verdict.status == "met" and verdict.practice not in needed:
                continue
            finding = _of_verdict(assessment, catalog, verdict, needed.get(verdict.practice))
            found.append(replace(finding, component=name if per_component else ""))
    unique = {(item.rule, item.component): item for item in sorted(found, key=_rank, reverse=True)}
    return sorted(unique.values(), key=_rank)


def of_gate(comparison: Comparison, catalog: Catalog, *, config_allowed: bool = False) -> list[Finding]:
    """Return the changes of the configuration, then what the change took away, then waivers in force as notes."""
    level = "warning" if config_allowed else "error"
    found = [
        Finding(
            "configuration-changed",
            level,
            "configuration",
            f"Changes what judges: {change.message.rstrip('.')}.",
            change.path or _home(comparison.head),
            change.line,
            placed=bool(change.path),
            remedy=""
            if config_allowed
            else "Allow it with --allow-config-change, or take it out of this change.",
            key=f"{change.path}\0{change.message}",
        )
        for change in comparison.config_changes
    ]
    found += [_of_regression(comparison, catalog, item) for item in comparison.regressions]
    notes = [item for item in of_lint(comparison.head, catalog) if item.state == "waived"]
    return found + notes


def no_ml(assessment: Assessment) -> str:
    """Return why a repository gets no levels."""
    if assessment.ml_reason == "hosted-model":
        return "No machine learning found: the code only calls a model that somebody else hosts."
    return "No machine learning found: no first-party code trains a model or predicts with one."


def scopes(
    assessment: Assessment,
) -> list[tuple[str, Mapping[str, Attainment], Mapping[str, Verdict]]]:
    """Return what is judged on its own: the components, or the repository as the one called ""."""
    if assessment.components:
        return [(part.name, part.models, part.verdicts) for part in assessment.components.values()]
    return [("", assessment.models, assessment.verdicts)]


def waivers(assessment: Assessment) -> list[Waiver]:
    """Return the waivers in force, each once."""
    found = {
        verdict.waiver: None
        for _, _, verdicts in scopes(assessment)
        for verdict in verdicts.values()
        if verdict.waiver is not None
    }
    return list(found)


def waiver_text(waiver: Waiver) -> str:
    """Return a waiver in one sentence."""
    days = "1 day" if waiver.days_left == 1 else f"{waiver.days_left} days"
    return f"Waived by {waiver.owner or 'nobody'} until {waiver.until}, {days} left: {waiver.reason}"


def most_telling(rejected: Sequence[Rejection]) -> Rejection | None:
    """Return the refused evidence that tells most: a known fake before what is merely not reached."""
    return min(rejected, key=lambda item: item.fake in _WEAK, default=None)


def diagnostic_text(item: Diagnostic) -> str:
    """Return a diagnostic with its place."""
    return f"{Location(item.path, item.line)} {item.message}" if item.path else item.message


def cut_off(count: int, shown: int, noun: str = "finding") -> str:
    """Return the sentence that tells how many are not shown."""
    rest = count - shown
    return f"{rest} more {noun}{'' if rest == 1 else 's'} not shown here; `mlops lint --verbose` lists all."


def _needed(
    assessment: Assessment, catalog: Catalog, item: Attainment, verdicts: Mapping[str, Verdict]
) -> Iterator[tuple[str, tuple[Term, tuple[str, ...], str]]]:
    """Yield the practices that the goal lacks, with the term, its alternatives and who asks."""
    following = goal(assessment, catalog, item, verdicts)
    if following is None:
        return
    strict = " strict" if assessment.strict else ""
    asks = f"{catalog.models[item.model].name} level {goal_level(assessment, item)}{strict}"
    for term in (*following.unknown, *following.missing):
        for leaf, others in leaves(term):
            if leaf.has < leaf.needs:
                yield leaf.practice, (leaf, others, asks)


def _of_verdict(
    assessment: Assessment,
    catalog: Catalog,
    verdict: Verdict,
    needed: tuple[Term, tuple[str, ...], str] | None,
) -> Finding:
    practice = catalog.practices[verdict.practice]
    wanted = practice.satisfied_at if needed is None else needed[0].needs
    words = [f"Not proved: {practice.title}.", f"Strength {verdict.strength}, needs {wanted}."]
    if needed is not None:
        words.append(f"{needed[2]} asks for it" + (f" (or {', '.join(needed[1])})." if needed[1] else "."))
    state = verdict.status if verdict.status != "met" else "partial"
    if state != "waived" and verdict.possible >= wanted:
        state = "unknown"
    finding = Finding(
        verdict.practice, _level(assessment, state, needed), state, "", "", remedy=practice.remedy.text
    )
    finding, why = _placed(assessment, verdict, finding)
    if verdict.waiver is not None and state == "waived":
        words.append(f"{waiver_text(verdict.waiver)}.")
        finding = replace(finding, waiver=verdict.waiver, remedy="")
        if verdict.waiver.path:
            finding = replace(
                finding, path=verdict.waiver.path, line=verdict.waiver.line, placed=True, chain=()
            )
    return replace(finding, message=" ".join(words + ([why] if why else [])))


def _level(assessment: Assessment, state: str, needed: object) -> str:
    """An error keeps the target from being reached; without a target nothing fails, so nothing is an error."""
    if needed is None or state == "waived":
        return "note"
    return "error" if assessment.target is not None else "warning"


def _placed(assessment: Assessment, verdict: Verdict, finding: Finding) -> tuple[Finding, str]:
    """Put a finding at what is undecided, else at the best refused evidence, else where the configuration is."""
    undecided = verdict.unknown[0] if verdict.unknown and finding.state == "unknown" else None
    refused = most_telling(verdict.rejected)
    related = _places(item for item in verdict.unknown if item is not undecided)
    related += _places(item for item in verdict.rejected if item is not refused)
    if undecided is not None and undecided.path:
        if refused is not None:
            related = ((Location(refused.path, refused.line), refused.reason), *related)
        at = replace(finding, path=undecided.path, line=undecided.line, placed=True, related=related)
        return at, f"Undecided: {undecided.reason}."
    if refused is not None and refused.path:
        at = replace(
            finding, path=refused.path, line=refused.line, placed=True, chain=refused.chain, related=related
        )
        return at, f"Refused: {refused.reason}{f' [{refused.fake}]' if refused.fake else ''}."
    return _at_home(assessment, replace(finding, related=related)), ""


def _places(items: Iterable[Rejection | Unknown]) -> tuple[tuple[Location, str], ...]:
    return tuple((Location(item.path, item.line), item.reason) for item in items if item.path)


def _at_home(assessment: Assessment, finding: Finding) -> Finding:
    return replace(finding, path=_home(assessment))


def _home(assessment: Assessment) -> str:
    return assessment.config_path or assessment.first_path or _NOWHERE


def _of_regression(comparison: Comparison, catalog: Catalog, item: Regression) -> Finding:
    model = catalog.models[item.model].name if item.model in catalog.models else item.model
    why = f" ({item.reason.rstrip('.')})" if item.reason else ""
    if item.kind == "level":
        words = [f"{model} level falls from {item.before} to {item.after}{why}."]
    elif item.kind == "undecided":
        words = [f"{item.practice} was {item.before} and cannot be decided any more{why}."]
    else:
        words = [f"{item.practice} falls from {item.before} to {item.after}{why}."]
    if item.was:
        words.append(f"Proved before by {', '.join(map(str, item.was[:3]))} in {comparison.base_name}.")
    remedy = (
        "Undo what took it away, or waive the practice with a reason and an end." if item.practice else ""
    )
    place = item.because[0] if item.because else Location(_home(comparison.head))
    return Finding(
        item.practice or "level-lowered",
        "error",
        "undecided" if item.kind == "undecided" else "regression",
        " ".join(words),
        place.path or _home(comparison.head),
        place.line,
        placed=bool(item.because),
        remedy=remedy,
        related=tuple((other, "took it away, too") for other in item.because[1:]),
        component=item.component,
        key=f"{item.kind}\0{item.model}",
    )


def _rank(finding: Finding) -> tuple[int, bool, bool]:
    return LEVELS.index(finding.level), finding.state == "unknown", not finding.placed
