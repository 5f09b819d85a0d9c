"""nox, invoke, pyproject tasks, console scripts, package.json."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops.facts.tasks import console_scripts, npm, pyproject_tasks, sessions

NOXFILE = b"""\
import nox

nox.options.sessions = ["tests"]


@nox.session(python=["3.11"], requires=["lint"])
def tests(session: nox.Session) -> None:
    session.install("-e", ".[dev]")
    session.run("pytest", "--cov", *session.posargs)
    _report(session)


@nox.session(name="lint-all")
def lint(session):
    session.run("flake8", success_codes=[0, 1])
    session.notify("tests")


def _report(session):
    session.run("coverage", "report")


def helper(session):
    session.run("never")
"""


def test_nox() -> None:
    found = {target.name: target for target in sessions.read(NOXFILE).targets}
    assert set(found) == {"tests", "lint-all"}
    assert found["tests"].script == "pip install -e '.[dev]'\npytest --cov\ncoverage report"
    assert (found["tests"].script_line, found["tests"].needs) == (8, ("lint",))
    assert found["lint-all"].script == "flake8 || : success_codes in nox\nnox -s tests"


def test_invoke() -> None:
    text = b"""\
from invoke import Context, task

@task
def lint(c):
    c.run("ruff check; echo done")

@task(lint, default=True)
def run_tests(ctx: Context):
    ctx.run("pytest", warn=True)
    if ctx:
        ctx.run("dvc repro", echo=True)
"""
    found = {target.name: target for target in sessions.read(text).targets}
    assert set(found) == {"lint", "run-tests"}
    assert found["lint"].script == "(set +e; ruff check; echo done)"
    assert found["run-tests"].script == "pytest || : warn=True in invoke\n\ndvc repro"
    assert found["run-tests"].needs == ("lint",)


def test_invoke_takes_the_command_behind_a_helper() -> None:
    text = b"""\
from invoke import task

def in_venv(command):
    return f"uv run {command}"

@task
def train(c):
    c.run("echo start")
    c.run(in_venv("papermill train.ipynb out.ipynb"), env={"A": "1"})
    c.run(in_venv(c.config.command))
"""
    (found,) = sessions.read(text).targets
    assert found.script == "echo start\npapermill train.ipynb out.ipynb"


PYPROJECT = b"""\
[project.scripts]
train = "churn.train:main"
[project.gui-scripts]
show = "churn.ui:app"
[project.entry-points."mlflow.plugins"]
x = "churn.plugin"
[tool.poetry.scripts]
old = { reference = "churn.old:main", type = "console" }
[tool.poe.tasks]
test = "pytest -x"
all = ["test", { cmd = "mypy ." }]
fit = { script = "churn.train:main(fast=True)" }
sh = { shell = "a | b", deps = ["test"], cwd = "src" }
[tool.pdm.scripts]
_.env = "x"
lint = { cmd = ["ruff", "check"] }
ci = { composite = ["lint", "pytest"] }
go = { call = "churn.go:main" }
[tool.hatch.envs.default.scripts]
cov = ["- coverage erase", "pytest --cov"]
[tool.hatch.envs.docs.scripts]
build = "mkdocs build"
[tool.taskipy.tasks]
t = "pytest"
[tool.pixi.tasks]
p = { cmd = "pytest", depends-on = ["q"] }
q = "ruff check"
[tool.pixi.feature.gpu.tasks]
g = "python train.py"
[tool.rye.scripts]
r = { chain = ["a", "b"] }
[tool.tox]
env_list = ["x"]
[tool.tox.env.x]
commands = [["pytest"]]
"""


def test_pyproject() -> None:
    found = {(target.kind, target.name): target for target in pyproject_tasks.read(PYPROJECT).targets}
    scripts = {key[1]: target.function for key, target in found.items() if key[0] == "console-script"}
    assert scripts == {"train": "churn.train:main", "show": "churn.ui:app", "old": "churn.old:main"}
    assert found["entry-point", "x"].attrs == {"group": "mlflow.plugins"}
    assert found["console-script", "train"].line == 2
    texts = {f"{kind}:{name}": target.script for (kind, name), target in found.items() if target.script}
    assert texts == {
        "poe:test": "pytest -x", "poe:all": "poe test\nmypy .", "poe:sh": "a | b", "pdm:lint": "ruff check",
        "pdm:ci": "pdm run lint\npdm run pytest", "hatch:cov": "coverage erase || : - in hatch\npytest --cov",
        "hatch:docs:build": "mkdocs build", "taskipy:t": "pytest", "pixi:p": "pytest", "pixi:q": "ruff check",
        "pixi:g": "python train.py", "rye:r": "rye run a\nrye run b", "tox:x": "pytest",
    }  # fmt: skip
    assert found["poe", "fit"].function == "churn.train:main"
    assert found["pdm", "go"].function == "churn.go:main"
    assert (found["poe", "sh"].needs, found["poe", "sh"].folder) == (("test",), "src")
    assert found["pixi", "p"].needs == ("q",)
    assert found["poe", "test"].line == 10


def test_mise() -> None:
    text = b'[tasks.test]\nrun = ["ruff check", "pytest"]\ndepends = ["build"]\n[tasks]\nbuild = "make"\n'
    found = {target.name: target for target in pyproject_tasks.read(text).targets}
    assert found["test"].script == "ruff check\npytest"
    assert found["test"].needs == ("build",)
    assert found["build"].kind == "mise"


def test_broken_toml_is_a_problem() -> None:
    assert pyproject_tasks.read(b"[a\n").problems[0].line == 1


def test_setup_cfg() -> None:
    text = b"[options.entry_points]\nconsole_scripts =\n    train = churn.train:main\n    # old = a:b\n\n[tox:tox]\nenvlist = a\n[testenv]\ncommands = pytest\n"
    found = console_scripts.read_setup_cfg(text).targets
    first = found[0]
    assert (first.kind, first.name, first.function, first.line) == (
        "console-script", "train", "churn.train:main", 3,
    )  # fmt: skip
    assert {target.name for target in found if target.kind == "tox"} == {"a", "testenv"}


def test_setup_py() -> None:
    text = b"""setup(
    entry_points={
        "console_scripts": [
            "train = churn.train:main",
            # "old = churn.old:main",
        ],
        "other": ["x = y:z"],
    },
)
"""
    found = console_scripts.setup_py_targets(text)
    assert [(target.name, target.function, target.line) for target in found] == [
        ("train", "churn.train:main", 4)
    ]


def test_npm() -> None:
    found = npm.read(b'{"name": "x",\n "scripts": {"pretest": "tsc",\n "test": "jest; true"}}').targets
    assert [(target.name, target.script, target.needs, target.line) for target in found] == [
        ("pretest", "tsc", (), 2), ("test", "jest; true", ("pretest",), 3),
    ]  # fmt: skip
    assert not found[1].errexit


@given(st.recursive(st.text(max_size=5) | st.booleans(), lambda inner: st.lists(inner, max_size=3)).map(str))
def test_any_value_reads(value: str) -> None:
    text = f"[tool.poe.tasks]\nx = {value!r}\n[tool.pdm.scripts]\ny = {{ composite = [1, {{}}] }}\n"
    pyproject_tasks.read(text.encode())
