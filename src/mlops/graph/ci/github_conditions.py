"""The `if` of a GitHub job or step, judged for one event."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.document import Document, Scalar
from mlops.domain.logic import Tri, tri
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.record import dataclass, replace
from mlops.domain.regex import regex
from mlops.graph.ci.evaluation import STATUS_FUNCTIONS, Scope, evaluate, template, whole
from mlops.graph.ci.expression import Literal, calls, parse
from mlops.graph.ci.values import Value, lift, names, truth

_INNER = regex(r"\$\{\{(.*?)\}\}", re.DOTALL)
_FALSE_WORDS = frozenset({"false", "0", "no", "off", "null"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something runs, and whether it does so after a failure too."""

    condition: Condition = ALWAYS
    after_failure: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """The scopes in which a condition is looked at."""

    #: All that came before went well.
    ordinary: Scope
    #: Something before has failed.
    failing: Scope
    #: Steps whose failure is forgiven have failed.
    forgiven: Scope | None = None
    #: The event, for reasons.
    label: str = ""


def both(first: Condition, second: Condition) -> Condition:
    """Return the weaker condition; of equals the first that has a reason."""
    if first.value != second.value:
        return min(first, second, key=lambda condition: condition.value)
    return first if first.reason or not second.reason else second


def judge(node: Document | None, situation: Situation, blocked: Condition = ALWAYS) -> Verdict:
    """Judge an `if`; `blocked` tells whether all that it needs runs, which is what `success()` returns."""
    if not isinstance(node, Scalar) or not node.text.strip():
        return Verdict(blocked)
    text, line = node.text, node.line
    inner = whole(text)
    if "${{" in text and inner is None:
        return _mixed(text, line, blocked)
    inner = text if inner is None else inner
    tree = parse(inner)
    if tree is None:
        return Verdict(
            both(blocked, Condition(Tri.UNKNOWN, f"its condition `{_short(text)}` cannot be read", "", line))
        )
    if isinstance(tree, Literal) and isinstance(tree.value, str) and tree.value.lower() in _FALSE_WORDS:
        doubt = f"its condition `{_short(text)}` is a text, which not every reader takes for true"
        return Verdict(both(blocked, Condition(Tri.UNKNOWN, doubt, "", line)))
    implicit = STATUS_FUNCTIONS.isdisjoint(calls(tree))
    answers = _answers(inner, situation, blocked.value, implicit=implicit)
    own = max(answers.values(), key=truth)
    after = truth(answers["ordinary"]) is Tri.NO or (not implicit and truth(answers["failing"]) is not Tri.NO)
    value = truth(own)
    if value is Tri.YES:
        condition = replace(ALWAYS, line=line)
    elif value is Tri.UNKNOWN:
        reason = f"its condition `{_short(text)}` depends on {', '.join(sorted(names(own))) or 'what the files do not tell'}"
        condition = Condition(value, reason, "", line)
    else:
        reason = f"its condition `{_short(text)}` never holds for {situation.label}"
        if isinstance(tree, Literal):
            reason = f"it is disabled by `if: {_short(text)}`"
        condition = Condition(value, reason, "F6", line)
    if implicit:
        condition = both(condition, blocked)
    elif value is Tri.NO and blocked.value is Tri.NO:
        condition = blocked
    return Verdict(condition, after and value is not Tri.NO)


def _answers(text: str, situation: Situation, blocked: Tri, *, implicit: bool) -> dict[str, Value]:
    """Evaluate in every scope that the condition can be met in."""

    def value(scope: Scope, success: Value, *, failure: bool = False, cancelled: bool = False) -> Value:
        status: Mapping[str, Value] = {"success": success, "failure": failure, "cancelled": cancelled}
        return evaluate(text, replace(scope, status=status))

    met = lift(blocked)
    found = {"ordinary": value(situation.ordinary, met)}
    if situation.forgiven is not None:
        found["forgiven"] = value(situation.forgiven, met)
    if not implicit:
        found["failing"] = value(situation.failing, success=False, failure=True)
        found["cancelled"] = value(situation.ordinary, success=False, cancelled=True)
    return found


def _mixed(text: str, line: int, blocked: Condition) -> Verdict:
    """Judge a text around `${{ }}`: GitHub formats it to a text, and a text is true."""
    called = {name for inner in _INNER.findall(text) for name in calls(parse(inner))}
    reason = f"its condition `{_short(text)}` mixes text with `${{{{ }}}}` and is therefore always true"
    always = Condition(Tri.YES, reason, "", line)
    if STATUS_FUNCTIONS.isdisjoint(called):
        return Verdict(both(always, blocked))
    return Verdict(always, after_failure=True)


def flag(node: Document | None, scope: Scope) -> tuple[Tri, frozenset[str]]:
    """Return a boolean field such as `continue-on-error`, and what it depends on."""
    if not isinstance(node, Scalar):
        return Tri.NO, frozenset()
    value = template(node.text, scope)
    if isinstance(value, str):
        return tri(value.strip().lower() == "true"), frozenset()
    return truth(value), names(value)


def stops(node: Document | None, scope: Scope) -> Condition:
    """Tell from `continue-on-error` whether a failure counts."""
    if not isinstance(node, Scalar):
        return ALWAYS
    forgiven, depends = flag(node, scope)
    if forgiven is Tri.NO:
        return ALWAYS
    if forgiven is Tri.YES:
        return Condition(Tri.NO, "its failure is forgiven by `continue-on-error`", "F5", node.line)
    reason = f"whether its failure is forgiven depends on {', '.join(sorted(depends)) or 'an expression'}"
    return Condition(Tri.UNKNOWN, reason, "", node.line)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:97]}..."
