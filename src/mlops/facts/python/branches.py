"""Walk `if`, `while`, `for`, `match`, `with` and `try`."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from mlops.domain.regex import regex
from mlops.facts.python import literals
from mlops.facts.python.blocks import IDLE, arm, block
from mlops.facts.python.grammar import BLOCK, COMMENT, kinds
from mlops.facts.python.names import evaluate, record_check
from mlops.facts.python.state import TAINT, Arm, Deps, Guard, Scope, Walk
from mlops.facts.python.targets import assign, loop

_ELIF = kinds("elif_clause")
_ELSE = kinds("else_clause")
_EXCEPT = kinds("except_clause", "except_group_clause")
_FINALLY = kinds("finally_clause")
_AS = kinds("as_pattern")
_TARGET = kinds("as_pattern_target")
_CASE = kinds("case_clause")
_ITEM = kinds("with_item")
_CLAUSE = kinds("with_clause")

_MAIN = regex(r"""\(?\s*(?:__name__\s*==\s*['"]__main__['"]|['"]__main__['"]\s*==\s*__name__)\s*\)?\Z""")
_TYPING = frozenset({"TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"})
_FALSE = frozenset({"False", "0", "None"})
_TRUE = frozenset({"True", "1"})
#: Handlers that swallow a failed check: of everything, of assertions, and of what schemas raise.
_BROAD = regex(r"\b(?:(?:Base)?Exception|AssertionError|SchemaErrors?|ValidationError)\b")
_IMPORT = regex(r"\b(?:ImportError|ModuleNotFoundError|Exception|BaseException)\b")
#: `raise …` and `sys.exit(…)`, and the codes that are no failure.
_FAILURE = regex(
    r"(?P<exit>(?:raise\s+SystemExit|sys\.exit|os\._exit|exit|quit)\b\s*\(?(?P<code>[^)]*)\)?\Z)|raise\b"
)
_FINE = frozenset({"", "0", "None"})
#: How many statements after a branch may lead to a failure by printing or logging.
_NEAR = 4
_EXPECTING = ("pytest.raises", "pytest.warns", "self.assertRaises", "self.assertWarns")


def _if(walk: Walk, node: Node) -> bool:
    return _arms(walk, [child for child in node.named_children if child.kind_id not in COMMENT], node)[1]


def _arms(walk: Walk, rest: list[Node], node: Node) -> tuple[Arm, bool]:
    """Walk a condition with its block, then the `elif` and `else` clauses after it."""
    condition = rest[0]
    written = walk.text[condition.start_byte : condition.end_byte]
    body = rest[1] if len(rest) > 1 and rest[1].kind_id in BLOCK else None
    others = rest[2:] if body is not None else rest[1:]
    if _MAIN.match(written) and walk.function is None:
        return _main(walk, body, others, node)
    check = None
    if written in _TYPING:
        never, always = True, False
    else:
        deps: Deps = []
        walk.deps = deps
        value = evaluate(walk, condition)
        never, always = value in _FALSE, value in _TRUE
        check = record_check(walk, "if", condition, deps)
    first, ended = _dead_arm(walk, body, dead=never, optional=written in _TYPING)
    second, other_ended = _otherwise(walk, others, node, dead=always)
    if check is not None:
        check.body, check.orelse = first, second if others or not ended else implied(walk, node)
    both = Arm(first.start, max(first.end, second.end))
    both.merge(first)
    both.merge(second)
    walk.arm.merge(first)
    return both, (ended or never) and (other_ended or always)


def _otherwise(walk: Walk, others: list[Node], node: Node, *, dead: bool) -> tuple[Arm, bool]:
    live = walk.live
    walk.live = live and not dead
    found, ended = Arm(), False
    if others and others[0].kind_id in _ELIF:
        inner = [child for child in others[0].named_children if child.kind_id not in COMMENT]
        found, ended = _arms(walk, inner + others[1:], node)
        found.start = others[0].start_point.row
    elif others:
        found, ended = _dead_arm(walk, body_of(others[0]), dead=False)
        walk.arm.merge(found)
    walk.live = live
    return found, ended


def _dead_arm(walk: Walk, body: Node | None, *, dead: bool, optional: bool = False) -> tuple[Arm, bool]:
    if body is None:
        return Arm(), False
    live, was_optional = walk.live, walk.optional
    walk.live = live and not dead
    walk.optional = was_optional or optional
    found, ended = arm(walk, body)
    walk.live, walk.optional = live, was_optional
    return found, ended


def _main(walk: Walk, body: Node | None, others: list[Node], node: Node) -> tuple[Arm, bool]:
    scope: Scope = walk.scope
    if scope is walk.module:
        walk.scope = walk.main
    found, _ = _dead_arm(walk, body, dead=False)
    walk.scope = scope
    walk.arm.merge(found)
    _otherwise(walk, others, node, dead=False)
    return found, False


def implied(walk: Walk, node: Node) -> Arm:
    """Return the failure right after a branch that ends the code: its `else` in all but form."""
    found = Arm()
    sibling = node.next_named_sibling
    for _ in range(_NEAR):
        if sibling is None:
            break
        written = walk.text[sibling.start_byte : sibling.end_byte]
        if sibling.kind_id not in COMMENT:
            found.start = sibling.start_point.row if found.start < 0 else found.start
        failure = _FAILURE.match(written)
        if failure is not None:
            found.end = sibling.end_point.row
            found.raises = failure["exit"] is None
            found.exits = not found.raises and failure["code"] not in _FINE
            return found if found.raises or found.exits else Arm()
        if sibling.kind_id not in COMMENT and IDLE.match(written) is None:
            break
        sibling = sibling.next_named_sibling
    return Arm()


def body_of(node: Node) -> Node | None:
    """Return the block of a clause."""
    return next((child for child in reversed(node.named_children) if child.kind_id in BLOCK), None)


def _while(walk: Walk, node: Node) -> bool:
    rest = [child for child in node.named_children if child.kind_id not in COMMENT]
    deps: Deps = []
    walk.deps = deps
    value = evaluate(walk, rest[0])
    check = record_check(walk, "while", rest[0], deps)
    check.body, _ = _dead_arm(walk, body_of(node), dead=value in _FALSE)
    walk.arm.merge(check.body)
    _else(walk, rest)
    return False


def _for(walk: Walk, node: Node) -> bool:
    loop(walk, node, node)
    body = body_of(node)
    if body is not None:
        block(walk, body)
    _else(walk, node.named_children)
    return False


def _else(walk: Walk, rest: list[Node]) -> None:
    for clause in rest:
        body = body_of(clause) if clause.kind_id in _ELSE else None
        if body is not None:
            block(walk, body)


def _match(walk: Walk, node: Node) -> bool:
    subject = node.child_by_field_name("subject")
    if subject is None:
        return False
    deps: Deps = []
    walk.deps = deps
    evaluate(walk, subject)
    check = record_check(walk, "match", subject, deps)
    check.body = Arm(node.start_point.row, node.end_point.row)
    body = body_of(node)
    for case in body.named_children if body is not None else ():
        consequence = body_of(case) if case.kind_id in _CASE else None
        if consequence is not None:
            found, _ = arm(walk, consequence)
            check.body.merge(found)
    walk.arm.merge(check.body)
    return False


def _with(walk: Walk, node: Node) -> bool:
    guard = walk.guard
    checks = len(walk.checks)
    expecting = False
    for clause in node.named_children:
        for item in clause.named_children if clause.kind_id in _CLAUSE else ():
            if item.kind_id in _ITEM and item.named_children:
                expecting = _manager(walk, item.named_children[0]) or expecting
    opened = walk.checks[checks:] if expecting else []
    calls = len(walk.calls)
    body = body_of(node)
    ended = block(walk, body) if body is not None else False
    for check in opened:
        # What is expected to raise is what the check is about.
        check.deps = [*check.deps, *range(calls, len(walk.calls))]
    suppressed = walk.guard is not guard
    walk.guard = guard
    return ended and not expecting and not suppressed


def _manager(walk: Walk, value: Node) -> bool:
    deps: Deps = []
    walk.deps = deps
    alias = None
    if value.kind_id in _AS:
        children = value.named_children
        value, alias = children[0], children[-1]
    before = len(walk.calls)
    symbol = evaluate(walk, value)
    if len(walk.calls) > before and walk.calls[-1].node == value:
        call = walk.calls[-1]
        call.role = "with"
        if symbol.rpartition(".")[2] == "suppress" and any(_BROAD.fullmatch(arg) for arg in call.args):
            walk.guard = Guard(walk.guard, swallows=True)
    if alias is not None:
        assign(walk, alias, "" if literals.is_literal(symbol) else symbol, value, deps)
    return symbol.startswith(_EXPECTING)


def _try(walk: Walk, node: Node) -> bool:
    clauses = node.named_children
    handlers = [child for child in clauses if child.kind_id in _EXCEPT]
    headers = [_header(walk, handler) for handler in handlers]
    guard, optional, outer = walk.guard, walk.optional, walk.arm
    walk.guard = inner = Guard(guard)
    walk.optional = optional or any(header == "" or _IMPORT.search(header) for header in headers)
    body = next((child for child in clauses if child.kind_id in BLOCK), None)
    tried, ended = arm(walk, body) if body is not None else (Arm(), False)
    walk.guard, walk.optional = guard, optional
    exits_swallowed = False
    for handler, header in zip(handlers, headers, strict=True):
        found, handler_ended = _handler(walk, handler)
        ended = ended and handler_ended
        if (header == "" or _BROAD.search(header)) and not (found.raises or found.exits):
            inner.swallows = True
            exits_swallowed = exits_swallowed or header == "" or "BaseException" in header
        outer.returns += found.returns
    tried.raises = tried.raises and not inner.swallows
    tried.exits = tried.exits and not exits_swallowed
    outer.merge(tried)
    _else(walk, clauses)
    for clause in clauses:
        last = body_of(clause) if clause.kind_id in _FINALLY else None
        if last is not None:
            ended = block(walk, last) or ended
    return ended


def _header(walk: Walk, handler: Node) -> str:
    body = body_of(handler)
    end = body.start_byte if body is not None else handler.end_byte
    return walk.text[handler.start_byte : end].removeprefix("except").partition("#")[0].strip(" \t\n\\*:")


def _handler(walk: Walk, handler: Node) -> tuple[Arm, bool]:
    for child in handler.named_children:
        if child.kind_id in _AS:
            evaluate(walk, child.named_children[0])
            assign(walk, child.named_children[-1], "", child, [TAINT])
        elif child.kind_id not in BLOCK and child.kind_id not in COMMENT:
            evaluate(walk, child)
    body = body_of(handler)
    return arm(walk, body) if body is not None else (Arm(), False)


HANDLERS: dict[str, Callable[[Walk, Node], bool]] = {
    "if_statement": _if,
    "while_statement": _while,
    "for_statement": _for,
    "match_statement": _match,
    "with_statement": _with,
    "try_statement": _try,
}
