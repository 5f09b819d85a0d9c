"""The Python grammar of tree-sitter: its parser, and tables that dispatch by the number of a node's kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeVar

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Range, Tree

LANGUAGE = Language(tree_sitter_python.language())

#: The kind of what could not be parsed.
ERROR = 0xFFFF

_Handler = TypeVar("_Handler", bound=Callable[..., object])


@cache
def kinds(*names: str) -> frozenset[int]:
    """Return the numbers of the named node kinds; one name may have several, by aliases."""
    wanted = set(names)
    return frozenset(
        number
        for number in range(LANGUAGE.node_kind_count)
        if LANGUAGE.node_kind_for_id(number) in wanted and LANGUAGE.node_kind_is_named(number)
    )


def table(handlers: Mapping[str, _Handler], default: _Handler) -> dict[int, _Handler]:
    """Return a dispatch table that has a handler for every kind of node, ERROR included."""
    found = dict.fromkeys(range(LANGUAGE.node_kind_count), default)
    found[ERROR] = default
    for names, handler in handlers.items():
        for number in kinds(*names.split()):
            found[number] = handler
    return found


def parse(source: bytes, ranges: list[Range] | None = None) -> Tree:
    """Parse source, or only some ranges of it; positions are those in the whole source."""
    parser = Parser(LANGUAGE)
    if ranges is not None:
        parser.included_ranges = ranges
    return parser.parse(source)


def broken(root: Node, limit: int = 20) -> list[int]:
    """Return the rows at which the parser met something it could not read, at most `limit`."""
    rows: dict[int, None] = {}
    stack = [root]
    while stack and len(rows) < limit:
        node = stack.pop()
        if node.is_error or node.is_missing:
            rows[node.start_point.row] = None
        elif node.has_error:
            stack.extend(reversed(node.children))
    return list(rows)


IDENTIFIER = kinds("identifier")
ATTRIBUTE = kinds("attribute")
CALL = kinds("call")
COMMENT = kinds("comment")
KEYWORD = kinds("keyword_argument")
SUBSCRIPT = kinds("subscript")
SEQUENCE = kinds("tuple", "list", "expression_list", "pattern_list", "tuple_pattern", "list_pattern")
CONDITIONAL = kinds("conditional_expression")
BLOCK = kinds("block")
