"""Walk what binds names inside expressions and statements: assignment targets, loops, comprehensions, lambdas."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from mlops.facts.python import literals
from mlops.facts.python.grammar import ATTRIBUTE, CALL, IDENTIFIER, SEQUENCE, SUBSCRIPT, kinds
from mlops.facts.python.names import EXPRESSIONS, evaluate, key, subscript, target
from mlops.facts.python.state import OPAQUE, TAINT, VALUE, Binding, Deps, Walk

_WRAPPER = kinds("list_splat", "list_splat_pattern", "as_pattern_target", "parenthesized_expression")
_FOR = kinds("for_in_clause")

#: Functions whose items are those of their argument.
_PASSING = frozenset(
    {"enumerate", "reversed", "sorted", "list", "tuple", "set", "iter", "tqdm", "tqdm.tqdm", "track"}
)


def assign(
    walk: Walk, node: Node, value: str, whole: Node, deps: Deps, *, hidden: Node | None = None
) -> None:
    """Bind a target to a symbol; `hidden` is the expression outside which the name does not exist."""
    kind = node.kind_id
    if kind in IDENTIFIER:
        name = walk.text[node.start_byte : node.end_byte]
        if hidden is None:
            walk.bind(name, VALUE if value else OPAQUE, value, whole, deps)
        else:
            _bind_hidden(walk, name, value, hidden, deps)
    elif kind in ATTRIBUTE:
        _assign_attribute(walk, node, value, whole, deps)
    elif kind in SUBSCRIPT:
        outer = walk.deps
        walk.deps = []
        symbol = subscript(walk, node).lstrip("?")
        walk.deps = outer
        if deps and symbol:
            walk.events.append((walk.scope, key(symbol), deps))
    elif kind in SEQUENCE or kind in _WRAPPER:
        for child in node.named_children:
            assign(walk, child, "" if literals.is_literal(value) else value, whole, deps, hidden=hidden)


def _bind_hidden(walk: Walk, name: str, value: str, hidden: Node, deps: Deps) -> None:
    scope = walk.scope
    if name not in scope.names:
        kind = VALUE if value else OPAQUE
        scope.names[name] = [Binding(hidden.start_byte, kind, value, hidden.start_byte, scope)]
    walk.events.append((scope, name, deps))


def _assign_attribute(walk: Walk, node: Node, value: str, whole: Node, deps: Deps) -> None:
    outer = walk.deps
    walk.deps = []
    symbol = target(walk, node)
    walk.deps = outer
    root, _, rest = symbol.partition(".")
    if root in {"self", "cls"} and "." not in rest:
        walk.scope.names.setdefault(symbol, [])
        if walk.method is not None:
            binding = Binding(whole.end_byte, VALUE if value else OPAQUE, value, whole.start_byte, walk.scope)
            walk.method.attributes.setdefault(rest, []).append(binding)
    if deps and symbol:
        walk.events.append((walk.scope, key(symbol.lstrip("?")), deps))


def loop(walk: Walk, clause: Node, whole: Node, *, hidden: bool = False) -> None:
    """Bind the targets of a `for` to the item of what it runs over, which is named as that is."""
    left = clause.child_by_field_name("left")
    rights = clause.children_by_field_name("right")
    outer = walk.deps
    deps: Deps = []
    walk.deps = deps
    value = ""
    for right in rights:
        value = evaluate(walk, right)
        if value in _PASSING and right.kind_id in CALL and walk.calls[-1].args:
            value = walk.calls[-1].args[0]
    outer += deps
    walk.deps = outer
    if left is not None:
        value = "" if literals.is_literal(value) else value
        assign(walk, left, value, left, [TAINT, *deps], hidden=whole if hidden else None)


def comprehension(walk: Walk, node: Node) -> str:
    """Walk a comprehension: first what it runs over, then its items."""
    children = node.named_children
    for child in children:
        if child.kind_id in _FOR:
            loop(walk, child, node, hidden=True)
    for child in children:
        if child.kind_id not in _FOR:
            EXPRESSIONS[child.kind_id](walk, child)
    return ""


def _lambda(walk: Walk, node: Node) -> str:
    children = node.named_children
    for child in children[:-1]:
        for parameter in child.named_children:
            name = parameter
            if parameter.kind_id not in IDENTIFIER and parameter.named_children:
                name = parameter.named_children[0]
                for default in parameter.named_children[1:]:
                    evaluate(walk, default)
            assign(walk, name, "", node, [TAINT], hidden=node)
    if children:
        evaluate(walk, children[-1])
    return ""


def _named(walk: Walk, node: Node) -> str:
    children = node.named_children
    outer = walk.deps
    deps: Deps = []
    walk.deps = deps
    value = evaluate(walk, children[-1])
    walk.deps = outer
    outer += deps
    assign(walk, children[0], value, node, deps)
    return value


HANDLERS: dict[str, Callable[[Walk, Node], str]] = {
    "named_expression": _named,
    "list_comprehension set_comprehension dictionary_comprehension generator_expression": comprehension,
    "lambda": _lambda,
}
