"""What a command really runs."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.rules import Wrapper
from mlops.graph.shell.wrappers import inner_script, tool_words, unwrap

WRAPPERS = (
    Wrapper(("uv", "run"), ("--with", "--extra", "--group", "--python", "-p", "--directory", "--env-file")),
    Wrapper(("poetry", "run"), ("-C", "--directory")),
    Wrapper(("conda", "run"), ("-n", "--name", "-p")),
    Wrapper(("time",)),
    Wrapper(("env",), ("-u",)),
    Wrapper(("timeout",), ("-k", "-s"), 1),
    Wrapper(("xvfb-run",), ("-s",)),
    Wrapper(("sudo",), ("-u",)),
    Wrapper(("nohup",)),
    Wrapper(("coverage", "run"), ("--source", "--rcfile")),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pytest -x", "pytest -x"),
        ("uv run pytest -x", "pytest -x"),
        ("uv run --extra dev --frozen pytest", "pytest"),
        ("uv --directory src run pytest", "pytest"),
        ("uv run -- pytest --uv", "pytest --uv"),
        ("uv run -m pytest -q", "python -m pytest -q"),
        ("uv run --with=x python train.py", "python train.py"),
        ("poetry run time pytest", "pytest"),
        ("env A=1 B=2 python -m pytest", "python -m pytest"),
        ("A=1 pytest", "pytest"),
        ("timeout -k 5 10 sudo -E uv run pytest", "pytest"),
        ("xvfb-run -a pytest", "pytest"),
        ("conda run -n env python train.py", "python train.py"),
        ("python -m coverage run -m pytest", "python -m pytest"),
        (".venv/bin/coverage run --source src -m pytest", "python -m pytest"),
        ("python -m poetry run pytest", "pytest"),
        ("uv sync", "uv sync"),
        ("uv run", "uv run"),
        ("time", "time"),
    ],
)
def test_unwrap(text: str, expected: str) -> None:
    assert unwrap(text.split(), WRAPPERS) == tuple(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python -m pytest -q", "pytest -q"),
        ("python3.11 -m pytest", "pytest"),
        ("poetry poe lint -v", "poe lint -v"),
        ("/usr/bin/python3 train.py", "python train.py"),
        ("python -u -W error -m churn.train --x", "churn.train --x"),
        ("python -um pytest", "pytest"),
        ("python -u train.py", "python train.py"),
        ("python -c pass", "python -c pass"),
        ("py -3 -m pytest", "pytest"),
        (".venv/bin/pytest", "pytest"),
        ("$VENV/bin/pytest -x", "pytest -x"),
        ("./venv/bin/python -m ruff check", "ruff check"),
        ("./node_modules/.bin/eslint .", "eslint ."),
        ("$(PYTHON) -m pytest", "pytest"),
        ("${PYTHON} train.py", "python train.py"),
        ("$(VENV)/pip install x", "pip install x"),
        ("$(VENV)/bin/dvc repro", "dvc repro"),
        ("pip3 install x", "pip install x"),
        ("./train.py --x", "python ./train.py --x"),
        ("./scripts/test.sh", "./scripts/test.sh"),
        ("bin/train", "bin/train"),
        (r".venv\Scripts\python.exe -m pytest", "pytest"),
        ("$CMD x", "$CMD x"),
    ],
)
def test_tool_words(text: str, expected: str) -> None:
    assert tool_words(text.split()) == tuple(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bash -c 'pytest -x'", "pytest -x"),
        ("bash -lc 'pytest && a'", "pytest && a"),
        ("/bin/sh -e -c pytest", "pytest"),
        ("bash -o pipefail -c 'a | b'", "a | b"),
        ("bash script.sh", None),
        ("docker run --rm -v $PWD:/app -e A=1 image:tag pytest -x", "pytest -x"),
        ("docker run --rm image", None),
        ("docker run --rm --entrypoint pytest image -x", "pytest -x"),
        ("docker run -it --name=x image bash -c 'a b'", "bash -c 'a b'"),
        ("docker compose -f c.yml run --rm api pytest", "pytest"),
        ("docker-compose exec -T api pytest -q", "pytest -q"),
        ("docker exec -i box python train.py", "python train.py"),
        ("docker build -t run .", None),
        ("kubectl exec -it pod -c main -- pytest", "pytest"),
        ("kubectl apply -f x", None),
        ("ssh -i key user@host 'cd app && ./deploy.sh'", "cd app && ./deploy.sh"),
        ("ssh host", None),
        ("xargs -n 1 pylint", "pylint"),
        ("parallel -j 4 pytest ::: a b", "pytest"),
        ("eval 'pytest -x'", "pytest -x"),
        ("pytest", None),
        ("", None),
    ],
)
def test_inner_script(text: str, expected: str | None) -> None:
    assert inner_script(shlex.split(text)) == expected


@given(
    st.lists(
        st.sampled_from(
            ["uv", "run", "-m", "--", "-c", "docker", "exec", "A=1", "python", "bash", "--with", "", "time"]
        )
    )
)
def test_any_words_are_peeled(words: list[str]) -> None:
    assert len(unwrap(words, WRAPPERS)) <= len(words) + 1
    tool_words(words)
    inner_script(words)
