"""tox environments."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops.facts.tasks import tox

INI = """\
[tox]
envlist = py{310,311}, lint
isolated_build = true

[testenv]
deps = -r requirements.txt
    pytest
commands =
    pytest {posargs:tests} --cov  # words
    py310: pytest old
    - coverage report
    {[base]commands}

[base]
commands =
    echo {envname}

[testenv:lint]
changedir = src
ignore_outcome = true
commands = ruff check . ; echo

[testenv:docs,site]
depends = lint
commands =
    sphinx-build \\
      docs out
"""


def test_ini() -> None:
    found = {target.name: target for target in tox.read(INI.encode()).targets}
    assert set(found) == {"py310", "py311", "lint", "docs", "site", "testenv"}
    assert found["py311"].script.split("\n") == [
        "pytest tests --cov", "", "coverage report || : - in tox", "echo ${envname}",
    ]  # fmt: skip
    assert "pytest old" in found["py310"].script
    assert found["py310"].script_line == 9
    assert found["py310"].attrs["default"] == "yes"
    assert "pytest" in found["py310"].attrs["deps"]
    assert found["testenv"].attrs["base"] == "yes"
    assert not found["lint"].stops
    assert found["lint"].folder == "src"
    assert found["lint"].script == "ruff check . ';' echo"
    assert found["docs"].script == "sphinx-build docs out"
    assert found["docs"].needs == ("lint",)
    assert "default" not in found["docs"].attrs


def test_toml() -> None:
    text = """
env_list = ["3.11", "lint"]
[env_run_base]
commands = [["pytest", { replace = "posargs", default = ["tests"] }], ["-", "coverage", "report"]]
[env.lint]
commands = [["ruff", "check"]]
ignore_outcome = true
"""
    found = {target.name: target for target in tox.read(text.encode()).targets}
    assert found["3.11"].script == "pytest\ncoverage report || : - in tox"
    assert found["lint"].script == "ruff check"
    assert not found["lint"].stops
    assert found["lint"].line == 5


def test_a_broken_file_is_a_problem() -> None:
    assert tox.read(b"env_list = [").problems


def test_many_factors_are_bounded() -> None:
    text = "[tox]\nenvlist = " + "-".join(["{a,b,c,d}"] * 12) + "\n[testenv]\ncommands = x\n"
    assert len(tox.read(text.encode()).targets) <= 100


@given(st.text(alphabet="ab{},:=[]\n -!", max_size=120).map(lambda text: f"[testenv]\n{text}"))
def test_any_text_reads(text: str) -> None:
    tox.read(text.encode())
