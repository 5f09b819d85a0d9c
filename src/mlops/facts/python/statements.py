"""Walk simple statements, and gather the handlers of all statements."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from mlops.facts.python import branches, definitions
from mlops.facts.python.assignments import assignment, augmented
from mlops.facts.python.blocks import parts, skip
from mlops.facts.python.exits import leaves, raised
from mlops.facts.python.grammar import CALL, COMMENT, CONDITIONAL, kinds
from mlops.facts.python.names import each, evaluate, record_check
from mlops.facts.python.state import CallRecord, Deps, Walk

_ASSIGNMENT = kinds("assignment")
_AUGMENTED = kinds("augmented_assignment")
_AWAIT = kinds("await")
_SILENT = kinds("string", "concatenated_string", "ellipsis")
_COMPARISON = kinds("comparison_operator")
_LOGICAL = kinds("boolean_operator", "not_operator", "parenthesized_expression")
_YIELD = kinds("yield")
_FINE = frozenset({"0", "None", "False"})


def _expression(walk: Walk, node: Node) -> bool:
    children = node.named_children
    if not children:
        return False
    child = children[0]
    kind = child.kind_id
    if kind in _ASSIGNMENT:
        assignment(walk, child)
        return False
    if kind in _AUGMENTED:
        augmented(walk, child)
        return False
    if kind in _SILENT:
        return False
    if walk.scope is walk.module:
        walk.loose += 1
    if kind in _YIELD:
        _yield(walk, child)
        return False
    if kind in _AWAIT and child.named_children:
        child = child.named_children[-1]
        kind = child.kind_id
    if kind not in CALL:
        each(walk, node)
        return False
    evaluate(walk, child)
    return _called(walk, walk.calls[-1])


def _called(walk: Walk, call: CallRecord) -> bool:
    """Mark a call whose result is dropped, and return whether it ends the code."""
    call.discarded = True
    ends, raises, exits = leaves(call)
    if ends:
        walk.arm.raises = walk.arm.raises or raises
        walk.arm.exits = walk.arm.exits or exits
        _conditional_exit(walk, call)
    return ends


def _conditional_exit(walk: Walk, call: CallRecord) -> None:
    """Give the arms of `sys.exit(0 if good else 1)` what they do."""
    given = call.node.named_children[-1].named_children
    if not given or given[0].kind_id not in CONDITIONAL:
        return
    values = [child for child in given[0].named_children if child.kind_id not in COMMENT]
    for check in walk.checks:
        if check.kind == "conditional" and len(values) == 3 and check.start == values[1].start_byte:
            for found, value in ((check.body, values[0]), (check.orelse, values[2])):
                if found is not None:
                    found.exits = walk.text[value.start_byte : value.end_byte] not in _FINE


def _return(walk: Walk, node: Node) -> bool:
    values = [child for child in node.named_children if child.kind_id not in COMMENT]
    for value in values:
        _give(walk, value)
        if _compares(value):
            record_check(walk, "return", value, walk.deps)
    if not values:
        walk.arm.returns.append(("None", node.start_byte))
    return True


def _compares(node: Node) -> bool:
    """Return whether a value is a comparison, or made of some by `and`, `or` and `not`."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node.kind_id in _COMPARISON:
            return True
        if node.kind_id in _LOGICAL:
            stack += node.named_children
    return False


def _give(walk: Walk, value: Node) -> None:
    deps: Deps = []
    walk.deps = deps
    symbol = evaluate(walk, value)
    walk.arm.returns.append((symbol, value.start_byte))
    if walk.function is not None:
        walk.function.deps += deps
        walk.function.returned.append((symbol, value.start_byte))


def _yield(walk: Walk, node: Node) -> None:
    for value in node.named_children:
        deps: Deps = []
        walk.deps = deps
        symbol = evaluate(walk, value)
        if walk.function is not None:
            walk.function.deps += deps
            walk.function.returned.append((symbol, value.start_byte))


def _raise(walk: Walk, node: Node) -> bool:
    values = [child for child in node.named_children if child.kind_id not in COMMENT]
    symbol, call = "", None
    for position, value in enumerate(values):
        before = len(walk.calls)
        found = evaluate(walk, value)
        if position == 0:
            symbol = found
            call = walk.calls[-1] if value.kind_id in CALL and len(walk.calls) > before else None
    raises, exits = raised(symbol, call)
    walk.arm.raises = walk.arm.raises or raises
    walk.arm.exits = walk.arm.exits or exits
    return True


def _assert(walk: Walk, node: Node) -> bool:
    values = [child for child in node.named_children if child.kind_id not in COMMENT]
    if not values:
        return False
    deps: Deps = []
    walk.deps = deps
    value = evaluate(walk, values[0])
    record_check(walk, "assert", values[0], deps)
    walk.deps = []
    for message in values[1:]:
        evaluate(walk, message)
    if value in _FINE:
        walk.arm.raises = True
    return value in _FINE


def _print(walk: Walk, node: Node) -> bool:
    deps: Deps = []
    walk.deps = deps
    args = [evaluate(walk, child) for child in node.named_children]
    walk.events.append((walk.scope, len(walk.calls), deps))
    walk.calls.append(
        CallRecord("print", node, walk.scope, args, [], deps, walk.guard, walk.live, discarded=True)
    )
    if walk.scope is walk.module:
        walk.loose += 1
    return False


def _global(walk: Walk, node: Node) -> bool:
    walk.scope.outer.update(walk.text[child.start_byte : child.end_byte] for child in node.named_children)
    return False


def _jump(_walk: Walk, _node: Node) -> bool:
    return True


HANDLERS: dict[str, Callable[[Walk, Node], bool]] = {
    **branches.HANDLERS,
    **definitions.HANDLERS,
    "expression_statement": _expression,
    "return_statement": _return,
    "raise_statement": _raise,
    "assert_statement": _assert,
    "print_statement": _print,
    "global_statement": _global,
    "break_statement continue_statement": _jump,
    "delete_statement exec_statement": parts,
    "comment pass_statement future_import_statement nonlocal_statement type_alias_statement": skip,
}
