"""Walk the statements of a block one after the other, and the block of one arm of a branch."""

from __future__ import annotations

import re
from collections.abc import Callable

from tree_sitter import Node

from mlops.domain.regex import regex
from mlops.facts.python.grammar import COMMENT
from mlops.facts.python.names import each, evaluate
from mlops.facts.python.state import Arm, Walk

#: Handlers of statements by kind of node; each returns whether the code after it is never reached.
STATEMENTS: dict[int, Callable[[Walk, Node], bool]] = {}

IDLE = regex(
    r"pass\b|\.\.\.|print\b|pprint\b|warnings\.warn\b|(?:click|typer)\.s?echo\b"
    r"|[\w.]*\blog(?:ger|ging)?\b(?:\(\))?\.\w+\("
    r"|[\w.]*(?:log|logger|console)\.(?:debug|info|warning|warn|error|exception|critical|log|print)\(",
    re.IGNORECASE,
)


def block(walk: Walk, node: Node) -> bool:
    """Walk a block and return whether the code after it is never reached."""
    live = walk.live
    ended = False
    for child in node.named_children:
        kind = child.kind_id
        if kind in COMMENT:
            continue
        try:
            walk.deps = []
            if STATEMENTS[kind](walk, child) and not ended:
                ended = True
                walk.live = False
        except RecursionError:
            walk.problems.append((child.start_point.row, "nested too deeply, partly read"))
    walk.live = live
    return ended


def arm(walk: Walk, node: Node) -> tuple[Arm, bool]:
    """Walk the block of an arm; return what it does, and whether it ends the code around it."""
    outer = walk.arm
    walk.arm = inner = Arm(node.start_point.row, node.end_point.row)
    ended = block(walk, node)
    walk.arm = outer
    inner.idle = idle(walk, node)
    return inner, ended


def idle(walk: Walk, node: Node) -> bool:
    """Return whether a block only passes, prints or logs."""
    return all(
        child.kind_id in COMMENT or IDLE.match(walk.text, child.start_byte, child.end_byte) is not None
        for child in node.named_children
    )


def pieces(walk: Walk, node: Node) -> bool:
    """Walk what is left of a statement that could not be parsed."""
    for child in node.named_children:
        walk.deps = []
        STATEMENTS[child.kind_id](walk, child)
    return False


def expression(walk: Walk, node: Node) -> bool:
    """Walk an expression where a statement is expected."""
    evaluate(walk, node)
    return False


def skip(_walk: Walk, _node: Node) -> bool:
    """Leave out a statement that says nothing."""
    return False


def parts(walk: Walk, node: Node) -> bool:
    """Walk the expressions of a statement."""
    each(walk, node)
    return False
