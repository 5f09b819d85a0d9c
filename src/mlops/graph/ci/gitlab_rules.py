"""Whether GitLab adds a job or a pipeline for an event: `rules`, `only`, `except`, `when`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, items_of, text_of
from mlops.domain.logic import Tri, all_of
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.record import dataclass, field, replace
from mlops.graph.ci.gitlab_expression import UNKNOWN, Value
from mlops.graph.ci.gitlab_occasion import Occasion, changed, existing, holds
from mlops.graph.ci.gitlab_only import by_refs, line_of


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a job is added, and what the deciding rule says beside."""

    condition: Condition = ALWAYS
    when: str = ""
    allow_failure: Document | None = None
    needs: Document | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)
    #: Whether the job has `rules`: then `when: manual` blocks by default.
    ruled: bool = False


def decide(job: Map, occasion: Occasion) -> Decision:
    """Return whether a job is part of the pipeline that an event makes."""
    rules = job.get("rules")
    when = text_of(job.get("when"))
    if rules is not None:
        found = by_rules(rules, occasion, "job")
        return found if found.when else replace(found, when=when)
    condition = by_refs(job, occasion)
    if when == "never":
        line = line_of(job, "when")
        condition = Condition(Tri.NO, "the job is disabled by `when: never`", "F6", line)
    return Decision(condition, when)


def _flat(node: Document | None) -> Iterator[Map]:
    for item in items_of(node):
        if isinstance(item, Map):
            yield item
        elif isinstance(item, Seq):
            yield from _flat(item)


def by_rules(rules: Document, occasion: Occasion, what: str) -> Decision:
    """Return what the first rule that matches says; none means that there is no such job or pipeline."""
    left = Tri.YES
    live: list[tuple[Tri, Map]] = []
    dead: list[tuple[Tri, Map]] = []
    for rule in _flat(rules):
        never = text_of(rule.get("when")) == "never"
        matches = rule_matches(rule, occasion, never=never)
        taken, left = min(left, matches), min(left, ~matches)
        if taken is not Tri.NO:
            (dead if never else live).append((taken, rule))
        if left is Tri.NO:
            break
    if not live:
        return Decision(_refused(rules, dead, what), ruled=True)
    rule = live[0][1]
    variables = {key.text: _known(value) for key, value in (_entries(rule.get("variables")))}
    sure = left is Tri.NO and not dead
    condition = ALWAYS if sure else Condition(Tri.UNKNOWN, _doubt(live, dead), "", rule.line)
    return Decision(
        condition, text_of(rule.get("when")), rule.get("allow_failure"), rule.get("needs"), variables, True
    )


def _entries(node: Document | None) -> tuple[tuple[Scalar, Document], ...]:
    return node.items if isinstance(node, Map) else ()


def _known(node: Document) -> Value:
    """Return a variable's literal value; one that refers to others is unknown."""
    if isinstance(node, Map):
        node = node.get("value") or Scalar("", node.line)
    return UNKNOWN if not isinstance(node, Scalar) or "$" in node.text or node.tag == "unknown" else node.text


def file_variables(node: Document | None) -> dict[str, Value]:
    """Return the literal values of a `variables` block."""
    return {key.text: _known(value) for key, value in _entries(node)}


def _refused(rules: Document, dead: list[tuple[Tri, Map]], what: str) -> Condition:
    written = list(_flat(rules))
    if written and all(text_of(rule.get("when")) == "never" for rule in written):
        return Condition(
            Tri.NO, f"the {what} is disabled: every rule says `when: never`", "F6", written[0].line
        )
    rule = dead[0][1] if dead else Map((), 0)
    if _shown(rule):
        fake = "F6" if rule.get("exists") is not None else ""
        reason = f"the {what} is left out by the rule `{_shown(rule)}` with `when: never`"
        return Condition(Tri.NO, reason, fake, rule.line)
    return Condition(Tri.NO, f"no rule of the {what} admits this event", "", rules.line)


def _shown(rule: Map) -> str:
    return next(
        (f"{key}: {text_of(rule.get(key), '…')}" for key in ("if", "changes", "exists") if rule.key(key)), ""
    )


def _doubt(live: list[tuple[Tri, Map]], dead: list[tuple[Tri, Map]]) -> str:
    rule = next((rule for taken, rule in (*dead, *live) if taken is Tri.UNKNOWN), live[0][1])
    return f"whether the rule `{_shown(rule)}` holds cannot be told from the files"


def rule_matches(rule: Map, occasion: Occasion, *, never: bool = False) -> Tri:
    """Tell whether all clauses of a rule hold; `never` says that the rule takes the job away."""
    parts: list[Tri] = []
    condition = rule.get("if")
    if condition is not None:
        parts.append(holds(condition, occasion, never=never))
    if rule.get("changes") is not None:
        parts.append(changed(rule.get("changes"), occasion, never=never))
    if rule.get("exists") is not None:
        parts.append(existing(rule.get("exists"), occasion))
    return all_of(parts)
