"""Work in a process of its own: the result is that of the work itself, whatever becomes of the process."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from mlops.app import beside
from mlops.app.beside import Beside

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
