"""Justfiles and taskfiles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops.facts.tasks import just, taskfile

JUSTFILE = """\
set shell := ["bash", "-euo", "pipefail", "-c"]
python := "python3"
import 'ci.just'
alias t := test

# comment
[group('dev')]
test *args: lint (build "x") && report
    @{{python}} -m pytest {{args}}
    -rm -rf x
    a; b

lint:
  ruff check

script:
    #!/usr/bin/env bash
    set -e
    pytest

py:
    #!/usr/bin/env python
    print(1)
"""


def test_just() -> None:
    facts = just.read(JUSTFILE.encode())
    found = {target.name: target for target in facts.targets}
    assert list(found) == ["t", "test", "lint", "script", "py"]
    assert found["t"].needs == ("test",)
    assert found["test"].needs == ("lint", "build")
    assert found["test"].script == "python3 -m pytest {{args}}\nrm -rf x || : - in just\n(a; b)\njust report"
    assert (found["test"].line, found["test"].script_line) == (8, 9)
    assert found["test"].pipefail
    assert found["script"].script.endswith("set -e\npytest")
    assert not found["script"].errexit
    assert (found["py"].script, found["py"].attrs["interpreter"]) == ("", "python")
    assert [fact.value for fact in facts.facts] == ["just:ci.just"]


def test_just_lines_have_shells_of_their_own() -> None:
    assert just.read(b"t:\n  pytest; echo x\n").targets[0].script == "(set +e; pytest; echo x)"


TASKFILE = """\
version: '3'
includes:
  docker: ./docker/Taskfile.yml
tasks:
  default:
    deps: [lint, {task: build}]
    dir: src
    sources: [a.py]
    cmds:
      - pytest -x
      - task: report
      - cmd: flake8
        ignore_error: true
  lint: ruff check
  free:
    ignore_error: true
    cmds: [x]
"""


def test_taskfile() -> None:
    facts = taskfile.read(TASKFILE.encode())
    found = {target.name: target for target in facts.targets}
    default = found["default"]
    assert default.script == "pytest -x\ntask report\nflake8 || : ignore_error in task"
    assert default.needs == ("lint", "build")
    assert (default.folder, default.inputs, default.attrs) == ("src", ("a.py",), {"default": "yes"})
    assert default.script_line == 10
    assert found["lint"].script == "ruff check"
    assert not found["free"].stops
    assert [fact.value for fact in facts.facts] == ["task:./docker/Taskfile.yml"]


def test_matches() -> None:
    assert just.matches("x/Justfile")
    assert taskfile.matches("Taskfile.yml")
    assert not taskfile.matches("tasks.yml")


@given(st.text(alphabet="ab: =\n{}()-@&'\"#[]", max_size=120))
def test_any_text_reads(text: str) -> None:
    just.read(text.encode())
    taskfile.read(text.encode())
