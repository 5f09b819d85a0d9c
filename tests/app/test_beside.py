"""Work in a process of its own: the result is that of the work itself, whatever becomes of the process."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from mlops.app import beside
from mlops.app.beside import Beside, Turns
from mlops.app.reading import Begun
from mlops.tree import MemoryTree

HERE = os.getpid()
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks"),
    # Newer Pythons warn of the threads of the test runner itself.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def forks(monkeypatch):
    monkeypatch.setattr(beside, "_can_fork", lambda: True)


def where() -> int:
    return os.getpid()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_work_is_done_in_another_process(forks):
    with Beside(where) as other:
        assert other.result() != HERE


def test_with_threads_the_work_is_done_here(monkeypatch):
    monkeypatch.setattr(beside.threading, "active_count", lambda: 2)
    with Beside(where) as other:
        assert other.result() == HERE


def test_where_no_process_may_be_started_the_work_is_done_here(forks, monkeypatch):
    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(beside.os, "fork", refused)
    there = open_files()
    with Beside(where) as other:
        assert other.result() == HERE
    assert open_files() == there


def test_what_the_work_raises_is_raised_here(forks):
    with Beside(lambda: {}["missing"]) as other, pytest.raises(KeyError, match="missing"):
        other.result()


def test_what_cannot_be_sent_is_made_here(forks):
    with Beside(lambda: lambda: HERE) as other:
        assert other.result()() == HERE


def test_a_process_that_dies_is_made_up_for(forks):
    def dies_elsewhere() -> str:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return "made here"

    with Beside(dies_elsewhere) as other:
        assert other.result() == "made here"


def test_a_result_that_nobody_takes_leaves_no_process(forks):
    with pytest.raises(ValueError, match="elsewhere"), Beside(lambda: "x" * 1_000_000):
        raise ValueError("elsewhere")
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_work_that_is_too_small_is_done_here(forks):
    with Beside(where, wanted=False) as other:
        assert other.result() == HERE


@pytest.mark.parametrize(("asked", "given"), [(0, 0), (1, 1), (256, 256), (1000, 256)])
def test_two_processes_have_each_number_once(forks, asked, given):
    turns = Turns(asked)
    assert len(turns) == given
    with Beside(lambda: [*turns]) as other:
        mine = [*turns]
        theirs = other.result()
    turns.close()
    assert sorted(mine + theirs) == [*range(given)]


FILES = {f"module_{number}.py": f"import numpy\nx_{number}()\n" for number in range(300)}


def test_all_files_are_read_whichever_process_reads_them(forks):
    with Begun(MemoryTree(FILES)) as begun:
        files = begun.end().files
    assert {path: facts.python.calls[0].name for path, facts in files.items()} == {
        f"module_{number}.py": f"?x_{number}" for number in range(300)
    }


def test_files_that_a_killed_process_took_are_read_here(forks):
    class Deadly(MemoryTree):
        def read(self, path):
            if os.getpid() != HERE:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().read(path)

    with Begun(Deadly(FILES)) as begun:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        assert begun.end().files.keys() == FILES.keys()
