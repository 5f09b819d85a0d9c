"""Shell scripts as trees of statements."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops.domain.shell import (
    Background,
    Command,
    Conditional,
    Connected,
    FunctionDef,
    Loop,
    Negated,
    Pipe,
    Sequence,
    Statement,
)
from mlops.facts import shell
from mlops.facts.shell import parse


def first(text: str) -> Statement:
    return parse(text).body.items[0]


def words(text: str) -> list[tuple[str, ...]]:
    return [item.words for item in parse(text).body.items if isinstance(item, Command)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pytest -x tests", ("pytest", "-x", "tests")),
        ("pip install '.[dev]' \"a b\"", ("pip", "install", ".[dev]", "a b")),
        ("pip install .[dev]  # the rest", ("pip", "install", ".[dev]")),
        ('echo "a # b"', ("echo", "a # b")),
        ("python train.py \\\n  --epochs 3", ("python", "train.py", "--epochs", "3")),
        ('echo "$X" ${Y:-a} $(date)', ("echo", "$X", "${Y:-a}", "$(date)")),
        (
            "echo ${{ github.ref == 'a b' && 'x' || 'y' }}",
            ("echo", "${{ github.ref == 'a b' && 'x' || 'y' }}"),
        ),
        ('az login -u "${{ secrets.USER }}"', ("az", "login", "-u", "${{ secrets.USER }}")),
        ("$(Build.SourcesDirectory)/run.sh $(x)", ("$(Build.SourcesDirectory)/run.sh", "$(x)")),
        ("$(PYTHON) -m pytest", ("$(PYTHON)", "-m", "pytest")),
        ("echo {{ cookiecutter.name | lower }}", ("echo", "{{ cookiecutter.name | lower }}")),
        ("echo $[[ inputs.stage ]]", ("echo", "$[[ inputs.stage ]]")),
        ('[ -f "a b" ]', ("[", "-f", "a b", "]")),
        ("[[ $x == y* ]]", ("[[", "$x", "==", "y*", "]]")),
        ("(( x > 0 ))", ("((", "x > 0", "))")),
        ("export A=1 B", ("export", "A=1", "B")),
        ("docker push $HOST/$NAME/train:$TAG .", ("docker", "push", "$HOST/$NAME/train:$TAG", ".")),
        (r"echo a\ b \"c\"", ("echo", "a b", '"c"')),
        ("echo $'a'", ("echo", "a")),
    ],
)
def test_words(text: str, expected: tuple[str, ...]) -> None:
    script = parse(text)
    found = script.body.items[0]
    assert isinstance(found, Command)
    assert found.words == expected
    assert script.broken == ()


def test_comments_and_heredocs_are_no_commands() -> None:
    assert words("# pytest\ncat <<EOF\npytest\nEOF\nmake") == [("cat",), ("make",)]


def test_a_heredoc_is_standard_input() -> None:
    found = first("python - <<'PY'\nprint(1)\nPY")
    assert isinstance(found, Command)
    assert found.stdin == "print(1)\n"


def test_a_here_string_is_standard_input() -> None:
    found = first('python - <<< "print(1)"')
    assert isinstance(found, Command)
    assert found.stdin == "print(1)"


def test_what_follows_a_heredoc_on_its_line_is_kept() -> None:
    found = first("cat <<EOF | python - || exit 1\nx\nEOF\n")
    assert isinstance(found, Connected)
    assert isinstance(found.left, Pipe)
    assert [item.words for item in found.left.items if isinstance(item, Command)] == [
        ("cat",),
        ("python", "-"),
    ]


def test_redirections_are_outputs() -> None:
    found = first('dvc metrics show --md >> "$GITHUB_STEP_SUMMARY" 2>&1')
    assert isinstance(found, Command)
    assert found.outputs == ("$GITHUB_STEP_SUMMARY",)


def test_a_group_redirects_all_its_commands() -> None:
    found = first("{ a; b; } > f")
    assert isinstance(found, Sequence)
    assert [item.outputs for item in found.items if isinstance(item, Command)] == [("f",), ("f",)]


def test_a_pipe_redirects_its_last_command() -> None:
    found = first("a | b > f")
    assert isinstance(found, Pipe)
    assert [item.outputs for item in found.items if isinstance(item, Command)] == [(), ("f",)]


def test_substitutions_are_nested_scripts() -> None:
    found = first('echo "$(a | b)" `c -d` <(e -f)')
    assert isinstance(found, Command)
    assert [type(script.items[0]) for script in found.nested] == [Pipe, Command, Command]


def test_a_defined_function_is_no_azure_variable() -> None:
    found = parse("version() { git describe; }\nX=$(version)").body.items[1]
    assert isinstance(found, Command)
    assert len(found.nested) == 1


def test_assignments() -> None:
    found = parse("A=1 B=2\nX=3 cmd -x").body.items
    assert found == (Command((), 1, (("A", "1"), ("B", "2"))), Command(("cmd", "-x"), 2, (("X", "3"),)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a && b", Connected),
        ("a || b", Connected),
        ("a | b", Pipe),
        ("! a", Negated),
        ("! a | b", Negated),
        ("a &", Background),
        ("if a; then b; fi", Conditional),
        ("case $x in a) b;; esac", Conditional),
        ("for i in 1 2; do a; done", Loop),
        ("while a; do b; done", Loop),
        ("until a; do b; done", Loop),
        ("f() { a; }", FunctionDef),
        ("function f { a; }", FunctionDef),
        ("(a; b)", Sequence),
        ("{ a; }", Sequence),
    ],
)
def test_kinds(text: str, kind: type) -> None:
    script = parse(text)
    assert [type(item) for item in script.body.items] == [kind]
    assert script.broken == ()


def test_if_chains() -> None:
    found = first("if a; then b; elif c; then d; else e; fi")
    assert isinstance(found, Conditional)
    assert found.otherwise is not None
    inner = found.otherwise.items[0]
    assert isinstance(inner, Conditional)
    assert inner.otherwise is not None
    assert inner.otherwise.items == (Command(("e",), 1),)


def test_the_default_arm_of_case_is_an_else() -> None:
    found = first("case $x in\n a) b;;\n *) c;;\nesac")
    assert isinstance(found, Conditional)
    assert found.otherwise is not None
    assert found.otherwise.items == (Command(("c",), 3),)


def test_lines_survive_templates_over_several_lines() -> None:
    assert parse("a ${{\n x }} b\nif c; then\n  d\nfi").body.items[1].line == 3


def test_broken_lines_are_listed_and_the_rest_is_kept() -> None:
    script = parse("make lint\nif then fi (\npytest -x\n")
    assert script.broken
    assert ("make", "lint") in [item.words for item in commands(script.body)]


def test_what_is_not_ascii_survives() -> None:
    assert words('écho "🚀 fait" ü🚀=1 $X && true\nmake 🚀')[-1] == ("make", "🚀")
    text = "".join(f"echo ${chr(code)} <<{chr(code)} && true\n" for code in range(0x20000, 0x30000, 0x101))
    assert parse(text)


def test_shebang() -> None:
    assert parse("#!/usr/bin/env -S bash -e\nls").shebang == ("bash", "-e")
    assert parse("#!/bin/sh\nls").shebang == ("sh",)


def test_files() -> None:
    assert shell.matches("scripts/train.sh")
    assert not shell.matches("train.py")
    assert shell.has_shebang(b"#!/bin/bash\n")
    assert not shell.has_shebang(b"#!/usr/bin/env python\n")
    found = shell.read(b"\xff\nmake (\n")
    assert found.language == "shell"
    assert found.problems


def test_plain_scripts_are_fast() -> None:
    text = "\n".join(f"python -m pip install -r requirements-{n}.txt" for n in range(3))
    parse(text)
    start = time.perf_counter()
    for _ in range(300):
        parse(text)
    assert time.perf_counter() - start < 0.5


def commands(statement: Statement) -> Iterator[Command]:
    if isinstance(statement, Command):
        yield statement
    elif isinstance(statement, Sequence | Pipe):
        for item in statement.items:
            yield from commands(item)


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_parses(text: str) -> None:
    assert parse(text).body.line >= 0


@given(st.text(alphabet="ab $(){}[]|&;<>\"'`\n\\#=!-", max_size=80))
@settings(max_examples=300)
def test_any_punctuation_parses(text: str) -> None:
    for item in commands(parse(text).body):
        assert item.line >= 1


@given(
    st.lists(st.sampled_from(["a", "b-c", "'x y'", '"z w"', "./d", "k=1", "x[e]"]), max_size=5).map(
        lambda parts: " ".join(["cmd", *parts])
    )
)
def test_the_fast_path_agrees_with_the_grammar(line: str) -> None:
    forced = parse(f"{line}\ntrue && true")
    assert forced.body.items[0] == first(line)


@pytest.mark.parametrize("text", ["(" * 5000, "$(" * 3000, "if a; then " * 2000, "{ " * 5000, "a && " * 5000])
def test_deep_nesting_is_bounded(text: str) -> None:
    assert parse(text).broken
