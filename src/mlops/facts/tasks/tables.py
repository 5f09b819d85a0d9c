"""Small helps for readers of tables: where a key stands, how a command is written."""

from __future__ import annotations

import re
import shlex

from mlops.domain.document import Document, Map, Scalar, Seq, items_of, text_of


def key_line(text: str, pattern: str, after: int = 0) -> int:
    """Return the line of the first match of a pattern behind a line, or 0."""
    start = 0
    for _ in range(after):
        start = text.find("\n", start) + 1
    match = re.compile(pattern, re.MULTILINE).search(text, start)
    return text.count("\n", 0, match.start() + len(match[0]) - len(match[0].lstrip())) + 1 if match else 0


def table_key_line(text: str, table: str, key: str) -> int:
    """Return the line of a key in a TOML table, or of the table, or 0."""
    head = key_line(text, rf"^\s*\[{re.escape(table)}\]")
    name = rf"^\s*[\"']?{re.escape(key)}[\"']?\s*="
    own = key_line(text, rf"^\s*\[{re.escape(table)}\.[\"']?{re.escape(key)}[\"']?\]")
    return own or (key_line(text, name, head) if head else 0) or head


def command_text(node: Document | None) -> str:
    """Write a command that is a string, or a list of words, as shell text."""
    if isinstance(node, Seq):
        return shlex.join(text_of(item) for item in items_of(node))
    return node.text if isinstance(node, Scalar) and node.tag != "null" else ""


def script_place(node: Document | None) -> int:
    """Return the line on which a scalar's own text starts."""
    if isinstance(node, Scalar):
        return node.line + 1 if node.block else node.line
    return node.line if node is not None else 0


def scalars(node: Document | None, limit: int = 60) -> dict[str, str]:
    """Return the first scalars below a node as `path.to.key`, list items as `*`."""
    found: dict[str, str] = {}
    pending: list[tuple[str, Document]] = [("", node)] if node is not None else []
    while pending and len(found) < limit:
        path, current = pending.pop()
        if isinstance(current, Scalar):
            found.setdefault(path, current.text[:200])
        elif isinstance(current, Map):
            pending += [(f"{path}.{key.text}".strip("."), value) for key, value in reversed(current.items)]
        else:
            pending += [(f"{path}.*".strip("."), value) for value in reversed(current.items)]
    return found
