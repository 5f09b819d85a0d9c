"""Values that decide in the fold: variables that keep a status, tests about them, questions to the world."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
from mlops.graph.shell.state import FAILED, OPEN, State

_VARIABLE = regex(r"\$(?:\{)?([A-Za-z_]\w*|\?)(?::?-(\w*))?\}?$")
_PIPESTATUS = regex(r"\$\{PIPESTATUS\[\d+\]\}$")
_ARITHMETIC_ALL = regex(r"[A-Za-z_]\w*")

#: Tests that ask about the world: nobody can tell from the text how they end.
_PROBES = frozenset(
    [
        "[",
        "[[",
        "test",
        "((",
        "grep",
        "egrep",
        "fgrep",
        "rg",
        "command",
        "which",
        "type",
        "hash",
        "diff",
        "cmp",
        "pgrep",
        "read",
        "stat",
        "ping",
        "nc",
        "jq",
        "expr",
        "find",
        "ls",
        "getent",
        "id",
        "compgen",
        "let",
        "curl",
        "wget",
    ]
)
_GIT_PROBES = frozenset(
    [
        "diff",
        "diff-index",
        "rev-parse",
        "ls-files",
        "show-ref",
        "ls-remote",
        "merge-base",
        "config",
        "cat-file",
        "status",
        "log",
    ]
)


def is_probe(words: tuple[str, ...]) -> bool:
    """Tell whether a command only asks something, so that as a condition both answers are likely."""
    if words[0] == "git":
        return next((word for word in words[1:] if not word.startswith("-")), "") in _GIT_PROBES
    if words[0] in {"docker", "kubectl", "aws", "az", "gcloud"}:
        return any(
            word in {"inspect", "get", "describe", "show", "exists", "ps", "images", "list"}
            for word in words[1:4]
        ) or any(word.startswith(("describe-", "get-", "list-", "head-")) for word in words[1:4])
    return words[0] in _PROBES


def known(state: State, word: str) -> str | None:
    """Return the value of a word in a state: a literal, a tracked variable, `$?`; None for the rest."""
    word = word.strip("\"'")
    if _PIPESTATUS.match(word):
        return state.value("PIPESTATUS") or state.status
    match = _VARIABLE.match(word)
    if match:
        value = state.status if match[1] == "?" else state.value(match[1])
        return match[2] if value is None else None if value == OPEN else value
    return None if "$" in word or "`" in word else word


def status_of(state: State, word: str, variables: frozenset[str]) -> str:
    """Return the status that `exit WORD` gives; a variable of the script that is not set leaves the last one."""
    value = known(state, word)
    if value is None:
        match = _VARIABLE.match(word)
        unset = match is not None and match[1] in variables and state.value(match[1]) is None
        return (FAILED if state.status != "0" else "0") if unset else OPEN
    if value == FAILED:
        return FAILED
    return "0" if value in {"", "0"} else FAILED


def evaluate(state: State, words: tuple[str, ...]) -> bool | None:
    """Evaluate a test about tracked variables and literals; None where it asks about anything else."""
    inner = [word for word in words if word not in {"[", "[[", "]", "]]", "test", "((", "))"}]
    if words[0] == "((" and len(words) > 1:
        inner = [_dollar(part) for part in re.split(r"\s*(==|!=|>|<)\s*", words[1].strip())]
    negated = bool(inner) and inner[0] == "!"
    inner = inner[1:] if negated else inner
    answer = _compare(state, inner)
    return answer if answer is None else answer != negated


def _dollar(word: str) -> str:
    return f"${word}" if _ARITHMETIC_ALL.fullmatch(word) else word


def _compare(state: State, inner: list[str]) -> bool | None:
    if len(inner) == 1:
        value = known(state, inner[0])
        return None if value is None else value not in {"", "0"}
    if len(inner) == 2 and inner[0] in {"-z", "-n"}:
        value = known(state, inner[1])
        return None if value is None else (value == "") == (inner[0] == "-z")
    if len(inner) != 3:
        return None
    left, operator, right = known(state, inner[0]), inner[1], known(state, inner[2])
    if left is None or right is None:
        return None
    if FAILED in {left, right}:
        other = right if left == FAILED else left
        if other == "0":
            return operator in {"-ne", "!=", "-gt", ">"}
        return None
    if operator in {"-eq", "==", "="}:
        return left == right
    if operator in {"-ne", "!="}:
        return left != right
    if operator in {"-gt", ">"} and left.isdigit() and right.isdigit():
        return int(left) > int(right)
    return None


def tracked(body: Sequence, limit: int = 6) -> frozenset[str]:
    """Return the variables that are set from a status or literal and decide an exit or a test."""
    assigned: set[str] = set()
    used: list[str] = []
    for command in commands(body):
        assigned.update(name for name, value in command.assigns if _plain_value(value))
        assigned.update(_counted(command.words))
        if command.words and command.words[0] in {"exit", "return", "[", "[[", "test", "((", "wait"}:
            text = " ".join(command.words)
            found = (
                _ARITHMETIC_ALL.findall(text) if command.words[0] == "((" else re.findall(r"\$\{?(\w+)", text)
            )
            used += found
    return frozenset(list(dict.fromkeys(name for name in used if name in assigned))[:limit])


def _plain_value(value: str) -> bool:
    return (
        "$?" in value
        or "PIPESTATUS" in value
        or value == "$!"
        or bool(re.fullmatch(r"\w*|\$\(\(.*\)\)|\$\w+", value))
    )


def _counted(words: tuple[str, ...]) -> Iterator[str]:
    """Yield the variable that `((x++))` or `let x+=1` raises."""
    if len(words) > 1 and words[0] in {"((", "let"}:
        match = re.match(r"(?:\+\+)?([A-Za-z_]\w*)\s*(?:\+\+|\+=)?", words[1])
        if match and "+" in words[1]:
            yield match[1]


def assigned_value(state: State, name: str, value: str) -> str:
    """Return what a tracked variable holds after `NAME=VALUE`."""
    if value.startswith("$(("):
        if "$?" in value or "PIPESTATUS" in value:
            return FAILED if state.status != "0" else state.value(name) or "0"
        return FAILED if "+" in value else OPEN
    found = known(state, value)
    return OPEN if found is None else found


def counts(command: Command) -> Iterator[str]:
    """Yield the variables that a command raises above zero."""
    return _counted(command.words)


def commands(statement: Statement) -> Iterator[Command]:
    """Yield every command below a statement, nested scripts included."""
    match statement:
        case Command():
            yield statement
            for script in statement.nested:
                yield from commands(script)
        case Sequence() | Pipe():
            for item in statement.items:
                yield from commands(item)
        case Connected():
            yield from commands(statement.left)
            yield from commands(statement.right)
        case Negated() | Background():
            yield from commands(statement.item)
        case Conditional():
            yield from commands(statement.test)
            yield from commands(statement.then)
            if statement.otherwise:
                yield from commands(statement.otherwise)
        case Loop():
            yield from commands(statement.test)
            yield from commands(statement.body)
        case FunctionDef():
            yield from commands(statement.body)
