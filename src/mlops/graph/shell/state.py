"""The state of a shell in the fold: exit status, options, the variables that keep a status, and who failed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

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

#: A status that is not zero, of unknown number.
FAILED = "failed"
#: A status that may be zero or not.
OPEN = "open"
#: Bit of the world in which every command succeeds; bit k + 1 is the world in which command k fails.
CLEAN = 1

#: More states than this are joined by forgetting the variables.
MAX_STATES = 48

_VARIABLE = re.compile(r"\$(?:\{)?([A-Za-z_]\w*|\?)(?::?-(\w*))?\}?$")
_PIPESTATUS = re.compile(r"\$\{PIPESTATUS\[\d+\]\}$")
_ARITHMETIC_ALL = re.compile(r"[A-Za-z_]\w*")
_OPTION_LETTERS = {"e": "errexit", "E": "errtrace"}

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


@dataclass(frozen=True, slots=True)
class State:
    """What decides how the script goes on."""

    #: Exit status of the last command: "0", FAILED, or a literal number.
    status: str = "0"
    errexit: bool = True
    pipefail: bool = False
    #: What a trap makes of every exit, and of every failure: "" for no trap, "0" for `exit 0`.
    exit_trap: str = ""
    error_trap: str = ""
    #: Variables that carry a status or a flag, sorted.
    variables: tuple[tuple[str, str], ...] = ()

    def with_status(self, status: str) -> State:
        """Return the state after a command that ended so."""
        return self if status == self.status else replace(self, status=status)

    def value(self, name: str) -> str | None:
        """Return the value of a tracked variable."""
        return next((value for key, value in self.variables if key == name), None)

    def assign(self, name: str, value: str) -> State:
        """Return the state with a variable set."""
        rest = tuple(item for item in self.variables if item[0] != name)
        return replace(self, variables=tuple(sorted((*rest, (name, value)))))

    def forget(self, name: str) -> State:
        """Return the state without a variable."""
        return replace(self, variables=tuple(item for item in self.variables if item[0] != name))


States = dict[State, int]


def add(states: States, state: State, worlds: int) -> None:
    """Add worlds to a state."""
    if worlds:
        states[state] = states.get(state, 0) | worlds


def merge(*parts: States) -> States:
    """Join states; where they are too many, forget the variables."""
    joined: States = {}
    for part in parts:
        for state, worlds in part.items():
            add(joined, state, worlds)
    if len(joined) > MAX_STATES:
        bare: States = {}
        for state, worlds in joined.items():
            add(bare, replace(state, variables=()), worlds)
        return bare
    return joined


def split(states: States) -> tuple[States, States]:
    """Separate the states whose last command succeeded from those where it failed."""
    good = {state: worlds for state, worlds in states.items() if state.status == "0"}
    return good, {state: worlds for state, worlds in states.items() if state.status != "0"}


def worlds_of(states: States) -> int:
    """Return all worlds of some states."""
    found = 0
    for worlds in states.values():
        found |= worlds
    return found


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


def apply_set(state: State, words: tuple[str, ...]) -> State:
    """Apply the `set` builtin: `-euo pipefail`, `+e`, `-o errexit`."""
    names: list[tuple[str, bool]] = []
    takes_name: list[bool] = []
    for word in words[1:]:
        if word in {"-", "--"}:
            break
        if word[0] in "+-":
            on = word[0] == "-"
            names += [(_OPTION_LETTERS.get(letter, ""), on) for letter in word[1:]]
            takes_name += [on] * word[1:].count("o")
        elif takes_name:
            names.append((word, takes_name.pop(0)))
    for name, on in names:
        if name == "errexit":
            state = replace(state, errexit=on)
        elif name == "pipefail":
            state = replace(state, pipefail=on)
    return state


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
    if words[0] == "((":
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


def counts(command: Command) -> Iterable[str]:
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
