"""Walk calls and operators, and gather the handlers of all expressions."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from mlops.facts.python import literals, targets, values
from mlops.facts.python.grammar import CALL, COMMENT, IDENTIFIER, KEYWORD, kinds
from mlops.facts.python.names import (
    EXPRESSIONS,
    attribute,
    each,
    evaluate,
    identifier,
    key,
    record_check,
    subscript,
    target,
)
from mlops.facts.python.state import Arm, CallRecord, Deps, Walk

_SPLAT = kinds("list_splat", "dictionary_splat")
_GENERATOR = kinds("generator_expression")
_BINARY = kinds("binary_operator", "boolean_operator")

#: Methods that put their arguments into what they are called on.
_MUTATORS = frozenset({"append", "extend", "add", "update", "insert", "setdefault", "appendleft", "put"})
#: Calls that check something without "assert" in their name, and the roots of functions that check their arguments.
_EXPECTING = frozenset({"pytest.raises", "pytest.warns", "pytest.fail", "self.fail"})
_TESTING = ("np.", "numpy.", "pd.", "pandas.", "torch.", "tf.", "tensorflow.", "testing.", "polars.", "pl.", "tm.",
            "jnp.", "chex.", "xr.", "npt.")  # fmt: skip


def _call(walk: Walk, node: Node) -> str:
    children = node.children
    callee, given = children[0], children[-1]
    outer = walk.deps
    deps: Deps = []
    walk.deps = deps
    if callee.kind_id in IDENTIFIER:
        symbol = walk.text[callee.start_byte : callee.end_byte]
        deps.append(symbol)
    else:
        symbol = target(walk, callee)
        if not symbol or literals.is_literal(symbol):
            symbol = "?"
        elif callee.kind_id in CALL:
            symbol += ".__call__"
    receiver = len(deps)
    args: list[str] = []
    keywords: list[tuple[str, str]] = []
    if given.kind_id in _GENERATOR:
        args.append(targets.comprehension(walk, given))
    else:
        _arguments(walk, given, args, keywords)
    walk.deps = outer
    calls = walk.calls
    index = len(calls)
    outer.append(index)
    scope = walk.scope
    calls.append(CallRecord(symbol, node, scope, args, keywords, deps, walk.guard, walk.live))
    if deps:
        walk.events.append((scope, index, deps))
    if "." in symbol:
        _method_effects(walk, symbol, node, deps, receiver)
    return symbol


def _arguments(walk: Walk, given: Node, args: list[str], keywords: list[tuple[str, str]]) -> None:
    text = walk.text
    handlers = EXPRESSIONS
    for argument in given.named_children:
        kind = argument.kind_id
        if kind in KEYWORD:
            parts = argument.named_children
            name, value = parts[0], parts[-1]
            keywords.append((text[name.start_byte : name.end_byte], handlers[value.kind_id](walk, value)))
        elif kind in _SPLAT:
            each(walk, argument)
            args.append("")
        elif kind not in COMMENT:
            args.append(handlers[kind](walk, argument))


def _method_effects(walk: Walk, symbol: str, node: Node, deps: Deps, receiver: int) -> None:
    """Let arguments flow into a container, and record assertions that are made by calls."""
    last = symbol[symbol.rfind(".") + 1 :]
    if last in _MUTATORS:
        if len(deps) > receiver:
            walk.events.append((walk.scope, key(symbol.lstrip("?")), deps[receiver:]))
    elif last.startswith("assert") or symbol in _EXPECTING:
        # What a mock was called with depends on the mock; the others check their arguments.
        fed = deps if last.startswith("assert_") and not symbol.startswith(_TESTING) else deps[receiver:]
        record_check(walk, "assert", node, fed)


def _binary(walk: Walk, node: Node) -> str:
    """Walk long sums without recursion: they lean to the left."""
    operands: list[Node] = []
    boolean = False
    while node.kind_id in _BINARY:
        children = [child for child in node.named_children if child.kind_id not in COMMENT]
        boolean = walk.text[children[0].end_byte : children[-1].start_byte].strip(" \t\n\\()") == "or"
        operands.append(children[-1])
        node = children[0]
    value = evaluate(walk, node)
    for operand in reversed(operands):
        other = evaluate(walk, operand)
        value = other or value
    return value if boolean and not literals.is_literal(value) else ""


def _inner(walk: Walk, node: Node) -> str:
    value = ""
    for child in node.named_children:
        if child.kind_id not in COMMENT:
            value = EXPRESSIONS[child.kind_id](walk, child)
    return value


def _conditional(walk: Walk, node: Node) -> str:
    parts = [child for child in node.named_children if child.kind_id not in COMMENT]
    outer = walk.deps
    deps: Deps = []
    walk.deps = deps
    if len(parts) < 3:
        return each(walk, node)
    evaluate(walk, parts[1])
    check = record_check(walk, "conditional", parts[1], deps)
    walk.deps = outer
    outer += deps
    check.body, check.orelse = _value_arm(parts[0]), _value_arm(parts[2])
    first = evaluate(walk, parts[0])
    second = evaluate(walk, parts[2])
    return (
        first if first and not literals.is_literal(first) else "" if literals.is_literal(second) else second
    )


def _value_arm(node: Node) -> Arm:
    return Arm(node.start_point.row, node.end_point.row)


HANDLERS: dict[str, Callable[[Walk, Node], str]] = {
    **values.HANDLERS,
    **targets.HANDLERS,
    "identifier": identifier,
    "attribute": attribute,
    "call": _call,
    "subscript": subscript,
    "binary_operator boolean_operator": _binary,
    "parenthesized_expression await": _inner,
    "conditional_expression": _conditional,
}
