"""Fold a script from left to right: which commands run, and whose failure stops the script.

The fold follows all worlds at once: the clean one, in which every command succeeds, and for each command the one in
which that command fails and the others succeed. A state of the shell carries the worlds that are in it as bits, so
`rc=$?; …; exit $rc`, `|| { …; exit 1; }` and the like need no special treatment. What a command asks of the world
(`[ -f x ]`, `grep -q`) goes both ways.
"""

from __future__ import annotations

from functools import partial

from mlops.domain.logic import Tri
from mlops.domain.record import dataclass, replace
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
from mlops.graph.shell.commands import CommandMachine
from mlops.graph.shell.machine import MAX_DEPTH, MAX_STEPS, Reach, lower, settle
from mlops.graph.shell.state import (
    CLEAN,
    FAILED,
    State,
    States,
    add,
    apply_set,
    changed,
    merge,
    split,
    worlds_of,
)
from mlops.graph.shell.unroll import passes


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


class _Fold(CommandMachine):
    """A machine that knows what compound statements do."""

    __slots__ = ()

    # Result

    def finish(self, start: States) -> None:
        """Run the whole script."""
        for state, worlds in self.run(self.body, start, cond=False).items():
            self.exit(state, worlds)
        self.reach = Reach()
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
                    return self.command(statement, states, cond)
                case Sequence(subshell=True):
                    return self.errexit(self.subshell(replace(statement, subshell=False), states, cond), cond)
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
                    return settle(states, "0")
        finally:
            self.depth -= 1

    def _connected(self, item: Connected, states: States, cond: bool) -> States:
        good, bad = split(self.run(item.left, states, cond=True))
        here, other = (good, bad) if item.operator == "&&" else (bad, good)
        if item.operator == "||":
            self.note(bad, f"`|| {guards.text(item.right)}` hides its failure")
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
        self.note(bad, "its failure only chooses the branch of an `if`")
        before = self.reach
        only = f"it runs only if {what} holds" if item.test.items else "it runs only in one arm of `case`"
        out = self._branch(item.then, good, bad, cond, only, guards.skipped_on(item.test))
        after, self.reach = self.reach, before
        if item.otherwise is None:
            rest = settle(bad, "0")
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
                self.reach = Reach(
                    Tri.UNKNOWN, f"the script ends before it if {only.removeprefix('it runs only if ')}"
                )
        return out

    def _entered(self, here: States, other: States, only: str, guard: str) -> Reach:
        clean, otherwise = worlds_of(here) & CLEAN, worlds_of(other) & CLEAN
        if clean and (not otherwise or guards.is_secret(guard)):
            return (
                replace(self.reach, note=f"skipped in silence where `{guard}` is empty")
                if otherwise
                else self.reach
            )
        if clean or here:
            return lower(self.reach, Tri.UNKNOWN, only)
        return lower(
            self.reach,
            Tri.NO,
            "its condition never holds" if other else "it comes after the script has ended",
        )

    def _loop(self, item: Loop, states: States, cond: bool) -> States:
        good: States = states
        bad: States = {}
        if item.test.items:
            good, bad = split(self.run(item.test, states, cond=True))
            self.note(bad, "its failure only ends the loop")
        endless = bool(item.test.items) and not bad
        before = self.reach
        if not worlds_of(good) & CLEAN:
            self.reach = self._entered(good, bad, "it runs only if the loop's test asks for it", "")
        self.loops.append({})
        passed = good
        if id(item) not in self.passes:
            self.passes[id(item)] = tuple(passes(item))
        for body in self.passes[id(item)]:
            passed = self.run(body, passed, cond=cond)
        broken = self.loops.pop()
        self.reach = before
        if endless:
            return broken
        if len(self.passes[id(item)]) > 1:
            return merge(passed, broken)
        failed = {state: worlds & ~CLEAN for state, worlds in split(passed)[1].items()}
        if any(failed.values()):
            self.note(failed, "only the last pass of the loop decides")
        return merge(passed, settle(failed, "0"), broken, settle(bad, "0"))

    def _negated(self, item: Negated, states: States) -> States:
        good, bad = split(self.run(item.item, states, cond=True))
        self.note(bad, "`!` or `until` turns its failure into success")
        return merge(settle(good, FAILED), settle(bad, "0"))

    def _background(self, item: Background, states: States, cond: bool) -> States:
        good, bad = split(self.subshell(item.item, states, cond))
        self.note(bad, "it runs in the background and nothing looks at its status")
        if self.waits:
            bad = changed(bad, partial(State.assign, name="&", value=FAILED))
        return merge(settle(good, "0"), settle(bad, "0"))

    def _pipe(self, item: Pipe, states: States, cond: bool) -> States:
        name = f"|{self.depth}"
        for number, part in enumerate(item.items):
            if number:
                good, bad = split(states)
                if number == 1 and self.pipestatus:
                    good = changed(good, partial(State.assign, name="PIPESTATUS", value="0"))
                    bad = changed(bad, partial(State.assign, name="PIPESTATUS", value=FAILED))
                lost = changed(bad, partial(State.assign, name=name, value=FAILED))
                states = merge(good, settle(lost, "0"))
            states = self.subshell(part, states, cond)
        out: States = {}
        for state, worlds in states.items():
            missed = state.value(name) is not None
            failed = state.status != "0" or (missed and state.pipefail)
            if missed and not failed:
                self.note(
                    {state: worlds},
                    f"`| {guards.text(item.items[-1])}` decides the status: the shell runs without pipefail",
                )
            add(out, state.forget(name).with_status(FAILED if failed else "0"), worlds)
        return self.errexit(out, cond)
