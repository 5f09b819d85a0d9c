"""Work done in a process of its own while this one goes on: a gate judges its two trees at the same time."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Generic, NoReturn, Self, TypeVar

T = TypeVar("T")


class Turns:
    """Numbers from 0 that two processes take in turn: each is had once, by whoever has time for it first."""

    #: One byte tells a number.
    MOST = 256

    def __init__(self, count: int) -> None:
        """Lay out `count` numbers, or as many as there can be."""
        self._count = min(count, self.MOST)
        self._pipe, writing = os.pipe()
        os.write(writing, bytes(range(self._count)))
        os.close(writing)

    def __len__(self) -> int:
        """Return how many numbers there were at first."""
        return self._count

    def __iter__(self) -> Iterator[int]:
        """Take the numbers that are left, one by one."""
        while taken := os.read(self._pipe, 1):
            yield taken[0]

    def close(self) -> None:
        """Leave the numbers to the other process."""
        os.close(self._pipe)


class Beside(Generic[T]):
    """A piece of work whose result can be pickled; where no process can be had, or it fails, it is done here."""

    def __init__(self, work: Callable[[], T], *, wanted: bool = True) -> None:
        """Take the work; where it is too small for a process of its own, that is not `wanted`."""
        self._work = work
        self._wanted = wanted
        self._child = 0
        self._pipe = -1

    def __enter__(self) -> Self:
        """Start the process."""
        if self._wanted and _can_fork():
            self._pipe, writing = os.pipe()
            try:
                self._child = os.fork()
            except OSError:  # no more processes are allowed here
                os.close(self._pipe)
            else:
                if not self._child:
                    # Else a parent that goes away would leave the child writing for ever.
                    os.close(self._pipe)
                    _send(self._work, writing)
            os.close(writing)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the process; one whose result nobody took ends at its closed pipe."""
        if self._child:
            os.close(self._pipe)
            os.waitpid(self._child, 0)

    def result(self) -> T:
        """Return the result; raise what the work raises."""
        if self._child:
            with open(self._pipe, "rb", closefd=False) as pipe:
                content = pipe.read()
            if content:
                made: T = pickle.loads(content)  # noqa: S301  written by this very program
                return made
        return self._work()


def _can_fork() -> bool:
    """Tell whether a copy of this process can go on: other systems forbid it or warn, and so do other threads."""
    return sys.platform == "linux" and threading.active_count() == 1 and (os.cpu_count() or 1) > 1


def _send(work: Callable[[], object], writing: int) -> NoReturn:
    """Write the result and end at once, without what a normal end would clean up: that is the parent's."""
    try:
        content = pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)
        with open(writing, "wb") as pipe:
            pipe.write(content)
    finally:
        os._exit(0)
