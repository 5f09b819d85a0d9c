"""Makefiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.facts import Target
from mlops.facts.tasks import make


def targets(text: str) -> dict[str, Target]:
    return {target.name: target for target in make.read(text.encode()).targets}


MAKEFILE = """\
PYTHON ?= python3
SRC := src
VENV = .venv
export A = 1
.PHONY: test train
include common.mk

## comment
test: lint $(SRC)  # words
\t@echo testing
\t-$(PYTHON) -m pytest $(SRC)
\tcd $(SRC) && pytest; echo done

train: ; dvc repro
lint:
\t$(MAKE) fmt
\t$(UNKNOWN) x $$HOME $@
build/%.o: %.c
\tcc $< -o $@
"""


def test_targets_and_needs() -> None:
    found = targets(MAKEFILE)
    assert list(found) == ["test", "train", "lint", "build/%.o"]
    assert found["test"].needs == ("lint", "src")
    assert found["test"].attrs == {"phony": "yes", "default": "yes"}
    assert (found["test"].line, found["test"].script_line) == (9, 10)


def test_recipes() -> None:
    found = targets(MAKEFILE)
    assert found["test"].script == (
        "echo testing\npython3 -m pytest src || : - in make\n(set +e; cd src && pytest; echo done)"
    )
    assert found["train"].script == "dvc repro"
    assert found["lint"].script == "make fmt\n$(UNKNOWN) x $HOME lint"


def test_includes_are_noted() -> None:
    assert [(fact.kind, fact.value) for fact in make.read(MAKEFILE.encode()).facts] == [
        ("include", "make:common.mk")
    ]


def test_a_chain_keeps_errexit() -> None:
    assert targets("t:\n\tcd src && pytest\n")["t"].script == "(cd src && pytest)"


def test_lines_are_kept() -> None:
    found = targets("t:\n\ta \\\n\t  b\n# x\n\n\tc\n")["t"]
    assert found.script == "a \\\n  b\n\n\nc"
    assert found.script_line == 2


def test_oneshell() -> None:
    found = targets(".ONESHELL:\nt:\n\tcd x\n\tpytest\n")["t"]
    assert found.script == "cd x\npytest"
    assert not found.errexit


def test_shell_flags() -> None:
    found = targets("SHELL := /bin/bash\n.SHELLFLAGS := -eu -o pipefail -c\nt:\n\ta | b; c\n")["t"]
    assert found.pipefail
    assert found.script == "(a | b; c)"


@pytest.mark.parametrize(
    "text", [".IGNORE:\nt:\n\ta\n", ".IGNORE: t\nt:\n\ta\n", "MAKEFLAGS += -i\nt:\n\ta\n"]
)
def test_ignored_errors(text: str) -> None:
    assert targets(text)["t"].stops is False


def test_honest_flags_do_not_ignore() -> None:
    assert targets("MAKEFLAGS += --no-print-directory --silent\nt:\n\ta\n")["t"].stops


def test_define_and_conditionals_are_no_targets() -> None:
    assert list(targets("define X\na: b\nendef\nifeq ($(A),b)\nt:\n\tx\nelse\nu:\n\ty\nendif\n")) == [
        "t",
        "u",
    ]


def test_prerequisites_accumulate() -> None:
    assert targets("t: a\nt: b\n\tx\n")["t"].needs == ("a", "b")


def test_target_variables_are_no_rules() -> None:
    assert targets("t: X = 1\nt: a\n\tx\n")["t"].needs == ("a",)


def test_matches() -> None:
    assert make.matches("a/Makefile")
    assert make.matches("rules.mk")
    assert not make.matches("Makefile_notes.md")


def test_endless_variables_end() -> None:
    assert targets("A = $(B) $(B)\nB = $(A) $(A)\nt:\n\t$(A)\n")["t"].script


@given(st.text(alphabet="ab:=\t\n$()\\#;-@%", max_size=120))
def test_any_text_reads(text: str) -> None:
    make.read(text.encode())
