"""Walk a whole module: the one place where the tables of handlers are put together."""

from __future__ import annotations

from tree_sitter import Node

from mlops.facts.python import expressions, statements
from mlops.facts.python.blocks import STATEMENTS, block, expression, pieces
from mlops.facts.python.grammar import ERROR, table
from mlops.facts.python.names import EXPRESSIONS, each
from mlops.facts.python.state import Walk

EXPRESSIONS.update(table(expressions.HANDLERS, each))
STATEMENTS.update(table(statements.HANDLERS, expression))
# The number that tree-sitter gives to what it could not parse.
STATEMENTS[ERROR] = pieces


def module(walk: Walk, root: Node) -> None:
    """Walk a module, or one more piece of it."""
    block(walk, root)
