"""Read the text of a test: its names, operators and numbers."""

from __future__ import annotations

import re

from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.facts.python import literals

_LONGEST = 4000
#: Groups: name, operator, number (a minus that subtracts is no sign), string; comments are only passed over.
_TOKEN = regex(
    r"""([^\W\d]\w*(?![\w'"]))|(<=|>=|==|!=|<>|<<|>>|:=|->|<|>)"""
    r"|((?:(?<![\w)\]])(?<![\w)\]]\s)-)?"
    r"(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)[jJlL]?)"
    r"""|([a-zA-Z]{0,2}(?:\'{3}(?:[^\\]|\\.)*?\'{3}|"{3}(?:[^\\]|\\.)*?"{3}"""
    r"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))|\#[^\n]*""",
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
    for name, operator, number, string in _TOKEN.findall(text, 0, _LONGEST):
        if name in _WORDS:
            last = _word(operators, last, name)
            continue
        if name:
            if name not in _IGNORED:
                names[name] = None
        elif string:
            names[literals.unescape(literals.split_string(string)[1])[: literals.LIMIT]] = None
        elif number:
            numbers[number] = None
        elif operator and operator not in _NO_OPERATORS:
            operators[operator] = None
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
