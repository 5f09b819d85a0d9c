"""Where redirections and pipes belong in the tree of statements."""

from __future__ import annotations

from mlops.domain.record import replace
from mlops.domain.shell import (
    Background,
    Command,
    Conditional,
    Connected,
    Loop,
    Negated,
    Pipe,
    Sequence,
    Statement,
)


def piped(first: Statement, rest: Statement) -> Statement:
    """Put a command before a pipeline, which binds closer than `&&` and `||`."""
    if isinstance(rest, Pipe) and len(rest.items) == 1:  # how the grammar puts `<<EOF | b || c`
        rest = rest.items[0]
    if isinstance(rest, Connected):
        return replace(rest, left=piped(first, rest.left), line=first.line)
    items = rest.items if isinstance(rest, Pipe) else (rest,)
    return Pipe((first, *items), first.line)


def redirect(item: Statement, outputs: tuple[str, ...], stdin: str) -> Statement:
    """Attach a redirection to the command it belongs to: the last of a list, all of a group."""
    if not outputs and not stdin:
        return item
    match item:
        case Command():
            return replace(item, outputs=(*item.outputs, *outputs), stdin=item.stdin or stdin)
        case Connected():
            return replace(item, right=redirect(item.right, outputs, stdin))
        case Pipe():
            return replace(item, items=(*item.items[:-1], redirect(item.items[-1], outputs, stdin)))
        case Sequence():
            return replace(item, items=tuple(redirect(part, outputs, "") for part in item.items))
        case Negated() | Background():
            return replace(item, item=redirect(item.item, outputs, stdin))
        case Conditional():
            otherwise = item.otherwise and _group(item.otherwise, outputs)
            return replace(item, then=_group(item.then, outputs), otherwise=otherwise)
        case Loop():
            return replace(item, body=_group(item.body, outputs))
        case _:
            return item


def _group(body: Sequence, outputs: tuple[str, ...]) -> Sequence:
    return replace(body, items=tuple(redirect(part, outputs, "") for part in body.items))
