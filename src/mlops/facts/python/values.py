"""Walk literals and render them; what is inside f-strings and collections is walked too."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from mlops.facts.python import literals
from mlops.facts.python.grammar import COMMENT, kinds
from mlops.facts.python.names import EXPRESSIONS, each, evaluate
from mlops.facts.python.state import Walk

_INTERPOLATION = kinds("interpolation")
_STRING = kinds("string")


def _string(walk: Walk, node: Node) -> str:
    written = walk.text[node.start_byte : node.end_byte]
    quote = written[0]
    if quote in "'\"" and "\\" not in written and written.isascii() and not written.startswith(quote * 3):
        return repr(written[1 : literals.LIMIT + 1] if len(written) > literals.LIMIT else written[1:-1])
    prefix, body = literals.split_string(written)
    if "f" in prefix or "t" in prefix:
        body = _interpolated(walk, node)
    body = literals.native(body[: 4 * literals.LIMIT])
    if "r" not in prefix:
        body = literals.unescape(body)
    body = body[: literals.LIMIT]
    return "b" + repr(body) if "b" in prefix else repr(body)


def _interpolated(walk: Walk, node: Node) -> str:
    parts: list[str] = []
    for child in node.children[1:-1]:
        if child.kind_id in _INTERPOLATION:
            each(walk, child)
            parts.append("{}")
        else:
            piece = walk.text[child.start_byte : child.end_byte]
            parts.append(piece.replace("{{", "{").replace("}}", "}"))
    return "".join(parts)


def _joined(walk: Walk, node: Node) -> str:
    parts = [evaluate(walk, child) for child in node.named_children if child.kind_id in _STRING]
    prefix = "b" if parts and all(part[0] == "b" for part in parts) else ""
    body = "".join(_unquoted(part) for part in parts)
    return prefix + repr(body[: literals.LIMIT])


def _unquoted(rendered: str) -> str:
    return literals.unescape(rendered.lstrip("b")[1:-1])


def _number(walk: Walk, node: Node) -> str:
    return literals.number(walk.text[node.start_byte : node.end_byte])


def _unary(walk: Walk, node: Node) -> str:
    children = node.children
    value = evaluate(walk, children[-1])
    if literals.is_number(value) and walk.text[node.start_byte] == "-":
        return value[1:] if value[0] == "-" else "-" + value
    return ""


def _collection(walk: Walk, node: Node) -> str:
    values = [
        EXPRESSIONS[child.kind_id](walk, child)
        for child in node.named_children
        if child.kind_id not in COMMENT
    ]
    if not all(map(literals.is_literal, values)):
        if walk.text[node.start_byte] == "{" or not values or values[0][:1] not in {"'", '"'}:
            return ""
        # A command line with holes, as in an f-string: `["docker", "push", image]`.
        values = [value if literals.is_literal(value) else "'{}'" for value in values]
    opening = walk.text[node.start_byte]
    body = ", ".join(values)
    if opening == "[":
        return _cut(f"[{body}]")
    if opening == "{":
        return _cut(f"{{{body}}}")
    return _cut(f"({body},)" if len(values) == 1 else f"({body})")


def _dictionary(walk: Walk, node: Node) -> str:
    literal = True
    parts: list[str] = []
    for child in node.named_children:
        if child.kind_id in COMMENT:
            continue
        children = child.named_children
        values = [EXPRESSIONS[item.kind_id](walk, item) for item in children if item.kind_id not in COMMENT]
        literal = literal and len(values) == 2 and all(map(literals.is_literal, values))
        if literal:
            parts.append(f"{values[0]}: {values[1]}")
    return _cut("{" + ", ".join(parts) + "}") if literal else ""


def _cut(text: str) -> str:
    return text if len(text) <= literals.LIMIT else text[: literals.LIMIT - 1] + text[-1]


def _nothing(_walk: Walk, _node: Node) -> str:
    return ""


def _none(_walk: Walk, _node: Node) -> str:
    return "None"


def _true(_walk: Walk, _node: Node) -> str:
    return "True"


def _false(_walk: Walk, _node: Node) -> str:
    return "False"


HANDLERS: dict[str, Callable[[Walk, Node], str]] = {
    "string": _string,
    "concatenated_string": _joined,
    "integer float": _number,
    "unary_operator": _unary,
    "list tuple set expression_list": _collection,
    "dictionary": _dictionary,
    "none": _none,
    "true": _true,
    "false": _false,
    "comment type ellipsis string_start string_content string_end type_conversion line_continuation": _nothing,
}
