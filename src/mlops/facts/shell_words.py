"""Words of a shell script's syntax tree: quotes removed, substitutions found."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops.domain.record import dataclass, field
from mlops.domain.regex import regex
from mlops.domain.shell import Sequence

if TYPE_CHECKING:
    from tree_sitter import Node

#: Statements nested deeper than this are dropped: no script of a person comes near.
MAX_DEPTH = 60

_ESCAPED_NEWLINE = regex(r"\\\r?\n")
_ESCAPE = regex(r"\\(.)", re.DOTALL)
_QUOTED_ESCAPE = regex(r'\\(["\\$`])')
_HIDDEN_COMMAND = regex(rb"\$\(|`|[<>]\(")
WORDS = frozenset(
    {
        "word", "string", "raw_string", "ansi_c_string", "translated_string", "concatenation", "number", "regex",
        "simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion",
        "extglob_pattern", "variable_name", "brace_expression", "command_name", "string_content",
    }
)  # fmt: skip


@dataclass(slots=True)
class WordReader:
    """Reads words of one script; statements inside substitutions are left to `sequence`."""

    masked: bytes
    source: bytes
    first_line: int
    broken: set[int] = field(default_factory=set)
    newlines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Find the ends of lines."""
        self.newlines = [match.start() for match in re.finditer(rb"\n", self.source)]

    def sequence(self, owner: Node, nodes: list[Node], depth: int, *, subshell: bool = False) -> Sequence:
        """Read sibling nodes as statements one after the other."""
        raise NotImplementedError

    def line(self, node: Node) -> int:
        """Return the line of a node."""
        return self.first_line + bisect_right(self.newlines, node.start_byte - 1)

    def text(self, node: Node) -> str:
        """Return the source of a node, templates put back."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def word(self, node: Node) -> str:
        """Return a word as the command sees it, with `$VAR` and `$(…)` as written."""
        text = self.text(node)
        kind = node.type
        if kind in {"word", "command_name"} and not (kind == "command_name" and node.named_child_count):
            return _ESCAPE.sub(r"\1", _ESCAPED_NEWLINE.sub("", text)) if "\\" in text else text
        if kind == "raw_string":
            return text[1:-1]
        if kind == "ansi_c_string":
            return text[2:-1]
        if kind == "string":
            return _QUOTED_ESCAPE.sub(r"\1", _ESCAPED_NEWLINE.sub("", text[1:-1]))
        if kind in {"concatenation", "command_name", "translated_string"}:
            return "".join(self.word(child) for child in node.children)
        return text

    def output(self, node: Node) -> list[str]:
        """Return the file that a redirection writes, if any."""
        operator = next((child.type for child in node.children if not child.is_named), "")
        target = node.child_by_field_name("destination")
        if target is None or operator not in {">", ">>", ">|", "&>", "&>>"}:
            return []
        return [self.word(target)]

    def nested(self, node: Node) -> tuple[Sequence, ...]:
        """Collect the scripts in command and process substitutions of a node."""
        if not _HIDDEN_COMMAND.search(self.masked, node.start_byte, node.end_byte):
            return ()
        found: list[Sequence] = []
        pending = [(node, 0)]
        while pending:
            current, depth = pending.pop()
            if current.type in {"command_substitution", "process_substitution"}:
                found.append(self.sequence(current, current.children, _nesting(current)))
            elif depth <= MAX_DEPTH:
                pending.extend((child, depth + 1) for child in reversed(current.children))
        return tuple(found)

    def faults(self, root: Node) -> Iterator[int]:
        """Yield the lines of what the parser could not read or had to invent."""
        pending = [root]
        while pending:
            node = pending.pop()
            if node.is_error or node.is_missing:
                yield self.line(node)
            pending.extend(child for child in node.children if child.has_error or child.is_missing)

    def assignment(self, node: Node) -> tuple[str, str]:
        """Return name and value of an assignment."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        return (self.text(name) if name else "", self.word(value) if value else "")


def _nesting(node: Node) -> int:
    """Count the substitutions around a node, which bounds the recursion through them."""
    depth = 0
    parent = node.parent
    while parent is not None and depth <= MAX_DEPTH:
        depth += 1
        parent = parent.parent
    return depth
