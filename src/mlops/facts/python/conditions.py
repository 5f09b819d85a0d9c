"""Read the text of a test: its names, operators and numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlops.facts.python import literals

_LONGEST = 4000
_TOKEN = re.compile(
    r"""(?P<name>[^\W\d]\w*(?![\w'"]))|(?P<operator><=|>=|==|!=|<>|<<|>>|:=|->|<|>)"""
    r"|(?P<number>-?(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)[jJlL]?)"
    r"""|(?P<string>[a-zA-Z]{0,2}(?:\'{3}(?:[^\\]|\\.)*?\'{3}|"{3}(?:[^\\]|\\.)*?"{3}"""
    r"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))|(?P<comment>\#[^\n]*)""",
    re.DOTALL,
)
_WORDS = frozenset({"in", "is", "and", "or", "not"})
_IGNORED = frozenset(
    {"if", "else", "for", "lambda", "await", "async", "True", "False", "None", "yield", "assert"}
)
_NO_OPERATORS = frozenset({"<<", ">>", ":=", "->"})


@dataclass(frozen=True, slots=True)
class Condition:
    """What a test is made of."""

    names: tuple[str, ...]
    operators: tuple[str, ...]
    numbers: tuple[str, ...]


def read(text: str) -> Condition:
    """Split the text of a test into its tokens, each kept once in the order of the text."""
    names: dict[str, None] = {}
    operators: dict[str, None] = {}
    numbers: dict[str, None] = {}
    last = ""
    for token in _TOKEN.finditer(text, 0, _LONGEST):
        kind, value = token.lastgroup, token[0]
        if kind == "name" and value not in _IGNORED and value not in _WORDS:
            names[value] = None
        elif kind == "string":
            names[literals.unescape(literals.split_string(value)[1])[: literals.LIMIT]] = None
        elif kind == "number":
            numbers[_signed(text, token.start(), value)] = None
        elif kind == "operator" and value not in _NO_OPERATORS:
            operators[value] = None
        elif value in _WORDS:
            last = _word(operators, last, value)
            continue
        last = ""
    return Condition(tuple(names), tuple(operators), tuple(numbers))


def _word(operators: dict[str, None], last: str, value: str) -> str:
    """Join `not in` and `is not`; return the word that a next one may be joined to."""
    joined = f"{last} {value}"
    if joined in {"not in", "is not"}:
        operators.pop(last, None)
        value = joined
    operators[value] = None
    return value


def _signed(text: str, start: int, value: str) -> str:
    """Drop a minus that subtracts."""
    before = text[:start].rstrip()[-1:]
    return (
        value[1:] if value[0] == "-" and (before.isalnum() or before in {"_", ")", "]"}) and before else value
    )
