"""Fold a script from left to right: which commands run, and whose failure stops the script.

The fold follows all worlds at once: the clean one, in which every command succeeds, and for each command the one in
which that command fails and the others succeed. A state of the shell carries the worlds that are in it as bits, so
`rc=$?; …; exit $rc`, `|| { …; exit 1; }` and the like need no special treatment. What a command asks of the world
(`[ -f x ]`, `grep -q`) goes both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from mlops.domain.logic import Tri, all_of
from mlops.domain.shell import (
    Background,
    Command,
    Conditional,
    Connected,
    FunctionDef,
    Loop,
    Negated,
    Pipe,
    Script,
    Sequence,
    Statement,
)
from mlops.graph.shell import guards
from mlops.graph.shell.state import (
    CLEAN,
    FAILED,
    OPEN,
    State,
    States,
    add,
    apply_set,
    assigned_value,
    commands,
    counts,
    evaluate,
    is_probe,
    merge,
    split,
    status_of,
    tracked,
    worlds_of,
)

MAX_DEPTH = 200
MAX_STEPS = 40_000
MAX_CALLS = 12

_WITHOUT_E = "the shell runs without -e and a later command decides"
_IN_LIST = "with `&&` after it the shell goes on when it fails, and a later command decides"
_TESTS = frozenset({"[", "[[", "test", "(("})


@dataclass(frozen=True, slots=True)
class Executed:
    """One command of a script: whether it runs, and whether its failure fails the script."""

    command: Command
    possible: Tri
    stops: Tri
    #: Why it is not surely run, and the fake that this is.
    reason: str = ""
    fake: str = ""
    #: Why its failure does not surely stop, and the fake that this is.
    stop_reason: str = ""
    stop_fake: str = ""
    #: The shell function it stands in, "" for none.
    function: str = ""
    #: What weakens it without making it unlikely: a guard that skips it in silence (F21).
    note: str = ""


def flatten(script: Script, *, errexit: bool, pipefail: bool) -> list[Executed]:
    """List the commands of a script in the order of running, under the shell's options at its start."""
    fold = _Fold(script.body)
    fold.finish({State(errexit=errexit, pipefail=pipefail): CLEAN})
    return fold.results()


def shebang_options(script: Script) -> tuple[bool, bool]:
    """Return errexit and pipefail as the first line of an executable script sets them."""
    state = apply_set(State(errexit=False), ("set", *script.shebang[1:]))
    return state.errexit, state.pipefail


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whether the clean world comes here for sure."""

    value: Tri = Tri.YES
    reason: str = ""
    fake: str = ""
    note: str = ""


@dataclass(slots=True)
class _Record:
    command: Command
    function: str
    reach: _Reach
    clean: bool = False
    asked: bool = False


@dataclass(slots=True)
class _Fold:
    body: Sequence
    functions: dict[str, Sequence] = field(default_factory=dict)
    records: list[_Record] = field(default_factory=list)
    index: dict[tuple[int, tuple[str, ...]], int] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    noted: int = CLEAN
    reach: _Reach = field(default_factory=_Reach)
    exits: list[States] = field(default_factory=lambda: [{}])
    returns: list[States] = field(default_factory=list)
    loops: list[States] = field(default_factory=list)
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
        self.variables = tracked(self.body)
        for command in commands(self.body):
            text = (*command.words, *(value for _, value in command.assigns))
            self.pipestatus = self.pipestatus or any("PIPESTATUS" in word for word in text)
            self.waits = self.waits or (len(command.words) > 1 and command.words[0] == "wait")

    # Result

    def finish(self, start: States) -> None:
        """Run the whole script."""
        for state, worlds in self.run(self.body, start, cond=False).items():
            self._exit(state, worlds)
        self.reach = _Reach()
        for name in self.trapped:
            self.exits.append({})
            self.run(self.functions[name], {State(errexit=False): CLEAN}, cond=False)
            self.exits.pop()

    def results(self) -> list[Executed]:
        """Read off what became of each command's failure."""
        good, bad = (worlds_of(part) for part in split(self.exits[0]))
        found: list[Executed] = []
        for number, record in enumerate(self.records):
            bit = 1 << (number + 1)
            stops = Tri.UNKNOWN if bad & bit and good & bit else Tri.YES if bad & bit else Tri.NO
            reason = "" if stops is Tri.YES else self.reasons.get(number, "its status is not looked at")
            if self.steps > MAX_STEPS:
                stops, reason = Tri.UNKNOWN, "the script is too complex to follow"
            reach = record.reach
            fake = reach.fake or ("F21" if reach.note else "")
            found.append(
                Executed(
                    record.command, reach.value, stops, reach.reason, fake, reason,
                    "F5" if stops is Tri.NO else "", record.function, reach.note,
                )
            )  # fmt: skip
        return found

    # Statements

    def run(self, statement: Statement, states: States, *, cond: bool) -> States:
        """Run one statement from all states; `cond` where the shell looks at its status."""
        self.steps += 1
        if self.depth > MAX_DEPTH or self.steps > MAX_STEPS:
            return states
        self.depth += 1
        try:
            match statement:
                case Command():
                    return self._command(statement, states, cond)
                case Sequence(subshell=True):
                    return self._errexit(
                        self._subshell(replace(statement, subshell=False), states, cond), cond
                    )
                case Sequence():
                    for item in statement.items:
                        states = self.run(item, states, cond=cond)
                    return states
                case Connected():
                    return self._connected(statement, states, cond)
                case Pipe():
                    return self._pipe(statement, states, cond)
                case Negated():
                    return self._negated(statement, states)
                case Background():
                    return self._background(statement, states, cond)
                case Conditional():
                    return self._conditional(statement, states, cond)
                case Loop():
                    return self._loop(statement, states, cond)
                case FunctionDef():
                    self.functions[statement.name] = statement.body
                    return _settle(states, "0")
        finally:
            self.depth -= 1

    def _connected(self, item: Connected, states: States, cond: bool) -> States:
        good, bad = split(self.run(item.left, states, cond=True))
        here, other = (good, bad) if item.operator == "&&" else (bad, good)
        if item.operator == "||":
            self._note(bad, f"`|| {guards.text(item.right)}` hides its failure")
        guard = guards.skipped_on(item.left) if item.operator == "&&" else guards.needed_by(item.left)
        verb = "succeeds" if item.operator == "&&" else "fails"
        out = self._branch(
            item.right, here, other, cond, f"it runs only if `{guards.text(item.left)}` {verb}", guard
        )
        return merge(other, out)

    def _conditional(self, item: Conditional, states: States, cond: bool) -> States:
        if item.test.items:
            good, bad = split(self.run(item.test, states, cond=True))
            what = f"`{guards.text(item.test)}`"
        else:
            good, bad, what = states, states, "another arm of `case`"
        self._note(bad, "its failure only chooses the branch of an `if`")
        before = self.reach
        only = f"it runs only if {what} holds" if item.test.items else "it runs only in one arm of `case`"
        out = self._branch(item.then, good, bad, cond, only, guards.skipped_on(item.test))
        after, self.reach = self.reach, before
        if item.otherwise is None:
            rest = _settle(bad, "0")
        else:
            rest = self._branch(
                item.otherwise,
                bad,
                good,
                cond,
                f"it runs only if {what} does not hold",
                guards.needed_by(item.test),
            )
        self.reach = min(after, self.reach, key=lambda reach: (reach.value, not reach.note))
        return merge(out, rest)

    def _branch(
        self, item: Statement, here: States, other: States, cond: bool, only: str, guard: str
    ) -> States:
        """Run what hangs on a condition; afterwards, the clean world may have left with success."""
        before, left = self.reach, self.left
        self.reach = self._entered(here, other, only, guard)
        out = self.run(item, here, cond=cond)
        self.reach = before
        if self.left > left and worlds_of(other) & CLEAN and before.value is Tri.YES:
            if guard:
                self.reach = replace(before, note=f"skipped in silence where `{guard}` is empty")
            else:
                self.reach = _Reach(
                    Tri.UNKNOWN, f"the script ends before it if {only.removeprefix('it runs only if ')}"
                )
        return out

    def _entered(self, here: States, other: States, only: str, guard: str) -> _Reach:
        clean, otherwise = worlds_of(here) & CLEAN, worlds_of(other) & CLEAN
        if clean and (not otherwise or guards.is_secret(guard)):
            return (
                replace(self.reach, note=f"skipped in silence where `{guard}` is empty")
                if otherwise
                else self.reach
            )
        if clean or here:
            return _lower(self.reach, Tri.UNKNOWN, only)
        return _lower(
            self.reach,
            Tri.NO,
            "its condition never holds" if other else "it comes after the script has ended",
        )

    def _loop(self, item: Loop, states: States, cond: bool) -> States:
        good: States = states
        bad: States = {}
        if item.test.items:
            good, bad = split(self.run(item.test, states, cond=True))
            self._note(bad, "its failure only ends the loop")
        endless = bool(item.test.items) and not bad
        before = self.reach
        if not worlds_of(good) & CLEAN:
            self.reach = self._entered(good, bad, "it runs only if the loop's test asks for it", "")
        self.loops.append({})
        passed = self.run(item.body, good, cond=cond)
        broken = self.loops.pop()
        self.reach = before
        if endless:
            return broken
        failed = {state: worlds & ~CLEAN for state, worlds in split(passed)[1].items()}
        if any(failed.values()):
            self._note(failed, "only the last pass of the loop decides")
        return merge(passed, _settle(failed, "0"), broken, _settle(bad, "0"))

    def _negated(self, item: Negated, states: States) -> States:
        good, bad = split(self.run(item.item, states, cond=True))
        self._note(bad, "`!` or `until` turns its failure into success")
        return merge(_settle(good, FAILED), _settle(bad, "0"))

    def _background(self, item: Background, states: States, cond: bool) -> States:
        good, bad = split(self._subshell(item.item, states, cond))
        self._note(bad, "it runs in the background and nothing looks at its status")
        if self.waits:
            bad = {state.assign("&", FAILED): worlds for state, worlds in bad.items()}
        return merge(_settle(good, "0"), _settle(bad, "0"))

    def _pipe(self, item: Pipe, states: States, cond: bool) -> States:
        name = f"|{self.depth}"
        for number, part in enumerate(item.items):
            if number:
                good, bad = split(states)
                states = merge(
                    good, _settle({state.assign(name, FAILED): worlds for state, worlds in bad.items()}, "0")
                )
            states = self._subshell(part, states, cond)
        out: States = {}
        for state, worlds in states.items():
            lost = state.value(name) is not None
            failed = state.status != "0" or (lost and state.pipefail)
            if lost and not failed:
                self._note(
                    {state: worlds},
                    f"`| {guards.text(item.items[-1])}` decides the status: the shell runs without pipefail",
                )
            ended = state.forget(name).with_status(FAILED if failed else "0")
            if self.pipestatus:
                ended = ended.assign("PIPESTATUS", FAILED if failed or lost else "0")
            add(out, ended, worlds)
        return self._errexit(out, cond)

    def _subshell(self, item: Statement, states: States, cond: bool, *, inherit: bool = True) -> States:
        """Run in a shell of its own: options, variables and `exit` stay inside."""
        out: States = {}
        before = self.reach
        for state, worlds in states.items() or [(State(), 0)]:
            start = state if inherit else replace(state, errexit=False)
            self.exits.append({})
            ended = merge(self.run(item, {start: worlds} if worlds else {}, cond=cond), self.exits[-1])
            self.exits.pop()
            self.reach = before
            for after, reached in ended.items():
                add(out, state.with_status(after.status), reached)
        return out

    # Commands

    def _command(self, command: Command, states: States, cond: bool) -> States:
        if not command.words:
            return self._assignment(command, states, cond)
        for script in command.nested:
            _, bad = split(self._subshell(script, states, cond=False, inherit=False))
            self._note(
                {State(): worlds_of(bad) & ~worlds_of(states)},
                "it runs inside `$(…)` of another command, which hides its status",
            )
            states = merge(states, _missing(bad, states))
        name = command.words[0]
        if name in self.functions and name not in self.stack and len(self.stack) < MAX_CALLS:
            return self._call(name, states, cond)
        record = self._record(command, states)
        builtin = _BUILTINS.get(name)
        if builtin is not None:
            return builtin(self, command, states, cond)
        if name in _TESTS:
            return self._test(record, command, states, cond)
        self._overridden(states)
        return self._errexit(self._fork(record, states, both=cond and is_probe(command.words)), cond)

    def _assignment(self, command: Command, states: States, cond: bool) -> States:
        if not command.assigns and not command.nested:
            return _settle(states, "0")
        out = states
        if not command.nested and not any(
            "$?" in value or "PIPESTATUS" in value for _, value in command.assigns
        ):
            self._overridden(states)
        for name, value in command.assigns:
            if name in self.variables:
                out = merge(
                    {
                        state.assign(name, assigned_value(state, name, value)): worlds
                        for state, worlds in out.items()
                    }
                )
        if not command.nested:
            return _settle(out, "0")
        for script in command.nested:
            out = self._subshell(script, _settle(out, "0"), cond=False, inherit=False)
        return self._errexit(out, cond)

    def _test(self, record: int, command: Command, states: States, cond: bool) -> States:
        out: States = {}
        unknown: States = {}
        for name in counts(command):
            if name in self.variables:
                return merge(
                    {state.assign(name, FAILED).with_status("0"): worlds for state, worlds in states.items()}
                )
        for state, worlds in states.items():
            answer = evaluate(state, command.words)
            if answer is None:
                add(unknown, state, worlds)
            else:
                add(out, state.with_status("0" if answer else FAILED), worlds)
        about = set(re.findall(r"\$\{?(\w+|\?)", " ".join(command.words)))
        if "?" not in about:
            self._overridden(states)
        both = cond or bool(about & {"?", *self.variables})
        return self._errexit(merge(out, self._fork(record, unknown, both=both) if unknown else {}), cond)

    def _call(self, name: str, states: States, cond: bool) -> States:
        self._overridden(states)
        before, left, outer = self.reach, self.left, self.stack
        self.stack = (*outer, name)
        self.returns.append({})
        ended = merge(self.run(self.functions[name], _settle(states, "0"), cond=cond), self.returns[-1])
        returned = worlds_of(self.returns.pop()) & CLEAN
        self.stack = outer
        if self.left == left or returned:
            self.reach = before
        return self._errexit(ended, cond)

    def _fork(self, number: int, states: States, *, both: bool) -> States:
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

    def _record(self, command: Command, states: States) -> int:
        """Note that a command may run here; the most certain of several visits counts."""
        reach = self.reach
        if not states:
            reach = _lower(reach, Tri.NO, "it comes after the script has ended")
        elif not worlds_of(states) & CLEAN:
            reach = _lower(reach, Tri.UNKNOWN, "it runs only after another command failed")
        key = (id(command), self.stack)
        number = self.index.get(key)
        if number is None:
            self.index[key] = number = len(self.records)
            self.records.append(_Record(command, self.stack[-1] if self.stack else "", reach))
        elif reach.value > self.records[number].reach.value:
            self.records[number].reach = reach
        return number

    def _errexit(self, states: States, cond: bool) -> States:
        """End the script where `-e` or a trap says so."""
        if cond:
            return states
        out: States = {}
        for state, worlds in states.items():
            if state.status != "0" and state.error_trap == "0":
                self._note({state: worlds}, "a trap on ERR exits with success")
                self._exit(state.with_status("0"), worlds)
            elif state.status != "0" and state.errexit:
                self._exit(state, worlds)
            else:
                add(out, state, worlds)
        return out

    def _exit(self, state: State, worlds: int) -> None:
        if state.exit_trap == "0" and len(self.exits) == 1 and state.status != "0":
            self._note({state: worlds}, "a trap on EXIT exits with success")
            state = state.with_status("0")
        add(self.exits[-1], state, worlds)

    def _overridden(self, states: States) -> None:
        for state, worlds in states.items():
            if state.status != "0":
                self._note({state: worlds}, _IN_LIST if state.errexit else _WITHOUT_E)

    def _note(self, states: States, reason: str) -> None:
        """Remember for the failures in these states what hid them; the first thing counts."""
        new = worlds_of(states) & ~self.noted
        self.noted |= new
        while new:
            bit = new & -new
            self.reasons[bit.bit_length() - 2] = reason
            new ^= bit

    # Builtins

    def _leave(self, command: Command, states: States, _cond: bool) -> States:
        name, operand = command.words[0], next(iter(command.words[1:]), "$?")
        into = self.returns[-1] if name == "return" and self.returns else None
        for state, worlds in states.items():
            status = status_of(state, operand, self.variables)
            if status == "0" and state.status != "0":
                self._note({state: worlds}, f"`{name} {operand}` follows it")
            for each in ("0", FAILED) if status == OPEN else (status,):
                self.left += bool(worlds & CLEAN) and each == "0"
                if into is None:
                    self._exit(state.with_status(each), worlds)
                else:
                    add(into, state.with_status(each), worlds)
        return {}

    def _next(self, _command: Command, states: States, _cond: bool) -> States:
        if not self.loops:
            return states
        for state, worlds in states.items():
            add(self.loops[-1], state.with_status("0"), worlds)
        self._overridden(states)
        return {}

    def _succeed(self, command: Command, states: States, _cond: bool) -> States:
        if command.words[0] != "set":
            self._overridden(states)
        return _settle(states, "0")

    def _fail(self, _command: Command, states: States, cond: bool) -> States:
        self._overridden(states)
        return self._errexit(_settle(states, FAILED), cond)

    def _set(self, command: Command, states: States, _cond: bool) -> States:
        self._overridden(states)
        return merge(
            {apply_set(state, command.words).with_status("0"): worlds for state, worlds in states.items()}
        )

    def _trap(self, command: Command, states: States, _cond: bool) -> States:
        action, signals = (*command.words, "", "")[1], command.words[2:]
        body = self.functions.get(action)
        words = (
            [part.words for part in commands(body)] if body else [tuple(action.replace(";", " ; ").split())]
        )
        result = (
            "0"
            if any(" ".join(part).endswith("exit 0") or "exit 0 ;" in " ".join(part) for part in words)
            else ""
        )
        if body and action not in self.trapped:
            self.trapped.append(action)
        out: States = {}
        for state, worlds in _settle(states, "0").items():
            on_exit = result if {"EXIT", "0"} & set(signals) else state.exit_trap
            on_error = result if "ERR" in signals else state.error_trap
            add(out, replace(state, exit_trap=on_exit, error_trap=on_error), worlds)
        return out

    def _wait(self, command: Command, states: States, cond: bool) -> States:
        self._overridden(states)
        out: States = {}
        for state, worlds in states.items():
            status = state.value("&") or "0" if len(command.words) > 1 else "0"
            add(out, state.forget("&").with_status(status), worlds)
        return self._errexit(out, cond)

    def _exec(self, command: Command, states: States, _cond: bool) -> States:
        number = self.index[id(command), self.stack]
        if len(command.words) == 1:
            return _settle(states, "0")
        self.records[number].command = replace(command, words=command.words[1:])
        for state, worlds in self._fork(number, states, both=False).items():
            self.left += bool(worlds & CLEAN) and state.status == "0"
            self._exit(state, worlds)
        return {}


def _lower(reach: _Reach, value: Tri, reason: str) -> _Reach:
    """Return a reach that is no better than the given value."""
    return (
        reach if all_of((reach.value, value)) is reach.value else replace(reach, value=value, reason=reason)
    )


def _settle(states: States, status: str) -> States:
    return merge({}, *({state.with_status(status): worlds} for state, worlds in states.items()))


def _missing(found: States, states: States) -> States:
    """Return the worlds of `found` that no state has yet, as worlds in which nothing visible happened."""
    new = worlds_of(found) & ~worlds_of(states)
    first = next(iter(states), None)
    return {first: new} if first is not None and new else {}


_BUILTINS: dict[str, Callable[[_Fold, Command, States, bool], States]] = {
    "exit": _Fold._leave,
    "return": _Fold._leave,
    "break": _Fold._next,
    "continue": _Fold._next,
    "true": _Fold._succeed,
    ":": _Fold._succeed,
    "false": _Fold._fail,
    "set": _Fold._set,
    "trap": _Fold._trap,
    "wait": _Fold._wait,
    "exec": _Fold._exec,
}
