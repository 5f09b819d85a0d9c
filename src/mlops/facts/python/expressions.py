"""Walk expressions: name what can be named, record calls, conditional expressions and what flows where."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from mlops.facts.python import literals
from mlops.facts.python.grammar import kinds, table
from mlops.facts.python.state import OPAQUE, TAINT, VALUE, Arm, Binding, CallRecord, CheckRecord, Deps, Walk

IDENTIFIER = kinds("identifier")
ATTRIBUTE = kinds("attribute")
CALL = kinds("call")
COMMENT = kinds("comment")
KEYWORD = kinds("keyword_argument")
SPLAT = kinds("list_splat", "dictionary_splat")
GENERATOR = kinds("generator_expression")
SEQUENCE = kinds("tuple", "list", "expression_list", "pattern_list", "tuple_pattern", "list_pattern")
SUBSCRIPT = kinds("subscript")
LIST_SPLAT = kinds("list_splat", "list_splat_pattern", "as_pattern_target", "parenthesized_expression")
FOR = kinds("for_in_clause")
INTERPOLATION = kinds("interpolation")
STRING = kinds("string")
BINARY = kinds("binary_operator", "boolean_operator")
CONDITIONAL = kinds("conditional_expression")

#: Methods that put their arguments into what they are called on.
MUTATORS = frozenset({"append", "extend", "add", "update", "insert", "setdefault", "appendleft", "put"})

#: Functions whose items are those of their argument.
_PASSING = frozenset(
    {"enumerate", "reversed", "sorted", "list", "tuple", "set", "iter", "tqdm", "tqdm.tqdm", "track"}
)

#: Calls that check something without "assert" in their name, and the roots of functions that check their arguments.
_EXPECTING = frozenset({"pytest.raises", "pytest.warns", "pytest.fail", "self.fail"})
_TESTING = ("np.testing.", "numpy.testing.", "pd.testing.", "pandas.testing.", "torch.testing.", "tf.", "testing.",
            "polars.testing.", "pl.testing.", "tm.", "tm_", "jnp.", "chex.", "xr.testing.", "npt.")  # fmt: skip

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


def _identifier(walk: Walk, node: Node) -> str:
    name = walk.text[node.start_byte : node.end_byte]
    walk.deps.append(name)
    loads = walk.scope.loads
    if name not in loads:
        loads[name] = node
    return name


def _attribute(walk: Walk, node: Node) -> str:
    symbol = target(walk, node)
    loads = walk.scope.loads
    if symbol and symbol not in loads and symbol[0] != "?":
        loads[symbol] = node
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


def _call(walk: Walk, node: Node) -> str:
    children = node.children
    callee, given = children[0], children[-1]
    outer = walk.deps
    deps: Deps = []
    walk.deps = deps
    if callee.kind_id in IDENTIFIER:
        symbol = walk.text[callee.start_byte : callee.end_byte]
        deps.append(symbol)
    else:
        symbol = target(walk, callee)
        if not symbol or literals.is_literal(symbol):
            symbol = "?"
    receiver = len(deps)
    args: list[str] = []
    keywords: list[tuple[str, str]] = []
    if given.kind_id in GENERATOR:
        args.append(_comprehension(walk, given))
    else:
        _arguments(walk, given, args, keywords)
    walk.deps = outer
    calls = walk.calls
    index = len(calls)
    outer.append(index)
    scope = walk.scope
    calls.append(CallRecord(symbol, node, scope, args, keywords, deps, walk.guard, walk.live))
    if deps:
        walk.events.append((scope, index, deps))
    if "." in symbol:
        _method_effects(walk, symbol, node, deps, receiver)
    return symbol


def _arguments(walk: Walk, given: Node, args: list[str], keywords: list[tuple[str, str]]) -> None:
    text = walk.text
    handlers = EXPRESSIONS
    for argument in given.named_children:
        kind = argument.kind_id
        if kind in KEYWORD:
            parts = argument.named_children
            name, value = parts[0], parts[-1]
            keywords.append((text[name.start_byte : name.end_byte], handlers[value.kind_id](walk, value)))
        elif kind in SPLAT:
            each(walk, argument)
            args.append("")
        elif kind not in COMMENT:
            args.append(handlers[kind](walk, argument))


def _method_effects(walk: Walk, symbol: str, node: Node, deps: Deps, receiver: int) -> None:
    """Let arguments flow into a container, and record assertions that are made by calls."""
    last = symbol[symbol.rfind(".") + 1 :]
    if last in MUTATORS:
        if len(deps) > receiver:
            walk.events.append((walk.scope, key(symbol.lstrip("?")), deps[receiver:]))
    elif last.startswith("assert") or symbol in _EXPECTING:
        # What a mock was called with depends on the mock; the others check their arguments.
        fed = deps if last.startswith("assert_") and not symbol.startswith(_TESTING) else deps[receiver:]
        record_check(walk, "assert", node, fed)


def record_check(walk: Walk, kind: str, test: Node, deps: Deps) -> CheckRecord:
    """Append a check of the test at `test`."""
    check = CheckRecord(
        kind, test.start_point.row, test.start_byte, test.end_byte, walk.scope, deps, walk.guard, walk.live
    )
    walk.checks.append(check)
    return check


def _subscript(walk: Walk, node: Node) -> str:
    children = node.named_children
    symbol = target(walk, children[0])
    for child in children[1:]:
        EXPRESSIONS[child.kind_id](walk, child)
    if not symbol or literals.is_literal(symbol):
        return "?"
    return symbol if symbol[0] == "?" else "?" + symbol


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
        if child.kind_id in INTERPOLATION:
            each(walk, child)
            parts.append("{}")
        else:
            piece = walk.text[child.start_byte : child.end_byte]
            parts.append(piece.replace("{{", "{").replace("}}", "}"))
    return "".join(parts)


def _joined(walk: Walk, node: Node) -> str:
    parts = [evaluate(walk, child) for child in node.named_children if child.kind_id in STRING]
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


def _binary(walk: Walk, node: Node) -> str:
    """Walk long sums without recursion: they lean to the left."""
    operands: list[Node] = []
    boolean = False
    while node.kind_id in BINARY:
        children = [child for child in node.named_children if child.kind_id not in COMMENT]
        boolean = walk.text[children[0].end_byte : children[-1].start_byte].strip(" \t\n\\()") == "or"
        operands.append(children[-1])
        node = children[0]
    value = evaluate(walk, node)
    for operand in reversed(operands):
        other = evaluate(walk, operand)
        value = other or value
    return value if boolean and not literals.is_literal(value) else ""


def _collection(walk: Walk, node: Node) -> str:
    values = [
        EXPRESSIONS[child.kind_id](walk, child)
        for child in node.named_children
        if child.kind_id not in COMMENT
    ]
    if not all(map(literals.is_literal, values)):
        return ""
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


def _inner(walk: Walk, node: Node) -> str:
    value = ""
    for child in node.named_children:
        if child.kind_id not in COMMENT:
            value = EXPRESSIONS[child.kind_id](walk, child)
    return value


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


def _conditional(walk: Walk, node: Node) -> str:
    parts = [child for child in node.named_children if child.kind_id not in COMMENT]
    outer = walk.deps
    deps: Deps = []
    walk.deps = deps
    if len(parts) < 3:
        return each(walk, node)
    evaluate(walk, parts[1])
    check = record_check(walk, "conditional", parts[1], deps)
    walk.deps = outer
    outer += deps
    check.body, check.orelse = _value_arm(parts[0]), _value_arm(parts[2])
    first = evaluate(walk, parts[0])
    second = evaluate(walk, parts[2])
    return (
        first if first and not literals.is_literal(first) else "" if literals.is_literal(second) else second
    )


def _value_arm(node: Node) -> Arm:
    return Arm(node.start_point.row, node.end_point.row)


def _comprehension(walk: Walk, node: Node) -> str:
    children = node.named_children
    for child in children:
        if child.kind_id in FOR:
            loop(walk, child, node, hidden=True)
    for child in children:
        if child.kind_id not in FOR:
            EXPRESSIONS[child.kind_id](walk, child)
    return ""


def loop(walk: Walk, clause: Node, whole: Node, *, hidden: bool = False) -> None:
    """Bind the targets of a `for` to the item of what it runs over, which is named as that is."""
    left = clause.child_by_field_name("left")
    rights = clause.children_by_field_name("right")
    outer = walk.deps
    deps: Deps = []
    walk.deps = deps
    value = ""
    for right in rights:
        value = evaluate(walk, right)
        if value in _PASSING and right.kind_id in CALL and walk.calls[-1].args:
            value = walk.calls[-1].args[0]
    outer += deps
    walk.deps = outer
    if left is not None:
        value = "" if literals.is_literal(value) else value
        assign(walk, left, value, left, [TAINT, *deps], hidden=whole if hidden else None)


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
        symbol = _subscript(walk, node).lstrip("?")
        walk.deps = outer
        if deps and symbol:
            walk.events.append((walk.scope, key(symbol), deps))
    elif kind in SEQUENCE or kind in LIST_SPLAT:
        for child in node.named_children:
            assign(walk, child, "" if literals.is_literal(value) else value, whole, deps, hidden=hidden)


def _bind_hidden(walk: Walk, name: str, value: str, hidden: Node, deps: Deps) -> None:
    scope = walk.scope
    if name not in scope.names:
        kind = VALUE if value else OPAQUE
        scope.names[name] = [Binding(hidden.start_byte, kind, value, hidden.start_byte, scope)]
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
            binding = Binding(whole.end_byte, VALUE if value else OPAQUE, value, whole.start_byte, walk.scope)
            walk.method.attributes.setdefault(rest, []).append(binding)
    if deps and symbol:
        walk.events.append((walk.scope, key(symbol.lstrip("?")), deps))


def _nothing(_walk: Walk, _node: Node) -> str:
    return ""


def _none(_walk: Walk, _node: Node) -> str:
    return "None"


def _true(_walk: Walk, _node: Node) -> str:
    return "True"


def _false(_walk: Walk, _node: Node) -> str:
    return "False"


_HANDLERS: dict[str, Callable[[Walk, Node], str]] = {
    "identifier": _identifier,
    "attribute": _attribute,
    "call": _call,
    "subscript": _subscript,
    "string": _string,
    "concatenated_string": _joined,
    "integer float": _number,
    "unary_operator": _unary,
    "binary_operator boolean_operator": _binary,
    "list tuple set expression_list": _collection,
    "dictionary": _dictionary,
    "parenthesized_expression await": _inner,
    "named_expression": _named,
    "conditional_expression": _conditional,
    "list_comprehension set_comprehension dictionary_comprehension generator_expression": _comprehension,
    "lambda": _lambda,
    "none": _none,
    "true": _true,
    "false": _false,
    "comment type ellipsis string_start string_content string_end type_conversion line_continuation": _nothing,
}
EXPRESSIONS = table(_HANDLERS, each)
