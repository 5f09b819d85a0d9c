"""Turn the nodes of single shell commands into the statements of `domain.shell`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops.domain.shell import Command, Statement
from mlops.facts.shell_words import WORDS, WordReader

if TYPE_CHECKING:
    from tree_sitter import Node


class CommandReader(WordReader):
    """Reads commands: words, assignments, tests."""

    __slots__ = ()

    def loose(self, nodes: list[Node]) -> list[Statement]:
        """Make commands of words that error recovery left outside any, one for each line."""
        lines: dict[int, list[str]] = {}
        for node in nodes:
            lines.setdefault(self.line(node), []).append(self.word(node))
        return [Command(tuple(words), line) for line, words in lines.items()]

    def command(self, node: Node, _depth: int) -> list[Statement]:
        """Read a command with its words, assignments and outputs."""
        words: list[str] = []
        assigns: list[tuple[str, str]] = []
        outputs: list[str] = []
        stdin = ""
        found: list[Statement] = []
        end = node.start_byte
        start = node
        joined = False
        for child in node.children:
            # The grammar cuts `$HOST/$NAME/image` behind the second `$`; what touches is one word.
            touches = joined and child.start_byte == end
            joined = False
            if (
                assigns
                and not words
                and b"\n" in re.sub(rb"\\\r?\n", b"", self.masked[end : child.start_byte])
            ):
                # The grammar takes `A=1 B=2` on a line of their own for a prefix of the next line's command.
                found.append(Command((), self.line(start), tuple(assigns)))
                assigns, start = [], child
            end = child.end_byte
            if child.type == "variable_assignment" and not words:
                assigns.append(self.assignment(child))
            elif child.type == "herestring_redirect":
                stdin = self.word(child.named_children[-1]) if child.named_children else ""
            elif child.type == "file_redirect":
                outputs.extend(self.output(child))
            elif child.is_named:
                if touches:
                    words[-1] += self.word(child)
                else:
                    words.append(self.word(child))
                joined = True
            elif child.type not in {"\\", "\n"}:
                words.append(self.text(child))
        nested = self.nested(node)
        command = Command(tuple(words), self.line(start), tuple(assigns), tuple(outputs), nested, stdin)
        return [*found, command]

    def declaration(self, node: Node, _depth: int) -> list[Statement]:
        """Read `export`, `local`, `unset` and the like."""
        assigns = [self.assignment(child) for child in node.children if child.type == "variable_assignment"]
        words = tuple(
            "=".join(self.assignment(child)) if child.type == "variable_assignment" else self.word(child)
            for child in node.children
        )
        return [Command(words, self.line(node), tuple(assigns), (), self.nested(node))]

    def bare_assignment(self, node: Node, _depth: int) -> list[Statement]:
        """Read assignments that stand alone."""
        parts = [node] if node.type == "variable_assignment" else node.named_children
        assigns = tuple(self.assignment(part) for part in parts if part.type == "variable_assignment")
        return [Command((), self.line(node), assigns, (), self.nested(node))]

    def test(self, node: Node, _depth: int) -> list[Statement]:
        """Read `[ … ]` and `[[ … ]]`."""
        return [Command(tuple(self._leaves(node)), self.line(node), nested=self.nested(node))]

    def _leaves(self, node: Node) -> Iterator[str]:
        for child in node.children:
            if child.type in WORDS or not child.is_named or not child.child_count:
                yield self.word(child)
            else:
                yield from self._leaves(child)
