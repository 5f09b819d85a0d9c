"""The state of a shell in the fold: exit status, options, the variables that keep a status, and who failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

#: A status that is not zero, of unknown number.
FAILED = "failed"
#: A status that may be zero or not.
OPEN = "open"
#: Bit of the world in which every command succeeds; bit k + 1 is the world in which command k fails.
CLEAN = 1

#: More states than this are joined by forgetting the variables.
MAX_STATES = 48

_OPTION_LETTERS = {"e": "errexit", "E": "errtrace"}


class State(NamedTuple):
    """What decides how the script goes on; a tuple, since it is a key in most of what the fold does."""

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
        return self if status == self.status else self._replace(status=status)

    def value(self, name: str) -> str | None:
        """Return the value of a tracked variable."""
        return next((value for key, value in self.variables if key == name), None)

    def assign(self, name: str, value: str) -> State:
        """Return the state with a variable set."""
        rest = tuple(item for item in self.variables if item[0] != name)
        return self._replace(variables=tuple(sorted((*rest, (name, value)))))

    def forget(self, name: str) -> State:
        """Return the state without a variable."""
        return self._replace(variables=tuple(item for item in self.variables if item[0] != name))


States = dict[State, int]


def add(states: States, state: State, worlds: int) -> None:
    """Add worlds to a state."""
    if worlds:
        # One look-up where the state is new or brings nothing new: a state's hash is that of all its parts.
        before = states.setdefault(state, worlds)
        if before | worlds != before:
            states[state] = before | worlds


def merge(*parts: States) -> States:
    """Join states; where they are too many, forget the variables."""
    joined: States = {state: worlds for state, worlds in parts[0].items() if worlds} if parts else {}
    for part in parts[1:]:
        for state, worlds in part.items():
            add(joined, state, worlds)
    if len(joined) > MAX_STATES:
        bare: States = {}
        for state, worlds in joined.items():
            add(bare, state._replace(variables=()), worlds)
        return bare
    return joined


def changed(states: States, change: Callable[[State], State]) -> States:
    """Change every state; those that become equal are joined."""
    return merge(*({change(state): worlds} for state, worlds in states.items()))


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


def apply_set(state: State, words: tuple[str, ...]) -> State:
    """Apply the `set` builtin: `-euo pipefail`, `+e`, `-o errexit`."""
    names: list[tuple[str, bool]] = []
    takes_name: list[bool] = []
    for word in words[1:]:
        if word in {"-", "--"}:
            break
        if word[:1] in {"+", "-"}:
            on = word[0] == "-"
            names += [(_OPTION_LETTERS.get(letter, ""), on) for letter in word[1:]]
            takes_name += [on] * word[1:].count("o")
        elif takes_name:
            names.append((word, takes_name.pop(0)))
    for name, on in names:
        if name == "errexit":
            state = state._replace(errexit=on)
        elif name == "pipefail":
            state = state._replace(pipefail=on)
    return state
