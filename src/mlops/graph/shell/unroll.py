"""Loops over words that are written out: the body once for each word, with the word in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.domain.record import replace
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
from mlops.graph.shell.values import commands

#: A loop that has more passes than this, or would become more commands, is folded as one.
_MOST_PASSES = 40
_MOST_COMMANDS = 200


def passes(loop: Loop) -> Iterator[Sequence]:
    """Yield the body of a loop for each word; once as it is where the words are not known or make no difference."""
    if not loop.variable or len(loop.values) > _MOST_PASSES:
        yield loop.body
        return
    use = re.compile(rf"\$(?:{loop.variable}\b|\{{{loop.variable}\}})")
    inside = list(commands(loop.body))
    used = any(use.search(text) for command in inside for text in _texts(command))
    if not used or len(inside) * len(loop.values) > _MOST_COMMANDS:
        yield loop.body
        return
    for value in loop.values:
        yield _sequence(loop.body, use, value)


def _texts(command: Command) -> Iterator[str]:
    yield from command.words
    yield from command.outputs
    yield command.stdin
    for _, value in command.assigns:
        yield value


def _sequence(item: Sequence, use: re.Pattern[str], value: str) -> Sequence:
    return replace(item, items=tuple(_with(one, use, value) for one in item.items))


def _with(item: Statement, use: re.Pattern[str], value: str) -> Statement:
    """Return a statement with the word in place of the variable."""
    match item:
        case Command():
            return _command(item, use, value)
        case Sequence():
            return _sequence(item, use, value)
        case Pipe():
            return replace(item, items=tuple(_with(one, use, value) for one in item.items))
        case Connected():
            return replace(item, left=_with(item.left, use, value), right=_with(item.right, use, value))
        case Negated() | Background():
            return replace(item, item=_with(item.item, use, value))
        case Conditional():
            otherwise = _sequence(item.otherwise, use, value) if item.otherwise is not None else None
            return replace(
                item,
                test=_sequence(item.test, use, value),
                then=_sequence(item.then, use, value),
                otherwise=otherwise,
            )
        case Loop():
            return replace(item, test=_sequence(item.test, use, value), body=_sequence(item.body, use, value))
        case FunctionDef():
            return replace(item, body=_sequence(item.body, use, value))


def _command(command: Command, use: re.Pattern[str], value: str) -> Command:
    def put(text: str) -> str:
        return use.sub(lambda _: value, text)

    return replace(
        command,
        words=tuple(put(word) for word in command.words),
        assigns=tuple((name, put(text)) for name, text in command.assigns),
        outputs=tuple(put(text) for text in command.outputs),
        nested=tuple(_sequence(script, use, value) for script in command.nested),
        stdin=put(command.stdin),
    )
