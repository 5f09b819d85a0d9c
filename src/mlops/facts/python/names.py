"""Walk names, attributes and subscripts: what an expression is called as far as its text says."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from mlops.facts.python import literals
from mlops.facts.python.grammar import ATTRIBUTE, IDENTIFIER
from mlops.facts.python.state import CheckRecord, Deps, Walk

#: Handlers of expressions by kind of node; each returns a symbol. The table is filled in by `walker`.
EXPRESSIONS: dict[int, Callable[[Walk, Node], str]] = {}

_SELVES = ("self.", "cls.")


def evaluate(walk: Walk, node: Node) -> str:
    """Walk one expression and return its symbol."""
    return EXPRESSIONS[node.kind_id](walk, node)


def each(walk: Walk, node: Node) -> str:
    """Walk all expressions below a node that has no name itself."""
    for child in node.named_children:
        EXPRESSIONS[child.kind_id](walk, child)
    return ""


def key(symbol: str) -> str:
    """Return the variable that a symbol starts with: its first name, or `self.x`."""
    root, _, rest = symbol.partition(".")
    if rest and root in {"self", "cls"}:
        return f"{root}.{rest.partition('.')[0]}"
    return root


def identifier(walk: Walk, node: Node) -> str:
    """Walk a name that is loaded."""
    name = walk.text[node.start_byte : node.end_byte]
    walk.deps.append(name)
    loads = walk.scope.loads
    if name not in loads:
        loads[name] = node
    return name


def attribute(walk: Walk, node: Node) -> str:
    """Walk an attribute that is loaded; one of a call's result is no reference."""
    symbol = target(walk, node)
    if symbol not in walk.scope.loads and symbol == walk.text[node.start_byte : node.end_byte]:
        walk.scope.loads[symbol] = node
    return symbol


def target(walk: Walk, node: Node) -> str:
    """Walk what is called or what an attribute is taken of: as an expression, but it is no reference."""
    kind = node.kind_id
    if kind in IDENTIFIER:
        name = walk.text[node.start_byte : node.end_byte]
        walk.deps.append(name)
        return name
    if kind not in ATTRIBUTE:
        return EXPRESSIONS[kind](walk, node)
    written = walk.text[node.start_byte : node.end_byte]
    if written.replace(".", "").isidentifier():
        walk.deps.append(key(written) if written.startswith(_SELVES) else written.partition(".")[0])
        return written
    return _chain(walk, node)


def _chain(walk: Walk, node: Node) -> str:
    names: list[str] = []
    while node.kind_id in ATTRIBUTE:
        children = node.children
        last = children[-1]
        names.append(walk.text[last.start_byte : last.end_byte])
        node = children[0]
    base = target(walk, node)
    if not base or literals.is_literal(base):
        base = "?"
    names.append(base)
    names.reverse()
    return ".".join(names)


def subscript(walk: Walk, node: Node) -> str:
    """Walk an item of something; it is named by that, but stays unresolved."""
    children = node.named_children
    symbol = target(walk, children[0])
    for child in children[1:]:
        EXPRESSIONS[child.kind_id](walk, child)
    if not symbol or literals.is_literal(symbol):
        return "?"
    return symbol if symbol[0] == "?" else "?" + symbol


def record_check(walk: Walk, kind: str, test: Node, deps: Deps) -> CheckRecord:
    """Append a check of the test at `test`."""
    check = CheckRecord(
        kind, test.start_point.row, test.start_byte, test.end_byte, walk.scope, deps, walk.guard, walk.live
    )
    walk.checks.append(check)
    return check
