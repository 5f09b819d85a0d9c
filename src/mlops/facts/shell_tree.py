"""Turn tree-sitter's syntax tree of a shell script into the statements of `domain.shell`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mlops.domain.regex import regex
from mlops.domain.shell import (
    Background,
    Command,
    Conditional,
    Connected,
    FunctionDef,
    Loop,
    Negated,
    Pipe,
    Sequence,
    Statement,
)
from mlops.facts.shell_commands import CommandReader
from mlops.facts.shell_redirect import piped, redirect
from mlops.facts.shell_words import MAX_DEPTH, WORDS

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

#: So many commands joined by `&&` and `||` are read.
MAX_LINKS = 120

_SKIPPED = frozenset({"comment", "heredoc_body", "heredoc_start", "heredoc_end", "heredoc_content"})


@cache
def _parser() -> Parser:
    """Build the parser on first use: most scripts never need it."""
    import tree_sitter_bash  # noqa: PLC0415
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_bash.language()))


def convert(masked: bytes, source: bytes, first_line: int = 1) -> tuple[Sequence, tuple[int, ...]]:
    """Parse `masked` and return its statements, with words cut from `source`, and the broken lines."""
    reader = _Reader(masked, source, first_line)
    root = _parser().parse(masked).root_node
    body = reader.sequence(root, root.children, 0)
    if root.has_error:
        reader.broken.update(reader.faults(root))
    return body, tuple(sorted(reader.broken))


class _Reader(CommandReader):
    """Reads statements."""

    __slots__ = ()

    def sequence(self, owner: Node, nodes: list[Node], depth: int, *, subshell: bool = False) -> Sequence:
        """Read sibling nodes as statements one after the other; a `&` sends the one before it away."""
        items: list[Statement] = []
        for node in nodes:
            if node.type == "&" and items:
                items[-1] = Background(items[-1], items[-1].line)
            elif node.is_named:
                items.extend(self.statements(node, depth + 1))
        return Sequence(tuple(items), self.line(owner), subshell)

    def statements(self, node: Node, depth: int) -> list[Statement]:
        """Read one node; one that the parser could not read gives the statements inside it."""
        if node.type in _SKIPPED:
            return []
        if depth > MAX_DEPTH:
            self.broken.add(self.line(node))
            return []
        if node.type == "ERROR":
            return self._error(node, depth)
        reader = _STATEMENTS.get(node.type)
        if reader is None:
            return []
        return reader(self, node, depth)

    def one(self, node: Node, depth: int) -> Statement:
        """Read a node that stands for one statement."""
        found = self.statements(node, depth)
        return found[0] if len(found) == 1 else Sequence(tuple(found), self.line(node))

    def _error(self, node: Node, depth: int) -> list[Statement]:
        self.broken.add(self.line(node))
        found: list[Statement] = []
        words: list[Node] = []
        for child in node.children:
            if child.type in WORDS:
                words.append(child)
                continue
            found.extend(self.loose(words))
            words = []
            if child.is_named:
                found.extend(self.statements(child, depth + 1))
        return [*found, *self.loose(words)]

    def _compound(self, node: Node, depth: int) -> list[Statement]:
        if node.children and node.children[0].type == "((":
            inner = self.text(node).removeprefix("((").removesuffix("))").strip()
            return [Command(("((", inner, "))"), self.line(node), nested=self.nested(node))]
        return [self.sequence(node, node.children, depth)]

    def _subshell(self, node: Node, depth: int) -> list[Statement]:
        return [self.sequence(node, node.children, depth, subshell=True)]

    def _list(self, node: Node, depth: int) -> list[Statement]:
        """Read `a && b || c`, which the grammar nests to the left however long it is."""
        links: list[tuple[str, Node]] = []
        current = node
        while current.type == "list" and len(links) < MAX_LINKS:
            parts = [child for child in current.children if child.is_named and child.type != "comment"]
            if len(parts) != 2:
                break
            links.append(
                (next((each.type for each in current.children if each.type in _LINKS), "&&"), parts[1])
            )
            current = parts[0]
        if not links:
            return [item for child in node.named_children for item in self.statements(child, depth + 1)]
        if current.type == "list":
            self.broken.add(self.line(current))
        found: Statement = (
            Sequence((), self.line(node)) if current.type == "list" else self.one(current, depth + 1)
        )
        for operator, right in reversed(links):
            found = Connected(operator, found, self.one(right, depth + 1), self.line(node))
        return [found]

    def _pipeline(self, node: Node, depth: int) -> list[Statement]:
        items = [self.one(child, depth + 1) for child in node.named_children if child.type != "comment"]
        if not items:
            return []
        first, line = items[0], self.line(node)
        if isinstance(first, Negated):  # `! a | b` negates the whole pipeline
            return [Negated(Pipe((first.item, *items[1:]), line), line)]
        return [Pipe(tuple(items), line)]

    def _negated(self, node: Node, depth: int) -> list[Statement]:
        items = [item for child in node.named_children for item in self.statements(child, depth + 1)]
        item = items[0] if len(items) == 1 else Sequence(tuple(items), self.line(node))
        return [Negated(item, self.line(node))]

    def _redirected(self, node: Node, depth: int) -> list[Statement]:
        body = node.child_by_field_name("body")
        found: list[Statement] = [Command((), self.line(node))]
        if body:
            found = self.statements(body, depth + 1)
        outputs: list[str] = []
        stdin = ""
        rest: list[tuple[str, Node]] = []
        for child in node.children:
            if child.type == "file_redirect":
                outputs.extend(self.output(child))
            elif child.type == "herestring_redirect" and child.named_children:
                stdin = self.word(child.named_children[-1])
            elif child.type == "heredoc_redirect":
                outputs.extend(
                    path
                    for part in child.children
                    if part.type == "file_redirect"
                    for path in self.output(part)
                )
                stdin = next((self.text(part) for part in child.children if part.type == "heredoc_body"), "")
                rest = self._after_heredoc(child)
        if found:
            found[-1] = redirect(found[-1], tuple(outputs), stdin)
        for operator, right in rest:
            found = [self._join(operator, found, right, depth)]
        return found

    def _after_heredoc(self, node: Node) -> list[tuple[str, Node]]:
        """Find what follows `<<EOF` on its line: `| python -`, `&& next`."""
        rest: list[tuple[str, Node]] = []
        operator = ""
        for child in node.children:
            if child.type in {"&&", "||"}:
                operator = child.type
            elif operator and child.is_named and child.type not in _SKIPPED:
                rest.append((operator, child))
                operator = ""
            elif child.type == "pipeline":
                rest.append(("|", child))
        return rest

    def _join(self, operator: str, left: list[Statement], right: Node, depth: int) -> Statement:
        first = left[0] if len(left) == 1 else Sequence(tuple(left), self.line(right))
        second = self.one(right, depth + 1)
        return piped(first, second) if operator == "|" else Connected(operator, first, second, first.line)

    def _if(self, node: Node, depth: int) -> list[Statement]:
        return [self._branch(node, [c for c in node.children if c.type in _ELSES], depth)]

    def _branch(self, node: Node, others: list[Node], depth: int) -> Statement:
        """Read `if`/`elif … then …` and chain what follows it."""
        split = next((i for i, child in enumerate(node.children) if child.type == "then"), len(node.children))
        then = [child for child in node.children[split + 1 :] if child.type not in _ELSES]
        otherwise: Sequence | None = None
        if others and depth <= MAX_DEPTH:
            head, *tail = others
            if head.type == "else_clause":
                otherwise = self.sequence(head, head.children, depth)
            else:
                otherwise = Sequence((self._branch(head, tail, depth + 1),), self.line(head))
        test = self.sequence(node, node.children[:split], depth)
        return Conditional(test, self.sequence(node, then, depth), otherwise, self.line(node))

    def _loop(self, node: Node, depth: int) -> list[Statement]:
        split = next(
            (i for i, child in enumerate(node.children) if child.type in _BODIES), len(node.children)
        )
        head, body = node.children[:split], node.children[split:]
        empty = Sequence((), self.line(node))
        test = self.sequence(node, head, depth) if node.type == "while_statement" else empty
        if head and head[0].type == "until":
            test = Sequence((Negated(test, test.line),), test.line)
        inner = self.sequence(node, [child for part in body for child in part.children], depth)
        loop = Loop(test, inner, self.line(node), *self._counted(head))
        hidden = tuple(script for part in head for script in self.nested(part)) if test is empty else ()
        return [Command((), self.line(node), nested=hidden), loop] if hidden else [loop]

    def _counted(self, head: list[Node]) -> tuple[str, tuple[str, ...]]:
        """Return the variable of `for name in words` and its words, or nothing where one of them is not written out."""
        if [child.type for child in head[:3]] != ["for", "variable_name", "in"]:
            return "", ()
        words = [self.word(child) for child in head[3:] if child.is_named]
        return ("", ()) if any(_OPEN.search(word) for word in words) else (self.text(head[1]), tuple(words))

    def _case(self, node: Node, depth: int) -> list[Statement]:
        arms = [child for child in node.children if child.type == "case_item"]
        subject = node.child_by_field_name("value")
        hidden = self.nested(subject) if subject else ()
        found: list[Statement] = [Command((), self.line(node), nested=hidden)] if hidden else []
        chain: Sequence | None = None
        for arm in reversed(arms):
            split = next((i for i, child in enumerate(arm.children) if child.type == ")"), 0)
            body = self.sequence(arm, arm.children[split + 1 :], depth)
            if chain is None and self.text(arm).lstrip("( ").startswith("*)"):
                chain = body
            else:
                line = self.line(arm)
                chain = Sequence((Conditional(Sequence((), line), body, chain, line),), line)
        return [*found, *(chain.items if chain else ())]

    def _function(self, node: Node, depth: int) -> list[Statement]:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return []
        found = self.one(body, depth + 1)
        inner = found if isinstance(found, Sequence) else Sequence((found,), found.line)
        return [FunctionDef(self.text(name), inner, self.line(node))]


#: What the shell replaces in a word.
_OPEN = regex(r"[$`*?\[{~]")
_LINKS = frozenset({"&&", "||"})
_ELSES = frozenset({"elif_clause", "else_clause"})
_BODIES = frozenset({"do_group", "compound_statement"})
_STATEMENTS = {
    "command": _Reader.command,
    "declaration_command": _Reader.declaration,
    "unset_command": _Reader.declaration,
    "variable_assignment": _Reader.bare_assignment,
    "variable_assignments": _Reader.bare_assignment,
    "test_command": _Reader.test,
    "list": _Reader._list,  # noqa: SLF001
    "pipeline": _Reader._pipeline,  # noqa: SLF001
    "negated_command": _Reader._negated,  # noqa: SLF001
    "redirected_statement": _Reader._redirected,  # noqa: SLF001
    "if_statement": _Reader._if,  # noqa: SLF001
    "while_statement": _Reader._loop,  # noqa: SLF001
    "for_statement": _Reader._loop,  # noqa: SLF001
    "c_style_for_statement": _Reader._loop,  # noqa: SLF001
    "case_statement": _Reader._case,  # noqa: SLF001
    "function_definition": _Reader._function,  # noqa: SLF001
    "compound_statement": _Reader._compound,  # noqa: SLF001
    "subshell": _Reader._subshell,  # noqa: SLF001
}
