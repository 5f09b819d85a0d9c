"""Walk assignments: what names are bound to, and which are constants."""

from __future__ import annotations

from tree_sitter import Node

from mlops.facts.python import literals
from mlops.facts.python.grammar import IDENTIFIER, SEQUENCE, kinds
from mlops.facts.python.names import evaluate
from mlops.facts.python.state import ANNOTATED, Deps, Walk
from mlops.facts.python.targets import assign

_ASSIGNMENT = kinds("assignment")


def assignment(walk: Walk, node: Node) -> None:
    """Walk `a = b`, `a: T = b`, `a = b = c` and `a, b = c, d`."""
    children = node.children
    if (
        len(children) == 3
        and children[2].kind_id not in _ASSIGNMENT
        and walk.text[children[1].start_byte] == "="
    ):
        left, right = children[0], children[2]
        if left.kind_id in SEQUENCE and right.kind_id in SEQUENCE and _pairwise(walk, left, right, node):
            return
        _bind_all(walk, [left], right, node, "")
        return
    targets: list[Node] = []
    annotation = ""
    value: Node | None = node
    while value is not None and value.kind_id in _ASSIGNMENT:
        left_node, annotated = value.child_by_field_name("left"), value.child_by_field_name("type")
        if left_node is not None:
            targets.append(left_node)
        if annotated is not None:
            annotation = walk.text[annotated.start_byte : annotated.end_byte]
        value = value.child_by_field_name("right")
    _bind_all(walk, targets, value, node, annotation)


def _bind_all(walk: Walk, targets: list[Node], right: Node | None, node: Node, annotation: str) -> None:
    calls = len(walk.calls)
    deps: Deps = []
    walk.deps = deps
    symbol = evaluate(walk, right) if right is not None else ""
    for target in targets:
        if annotation and (
            symbol[:1] in {"", "?"} or walk.scope.owner is not None or literals.is_literal(symbol)
        ):
            _annotate(walk, target, annotation, node, deps)
        else:
            assign(walk, target, symbol, node, deps)
        if right is not None and target.kind_id in IDENTIFIER:
            _constant(walk, target, symbol, right)
    if walk.scope is walk.module and len(walk.calls) > calls and not _settings(walk, targets):
        walk.loose += 1


def _annotate(walk: Walk, target: Node, annotation: str, node: Node, deps: Deps) -> None:
    """Bind an annotated name whose value says nothing of its type; a literal stays known for its value."""
    if target.kind_id in IDENTIFIER:
        walk.bind(walk.text[target.start_byte : target.end_byte], ANNOTATED, annotation, node, deps)
        return
    assign(walk, target, "", node, deps)
    name = walk.text[target.start_byte : target.end_byte]
    if name.startswith("self.") and walk.method is not None:
        for binding in walk.method.attributes.get(name[5:], ())[-1:]:
            binding.kind, binding.value = ANNOTATED, annotation


def _settings(walk: Walk, targets: list[Node]) -> bool:
    """Return whether all names read as constants, or as a logger."""
    names = [walk.text[target.start_byte : target.end_byte] for target in targets]
    return all(
        name.isupper() or name.startswith("__") or name.lower().endswith(("logger", "log")) for name in names
    )


def _constant(walk: Walk, target: Node, symbol: str, right: Node) -> None:
    scope = walk.scope
    if walk.function is not None and scope.owner is None:
        return
    name = walk.text[target.start_byte : target.end_byte]
    value = symbol
    if name == "pytestmark" and right.kind_id not in IDENTIFIER:
        value = literals.native(" ".join(walk.text[right.start_byte : right.end_byte].split()))[
            : literals.LIMIT
        ]
    elif not literals.is_literal(symbol):
        return
    walk.constants.append((scope.prefix + name, value, target.start_point.row, scope))


def _pairwise(walk: Walk, left: Node, right: Node, node: Node) -> bool:
    """Bind `a, b = x, y` one by one; False where the two sides do not match."""
    targets, values = left.named_children, right.named_children
    if len(targets) != len(values):
        return False
    found: list[tuple[Node, str, Deps]] = []
    for target, value in zip(targets, values, strict=True):
        deps: Deps = []
        walk.deps = deps
        found.append((target, evaluate(walk, value), deps))
    for target, symbol, deps in found:
        assign(walk, target, symbol, node, deps)
        if target.kind_id in IDENTIFIER:
            _constant(walk, target, symbol, target)
    return True


def augmented(walk: Walk, node: Node) -> None:
    """Walk `a += b`: b flows into a, which stays what it was."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if walk.scope is walk.module:
        walk.loose += 1
    if left is None or right is None:
        return
    deps: Deps = []
    walk.deps = deps
    evaluate(walk, right)
    name = walk.text[left.start_byte : left.end_byte]
    if left.kind_id in IDENTIFIER:
        if deps:
            walk.events.append((walk.scope, name, deps))
    else:
        assign(walk, left, "", node, deps)
