"""The worlds of a script while it is folded: who runs, who failed, what hid it."""

from __future__ import annotations

from mlops.domain.logic import Tri, all_of
from mlops.domain.record import dataclass, field, replace
from mlops.domain.shell import Command, Sequence, Statement
from mlops.graph.shell.state import CLEAN, FAILED, State, States, add, changed, merge, worlds_of
from mlops.graph.shell.values import commands, tracked

MAX_DEPTH = 200
MAX_STEPS = 40_000

_WITHOUT_E = "the shell runs without -e and a later command decides"
_IN_LIST = "with `&&` after it the shell goes on when it fails, and a later command decides"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether the clean world comes here for sure."""

    value: Tri = Tri.YES
    reason: str = ""
    fake: str = ""
    note: str = ""


@dataclass(slots=True)
class Record:
    """What the fold notes of one command."""

    command: Command
    function: str
    reach: Reach
    clean: bool = False


@dataclass(slots=True)
class Machine:
    """The state of a fold that is the same in all worlds, and the moves of which statements are made."""

    body: Sequence
    functions: dict[str, Sequence] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    index: dict[tuple[int, tuple[str, ...]], int] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    noted: int = CLEAN
    reach: Reach = field(default_factory=Reach)
    exits: list[States] = field(default_factory=lambda: [{}])
    returns: list[States] = field(default_factory=list)
    loops: list[States] = field(default_factory=list)
    #: Loop (by its id) -> its body for each pass; kept, so that a second visit meets the same commands.
    passes: dict[int, tuple[Sequence, ...]] = field(default_factory=dict)
    stack: tuple[str, ...] = ()
    #: Times that the clean world left with success before the end.
    left: int = 0
    depth: int = 0
    steps: int = 0
    trapped: list[str] = field(default_factory=list)
    variables: frozenset[str] = frozenset()
    pipestatus: bool = False
    waits: bool = False

    def __post_init__(self) -> None:
        """Look what the script needs to have tracked."""
        self.variables = tracked(self.body)
        for command in commands(self.body):
            text = (*command.words, *(value for _, value in command.assigns))
            self.pipestatus = self.pipestatus or any("PIPESTATUS" in word for word in text)
            self.waits = self.waits or (len(command.words) > 1 and command.words[0] == "wait")

    def run(self, statement: Statement, states: States, *, cond: bool) -> States:
        """Run one statement from all states; `cond` where the shell looks at its status."""
        raise NotImplementedError

    def subshell(self, item: Statement, states: States, cond: bool, *, inherit: bool = True) -> States:
        """Run in a shell of its own: options, variables and `exit` stay inside."""
        out: States = {}
        before = self.reach
        for state, worlds in states.items() or [(State(), 0)]:
            start = state if inherit else state._replace(errexit=False)
            self.exits.append({})
            ended = merge(self.run(item, {start: worlds} if worlds else {}, cond=cond), self.exits[-1])
            self.exits.pop()
            self.reach = before
            for after, reached in ended.items():
                add(out, state.with_status(after.status), reached)
        return out

    def fork(self, number: int, states: States, *, both: bool) -> States:
        """Let a command succeed in the worlds that come to it, and fail in its own (or both ways in all)."""
        record = self.records[number]
        clean = bool(worlds_of(states) & CLEAN)
        own = 1 << (number + 1)
        out: States = {}
        for state, worlds in states.items():
            fails = worlds if both else 0
            if worlds & CLEAN or not (clean or record.clean):
                fails |= own
            add(out, state.with_status("0"), worlds)
            add(out, state.with_status(FAILED), fails)
        record.clean = record.clean or clean
        return merge(out)

    def record(self, command: Command, states: States) -> int:
        """Note that a command may run here; the most certain of several visits counts."""
        reach = self.reach
        if not states:
            reach = lower(reach, Tri.NO, "it comes after the script has ended")
        elif not worlds_of(states) & CLEAN:
            reach = lower(reach, Tri.UNKNOWN, "it runs only after another command failed")
        key = (id(command), self.stack)
        number = self.index.get(key)
        if number is None:
            self.index[key] = number = len(self.records)
            self.records.append(Record(command, self.stack[-1] if self.stack else "", reach))
        elif reach.value > self.records[number].reach.value:
            self.records[number].reach = reach
        return number

    def errexit(self, states: States, cond: bool) -> States:
        """End the script where `-e` or a trap says so."""
        if cond:
            return states
        out: States = {}
        for state, worlds in states.items():
            if state.status != "0" and state.error_trap == "0":
                self.note({state: worlds}, "a trap on ERR exits with success")
                self.exit(state.with_status("0"), worlds)
            elif state.status != "0" and state.errexit:
                self.exit(state, worlds)
            else:
                add(out, state, worlds)
        return out

    def exit(self, state: State, worlds: int) -> None:
        """End the script (or the subshell) in this state."""
        if state.exit_trap == "0" and len(self.exits) == 1 and state.status != "0":
            self.note({state: worlds}, "a trap on EXIT exits with success")
            state = state.with_status("0")
        add(self.exits[-1], state, worlds)

    def overridden(self, states: States) -> None:
        """Note that a new status takes the place of a failure."""
        for state, worlds in states.items():
            if state.status != "0":
                self.note({state: worlds}, _IN_LIST if state.errexit else _WITHOUT_E)

    def note(self, states: States, reason: str) -> None:
        """Remember for the failures in these states what hid them; the first thing counts."""
        new = worlds_of(states) & ~self.noted
        self.noted |= new
        while new:
            bit = new & -new
            self.reasons[bit.bit_length() - 2] = reason
            new ^= bit


def lower(reach: Reach, value: Tri, reason: str) -> Reach:
    """Return a reach that is no better than the given value."""
    return (
        reach if all_of((reach.value, value)) is reach.value else replace(reach, value=value, reason=reason)
    )


def settle(states: States, status: str) -> States:
    """Return the states with one status."""
    return changed(states, lambda state: state.with_status(status))
