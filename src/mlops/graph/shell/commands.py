"""Simple commands in the fold: assignments, tests, functions, builtins and programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from mlops.domain.record import replace
from mlops.domain.shell import Command
from mlops.graph.shell.machine import Machine, settle
from mlops.graph.shell.state import (
    CLEAN,
    FAILED,
    OPEN,
    State,
    States,
    add,
    apply_set,
    changed,
    merge,
    split,
    worlds_of,
)
from mlops.graph.shell.values import assigned_value, commands, counts, evaluate, is_probe, status_of

MAX_CALLS = 12

_TESTS = frozenset({"[", "[[", "test", "(("})


class CommandMachine(Machine):
    """A machine that knows what simple commands do."""

    __slots__ = ()

    def command(self, command: Command, states: States, cond: bool) -> States:
        """Run one simple command."""
        if not command.words:
            return self._assignment(command, states, cond)
        for script in command.nested:
            _, bad = split(self.subshell(script, states, cond=False, inherit=False))
            self.note(
                {State(): worlds_of(bad) & ~worlds_of(states)},
                "it runs inside `$(…)` of another command, which hides its status",
            )
            states = merge(states, _missing(bad, states))
        name = command.words[0]
        if name in self.functions and name not in self.stack and len(self.stack) < MAX_CALLS:
            return self._call(name, states, cond)
        record = self.record(command, states)
        builtin = _BUILTINS.get(name)
        if builtin is not None:
            return builtin(self, command, states, cond)
        if name in _TESTS:
            return self._test(record, command, states, cond)
        self.overridden(states)
        return self.errexit(self.fork(record, states, both=cond and is_probe(command.words)), cond)

    def _assignment(self, command: Command, states: States, cond: bool) -> States:
        if not command.assigns and not command.nested:
            return settle(states, "0")
        out = states
        if not command.nested and not any(
            "$?" in value or "PIPESTATUS" in value for _, value in command.assigns
        ):
            self.overridden(states)
        for name, value in command.assigns:
            if name in self.variables:
                out = changed(out, partial(_assigned, name=name, value=value))
        if not command.nested:
            return settle(out, "0")
        for script in command.nested:
            out = self.subshell(script, settle(out, "0"), cond=False, inherit=False)
        return self.errexit(out, cond)

    def _test(self, record: int, command: Command, states: States, cond: bool) -> States:
        out: States = {}
        unknown: States = {}
        for name in counts(command):
            if name in self.variables:
                return changed(settle(states, "0"), partial(State.assign, name=name, value=FAILED))
        for state, worlds in states.items():
            answer = evaluate(state, command.words)
            if answer is None:
                add(unknown, state, worlds)
            else:
                add(out, state.with_status("0" if answer else FAILED), worlds)
        about = set(re.findall(r"\$\{?(\w+|\?)", " ".join(command.words)))
        if "?" not in about:
            self.overridden(states)
        both = cond or bool(about & {"?", *self.variables})
        return self.errexit(merge(out, self.fork(record, unknown, both=both) if unknown else {}), cond)

    def _call(self, name: str, states: States, cond: bool) -> States:
        self.overridden(states)
        before, left, outer = self.reach, self.left, self.stack
        self.stack = (*outer, name)
        self.returns.append({})
        ended = merge(self.run(self.functions[name], settle(states, "0"), cond=cond), self.returns[-1])
        returned = worlds_of(self.returns.pop()) & CLEAN
        self.stack = outer
        if self.left == left or returned:
            self.reach = before
        return self.errexit(ended, cond)

    # Builtins

    def leave(self, command: Command, states: States, _cond: bool) -> States:
        """Run `exit` or `return`."""
        name, operand = command.words[0], next(iter(command.words[1:]), "$?")
        into = self.returns[-1] if name == "return" and self.returns else None
        for state, worlds in states.items():
            status = status_of(state, operand, self.variables)
            if status == "0" and state.status != "0":
                self.note({state: worlds}, f"`{name} {operand}` follows it")
            for each in ("0", FAILED) if status == OPEN else (status,):
                self.left += bool(worlds & CLEAN) and each == "0"
                if into is None:
                    self.exit(state.with_status(each), worlds)
                else:
                    add(into, state.with_status(each), worlds)
        return {}

    def go_on(self, _command: Command, states: States, _cond: bool) -> States:
        """Run `break` or `continue`: both leave this pass."""
        if not self.loops:
            return states
        for state, worlds in states.items():
            add(self.loops[-1], state.with_status("0"), worlds)
        self.overridden(states)
        return {}

    def succeed(self, command: Command, states: States, _cond: bool) -> States:
        """Run what never fails."""
        if command.words[0] != "set":
            self.overridden(states)
        return settle(states, "0")

    def fail(self, _command: Command, states: States, cond: bool) -> States:
        """Run `false`."""
        self.overridden(states)
        return self.errexit(settle(states, FAILED), cond)

    def set_options(self, command: Command, states: States, _cond: bool) -> States:
        """Run `set`."""
        self.overridden(states)
        return settle(changed(states, partial(apply_set, words=command.words)), "0")

    def set_trap(self, command: Command, states: States, _cond: bool) -> States:
        """Run `trap`: one that exits with success hides every failure."""
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
        for state, worlds in settle(states, "0").items():
            on_exit = result if {"EXIT", "0"} & set(signals) else state.exit_trap
            on_error = result if "ERR" in signals else state.error_trap
            add(out, state._replace(exit_trap=on_exit, error_trap=on_error), worlds)
        return out

    def wait_for(self, command: Command, states: States, cond: bool) -> States:
        """Run `wait`: with a process it gives its status, alone it succeeds."""
        self.overridden(states)
        out: States = {}
        for state, worlds in states.items():
            status = state.value("&") or "0" if len(command.words) > 1 else "0"
            add(out, state.forget("&").with_status(status), worlds)
        return self.errexit(out, cond)

    def replace_shell(self, command: Command, states: States, _cond: bool) -> States:
        """Run `exec COMMAND`, behind which nothing runs."""
        number = self.index[id(command), self.stack]
        if len(command.words) == 1:
            return settle(states, "0")
        self.records[number].command = replace(command, words=command.words[1:])
        for state, worlds in self.fork(number, states, both=False).items():
            self.left += bool(worlds & CLEAN) and state.status == "0"
            self.exit(state, worlds)
        return {}


def _assigned(state: State, name: str, value: str) -> State:
    return state.assign(name, assigned_value(state, name, value))


def _missing(found: States, states: States) -> States:
    """Return the worlds of `found` that no state has yet, as worlds in which nothing visible happened."""
    new = worlds_of(found) & ~worlds_of(states)
    first = next(iter(states), None)
    return {first: new} if first is not None and new else {}


_BUILTINS: dict[str, Callable[[CommandMachine, Command, States, bool], States]] = {
    "exit": CommandMachine.leave,
    "return": CommandMachine.leave,
    "break": CommandMachine.go_on,
    "continue": CommandMachine.go_on,
    "true": CommandMachine.succeed,
    ":": CommandMachine.succeed,
    "false": CommandMachine.fail,
    "set": CommandMachine.set_options,
    "trap": CommandMachine.set_trap,
    "wait": CommandMachine.wait_for,
    "exec": CommandMachine.replace_shell,
}
