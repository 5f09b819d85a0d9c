"""Conditions in words, and guards that skip work in silence when a secret is missing."""

from __future__ import annotations

import re

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

_VARIABLE = regex(r"\$\{?([A-Za-z_]\w*)(?::?-[^}]*)?\}?$")
_EXPRESSION = regex(r"\$\{\{\s*(?:secrets|env|vars)\.(\w+)\s*\}\}$")
_SECRET = regex(
    r"token|secret|passw|credential|(?:^|_)key(?:$|_)|_key$|apikey|api_key|_pat$|webhook", re.IGNORECASE
)


def text(statement: Statement, limit: int = 60) -> str:
    """Write a statement in short, for a reason."""
    match statement:
        case Command():
            words = " ".join(statement.words) or " ".join("=".join(pair) for pair in statement.assigns)
        case Sequence():
            words = "; ".join(text(item) for item in statement.items)
            words = f"({words})" if statement.subshell else words
        case Connected():
            words = f"{text(statement.left)} {statement.operator} {text(statement.right)}"
        case Pipe():
            words = " | ".join(text(item) for item in statement.items)
        case Negated():
            words = f"! {text(statement.item)}"
        case Background():
            words = f"{text(statement.item)} &"
        case Conditional():
            words = f"if {text(statement.test)}"
        case Loop():
            words = "a loop"
        case FunctionDef():
            words = f"{statement.name}()"
    words = " ".join(words.split())
    return words if len(words) <= limit else words[: limit - 1] + "…"


def skipped_on(test: Statement) -> str:
    """Return the variable whose emptiness a test asks for (`[ -z "$TOKEN" ]`), or its presence (`-n`); else ""."""
    return _variable(test)


def needed_by(test: Statement) -> str:
    """Return the variable that a test asks about, for the branch in which the test fails."""
    return _variable(test)


def is_secret(name: str) -> bool:
    """Tell whether a variable is named like a secret."""
    return bool(_SECRET.search(name))


def _variable(test: Statement) -> str:
    while isinstance(test, Sequence | Negated):
        if isinstance(test, Negated):
            test = test.item
        elif len(test.items) == 1:
            test = test.items[0]
        else:
            return ""
    if not isinstance(test, Command) or not test.words or test.words[0] not in {"[", "[[", "test"}:
        return ""
    inner = [word for word in test.words[1:] if word not in {"]", "]]", "!"}]
    if len(inner) == 2 and inner[0] in {"-z", "-n"}:
        return _name(inner[1])
    if len(inner) == 3 and inner[1] in {"=", "==", "!="} and not inner[2]:
        return _name(inner[0])
    return _name(inner[0]) if len(inner) == 1 else ""


def _name(word: str) -> str:
    match = _VARIABLE.match(word) or _EXPRESSION.match(word)
    return f"${match[1]}" if match else ""
