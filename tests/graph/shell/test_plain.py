"""PowerShell and cmd scripts."""

from __future__ import annotations

import pytest

from mlops.domain.logic import Tri
from mlops.graph.shell.plain import flatten_plain


def test_the_last_program_decides_in_powershell() -> None:
    found = flatten_plain('# tests\npip install .\npytest -x "a b"\n', "pwsh")
    assert [item.command.words for item in found] == [("pip", "install", "."), ("pytest", "-x", "a b")]
    assert [item.command.line for item in found] == [2, 3]
    assert [item.stops for item in found] == [Tri.NO, Tri.YES]


def test_a_checked_exit_code_cannot_be_told() -> None:
    found = flatten_plain("pytest\nif ($LASTEXITCODE -ne 0) { exit 1 }\necho done", "pwsh")
    assert found[0].stops is Tri.UNKNOWN


def test_blocks_are_only_possible() -> None:
    found = flatten_plain("if ($x) {\n  pytest\n}", "pwsh")
    assert [item.possible for item in found if item.command.words == ("pytest",)] == [Tri.UNKNOWN]


def test_cmd_chains() -> None:
    found = flatten_plain("rem x\npip install . && pytest ^\n  -x", "cmd")
    assert [item.command.words for item in found] == [("pip", "install", "."), ("pytest", "-x")]
    assert found[1].stops is Tri.YES


@pytest.mark.parametrize("shell", ["python", "node"])
def test_other_languages_have_no_commands(shell: str) -> None:
    assert flatten_plain("print(1)", shell) == []
