"""GitHub expressions evaluated in three-valued logic: what the files do not tell stays unknown."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping

from mlops.domain.logic import Tri
from mlops.domain.record import dataclass, field, replace
from mlops.domain.regex import regex
from mlops.graph.ci.expression import Access, Call, Chain, Comparison, Literal, Name, Node, Not, parse
from mlops.graph.ci.values import (
    Choice,
    Object,
    Shape,
    Unknown,
    Value,
    contains_text,
    ends_with,
    equals,
    is_either,
    is_rare,
    lift,
    names,
    seldom,
    starts_with,
    to_number,
    to_text,
    truth,
)

STATUS_FUNCTIONS = frozenset({"success", "failure", "cancelled", "always"})

_MAX_JSON = 100_000
_MARK = regex(r"\$\{\{(.*?)\}\}", re.DOTALL)
_SLOT = regex(r"\{\{|\}\}|\{(\d+)\}")
_ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What names and status functions mean at one place."""

    contexts: Mapping[str, Value] = field(default_factory=dict)
    #: Values of success(), failure(), cancelled(); always() is true.
    status: Mapping[str, Value] = field(default_factory=dict)

    def also(self, **contexts: Value) -> Scope:
        """Return a scope with some contexts replaced."""
        return replace(self, contexts={**self.contexts, **contexts})


def evaluate(text: str, scope: Scope) -> Value:
    """Evaluate the text of one expression, without its `${{ }}`."""
    node = parse(text)
    return Unknown(frozenset({f"`{text.strip()}`"})) if node is None else _value(node, scope)


def substitute(text: str, scope: Scope) -> str:
    """Write the value in place of every `${{ }}` whose value is known; the others stay as written."""
    if "${{" not in text:
        return text

    def known(match: re.Match[str]) -> str:
        found = to_text(evaluate(match[1], scope))
        return match[0] if found is None else found

    return _MARK.sub(known, text)


def whole(text: str) -> str | None:
    """Return the expression of a text that is one `${{ }}` and nothing else."""
    match = _MARK.fullmatch(text)
    return match[1] if match else None


def template(text: str, scope: Scope) -> Value:
    """Return the value of a field: typed where it is one `${{ }}`, else a text."""
    inner = whole(text)
    if inner is not None:
        return evaluate(inner, scope)
    written = substitute(text, scope)
    return written if "${{" not in written else Unknown(frozenset({f"`{text.strip()[:80]}`"}))


def _value(node: Node, scope: Scope) -> Value:
    match node:
        case Literal():
            return node.value
        case Name(name):
            return scope.contexts.get(name, Unknown(frozenset({name})))
        case Access():
            return _access(node, scope)
        case Not(item):
            value = _value(item, scope)
            return True if seldom(value) or is_either(value) else lift(~truth(value), value)
        case Chain(sign, items):
            return _chain(sign, items, scope)
        case Comparison(sign, left, right):
            return _compare(sign, _value(left, scope), _value(right, scope))
        case Call(name, args):
            return _call(name, tuple(_value(arg, scope) for arg in args), scope)


def _chain(sign: str, items: tuple[Node, ...], scope: Scope) -> Value:
    """Return operands as JavaScript does; `decides` is the truth that ends the chain."""
    decides = Tri.NO if sign == "&&" else Tri.YES
    result = _value(items[0], scope)
    for item in items[1:]:
        known = truth(result)
        if known is decides:
            return result
        after = _value(item, scope)
        if known is ~decides and known is not Tri.UNKNOWN:
            result = after
            continue
        both = min(known, truth(after)) if sign == "&&" else max(known, truth(after))
        one, other = is_rare(result), is_rare(after)
        rare = (one or other) if sign == "&&" else (one and other) or (one and truth(after) is Tri.NO)
        result = Unknown(names(result, after), both, rare=rare and both is Tri.UNKNOWN)
    return result


def _compare(sign: str, left: Value, right: Value) -> Value:
    if is_either(left, right):
        # like `paths:` of an event: there are changes for which it holds
        return True
    if sign in {"==", "!="}:
        for one, other in ((left, right), (right, left)):
            if seldom(one) and other is False:
                return True if sign == "==" else Unknown(names(one), rare=True)
        same = equals(left, right)
        rare = is_rare(left, right)
        if sign == "==":
            return lift(same, left, right, rare=rare)
        return True if rare and same is Tri.UNKNOWN else lift(~same, left, right)
    partly = (Unknown, Choice, Shape)
    if isinstance(left, partly) or isinstance(right, partly):
        return Unknown(names(left, right))
    if isinstance(left, str) and isinstance(right, str):
        one, two = left.lower(), right.lower()
        return _ORDER[sign](float((one > two) - (one < two)), 0.0)
    return _ORDER[sign](to_number(left), to_number(right))


def _access(node: Access, scope: Scope) -> Value:
    value = _value(node.base, scope)
    path = node.base.name if isinstance(node.base, Name) else "…"
    for step in node.steps:
        if step is None:
            path += ".*"
            value = _star(value)
            continue
        key = _value(step, scope)
        path += f".{to_text(key) or '…'}"
        value = (
            tuple(_step(item, key, path) for item in value)
            if isinstance(value, tuple)
            else _step(value, key, path)
        )
    return value


def _star(value: Value) -> Value:
    if isinstance(value, Object):
        return tuple(value.items.values()) if value.rest is None else value.rest
    return value if isinstance(value, Unknown | tuple) else ()


def _step(value: Value, key: Value, path: str) -> Value:
    if isinstance(value, Unknown):
        return replace(value, names=frozenset({path}), truth=Tri.UNKNOWN)
    if not isinstance(value, Object):
        return None
    name = to_text(key)
    if name is None:
        return Unknown(names(key) or frozenset({path}))
    if name.lower() in value.items:
        return value.items[name.lower()]
    return None if value.rest is None else replace(value.rest, names=frozenset({path}))


def _call(name: str, args: tuple[Value, ...], scope: Scope) -> Value:
    if name == "always":
        return True
    if name in STATUS_FUNCTIONS:
        return scope.status.get(name, Unknown(frozenset({f"{name}()"})))
    if name in {"startswith", "endswith"} and len(args) == 2:
        return _predicate(starts_with if name == "startswith" else ends_with, args)
    if name == "contains" and len(args) == 2:
        return _contains(args)
    if name == "format" and args:
        return _format(args)
    if name == "join" and args and isinstance(args[0], tuple):
        parts = [to_text(item) for item in args[0]]
        glue = to_text(args[1]) if len(args) > 1 else ","
        known = [part for part in parts if part is not None]
        return glue.join(known) if glue is not None and len(known) == len(parts) else Unknown(names(*args))
    if name == "fromjson" and len(args) == 1:
        return _from_json(args[0])
    return Unknown(names(*args) or frozenset({f"{name}()"}))


def _predicate(test: Callable[[Value, str], Tri], args: tuple[Value, ...]) -> Value:
    wanted = to_text(args[1])
    if wanted is None:
        return Unknown(names(*args), rare=is_rare(*args))
    return lift(test(args[0], wanted), *args, rare=is_rare(args[0]))


def _contains(args: tuple[Value, ...]) -> Value:
    inside, wanted = args
    if is_either(inside):
        return True
    if not isinstance(inside, tuple):
        return _predicate(contains_text, args)
    answer = max((equals(item, wanted) for item in inside), default=Tri.NO)
    return lift(answer, *args, rare=is_rare(*inside))


def _format(args: tuple[Value, ...]) -> Value:
    choices = [index for index, arg in enumerate(args) if isinstance(arg, Choice) and len(arg.texts) > 1]
    if len(choices) == 1 and isinstance(choice := args[choices[0]], Choice):
        index = choices[0]
        filled_in = [_format((*args[:index], text, *args[index + 1 :])) for text in choice.texts]
        found = tuple(text for text in filled_in if isinstance(text, str))
        return Choice(found, choice.synonyms) if len(found) == len(filled_in) else Unknown(names(*args))
    texts = [to_text(arg) for arg in args]
    if texts[0] is None or None in texts:
        filled = texts[0] is not None and bool(_SLOT.sub("", texts[0]))
        return Unknown(names(*args), Tri.YES if filled else Tri.UNKNOWN)

    def slot(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        index = int(match[1][:4]) + 1
        return (texts[index] or "") if index < len(texts) else match[0]

    return _SLOT.sub(slot, texts[0])


def _from_json(value: Value) -> Value:
    text = to_text(value)
    if text is None:
        return value if is_either(value) else Unknown(names(value))
    try:
        return from_plain(json.loads(text)) if len(text) <= _MAX_JSON else Unknown()
    except (ValueError, RecursionError):
        return Unknown(frozenset({f"fromJSON('{text[:40]}')"}))


def from_plain(data: object) -> Value:
    """Turn parsed JSON into a value."""
    if isinstance(data, dict):
        return Object({str(key).lower(): from_plain(item) for key, item in data.items()})
    if isinstance(data, list):
        return tuple(from_plain(item) for item in data)
    if data is None or isinstance(data, bool | str):
        return data
    return to_number(str(data))
