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

#: Functions that say nothing of their items.
_PLAIN = frozenset({"zip", "range", "map", "filter"})


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
        position = hidden.start_byte
        scope.names[name] = [Binding(position, kind, value, position, scope, walk.made(value, deps))]
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
            kind = VALUE if value else OPAQUE
            made = walk.made(value, deps)
            binding = Binding(whole.end_byte, kind, value, whole.start_byte, walk.scope, made)
            walk.method.attributes.setdefault(rest, []).append(binding)
    if deps and symbol:
        walk.events.append((walk.scope, key(symbol.lstrip("?")), deps))


def loop(walk: Walk, clause: Node, whole: Node, *, hidden: bool = False) -> None:
    """Bind the targets of a `for` to the item of what it runs over, which is named as that is."""
    left = clause.child_by_field_name("left")
    outer = walk.deps
    deps: Deps = []
    walk.deps = deps
    value = ""
    args: list[str] = []
    for right in clause.children_by_field_name("right"):
        value = evaluate(walk, right)
        args = walk.calls[-1].args if right.kind_id in CALL else []
    outer += deps
    walk.deps = outer
    if left is None:
        return
    inside = whole if hidden else None
    fed = [TAINT, *deps]
    if value == "zip" and left.kind_id in SEQUENCE and left.named_child_count == len(args):
        for child, arg in zip(left.named_children, args, strict=True):
            assign(walk, child, "" if literals.is_literal(arg) else arg, left, fed, hidden=inside)
        return
    if value in _PASSING and args:
        value = args[0]
    value = "" if value in _PLAIN or literals.is_literal(value) else value
    assign(walk, left, value, left, fed, hidden=inside)


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
