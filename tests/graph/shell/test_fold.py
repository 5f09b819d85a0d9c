"""Which commands of a script run, and whose failure stops it (semantics of shells, case by case)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops.domain.logic import Tri
from mlops.facts.shell import parse
from mlops.graph.shell.fold import Executed, flatten, shebang_options


def run(text: str, *, errexit: bool = True, pipefail: bool = False) -> list[Executed]:
    return flatten(parse(text), errexit=errexit, pipefail=pipefail)


def find(text: str, word: str = "pytest", **options: bool) -> Executed:
    return next(found for found in run(text, **options) if found.command.words[0] == word)


MASKS = [
    "pytest || true",
    "pytest || :",
    "pytest || echo failed",
    "pytest || exit 0",
    "pytest || { echo failed; }",
    "set +e\npytest\nexit 0",
    "set +e\npytest\ntrue",
    "set +e\npytest\necho done",
    "set +e; pytest; rc=$?; echo $rc",
    "pytest | tee log",
    "pytest 2>&1 | tee log; echo x",
    "pytest &",
    "pytest & wait",
    "if pytest; then echo ok; fi",
    "if pytest; then echo ok; else echo bad; fi",
    "! pytest",
    "(pytest) || true",
    "(pytest; exit 0) || true",
    "trap 'exit 0' EXIT\npytest",
    "trap 'exit 0' ERR\npytest",
    "trap done_ EXIT\ndone_() { exit 0; }\ntrap done_ EXIT\npytest",
    "timeout 10 true; pytest && echo ok\necho done",
    "echo $(pytest -q)",
    "export OUT=$(pytest -q)",
    "until pytest; do sleep 1; done",
    "while ! pytest; do sleep 1; done",
    "main() { pytest; }\nmain || true",
    "if [ -f x ]; then pytest || true; fi",
    "{ pytest; } || true",
    "diff <(pytest) expected",
    "pytest || (echo failed)",
    "{ pytest; echo x; } || true",
    "set +e\npytest | tee log\nexit 0",
    "set +e\nmake | pytest\nexit ${PIPESTATUS[0]}",
]


@pytest.mark.parametrize("text", MASKS)
def test_a_masked_failure_does_not_stop(text: str) -> None:
    found = find(text)
    assert found.stops is Tri.NO
    assert found.stop_fake == "F5"
    assert found.stop_reason


STOPS = [
    "pytest",
    "pytest\necho done",
    "pytest || exit 1",
    "pytest || { echo failed; exit 1; }",
    "pytest || (echo failed; exit 3)",
    "pytest && echo ok",
    "cd src && pytest\necho done",
    "set -e\npytest",
    "set +e\npytest\nrc=$?\necho done\nexit $rc",
    'set +e\npytest\nrc=$?\necho done\nexit "${rc}"',
    "set +e\npytest\nif [ $? -ne 0 ]; then exit 1; fi\necho x",
    'set +e\npytest\nrc=$?\nset -e\nif [[ "$rc" != 0 ]]; then echo bad; exit 1; fi\necho x',
    "pytest || rc=$?\necho x\nexit ${rc:-0}",
    "failed=0\npytest || failed=1\necho x\nexit $failed",
    'failed=false\nif ! pytest; then failed=true; fi\necho x\nif [ "$failed" = true ]; then exit 1; fi',
    "fail=0\npytest || ((fail++))\necho x\nif (( fail > 0 )); then exit 1; fi",
    "set +e\npytest\ncode=$?\necho x\n[ $code -eq 0 ] || exit $code\necho y",
    "if ! pytest; then exit 1; fi",
    "if pytest; then echo ok; else exit 1; fi",
    "set -o pipefail\npytest | tee log",
    "set -euo pipefail\npytest 2>&1 | tee log\necho x",
    "pytest | tee log\nexit ${PIPESTATUS[0]}",
    "pytest | tee log; test ${PIPESTATUS[0]} -eq 0",
    "for d in a b; do pytest $d; done",
    "(cd src; pytest)\necho x",
    "test_() { pytest; }\ntest_\necho x",
    "OUT=$(pytest -q)\necho x",
    "pytest & pid=$!\nwait $pid",
    "exec pytest",
    "set +e\nrun() { if ! pytest; then make; set -e; exit 1; fi; }\nrun\necho x",
    "cat list | pytest -",
    "set +e\npytest || exit 1\necho x",
    "trap 'rm -rf x' EXIT\npytest",
    "pytest <<EOF || exit 1\nhi\nEOF",
    "while true; do pytest; break; done",
    "case $X in a) pytest;; esac",
    "echo start; { pytest; echo x; }",
    "run() { pytest; return $?; }\nrun\necho x",
    "a || rc=1\npytest || rc=$?\necho x\nexit $rc",
]


@pytest.mark.parametrize("text", STOPS)
def test_an_honest_failure_stops(text: str) -> None:
    found = find(text) if "exec" not in text else next(f for f in run(text) if f.command.words == ("pytest",))
    assert found.stops is Tri.YES
    assert found.stop_fake == ""
    assert found.stop_reason == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pytest", Tri.YES),
        ("pytest\necho done", Tri.NO),
        ("pytest || exit 1\necho done", Tri.YES),
        ("set -e\npytest\necho done", Tri.YES),
        ("set -euo pipefail\npytest | tee x\necho done", Tri.YES),
        ("pytest && echo ok", Tri.YES),
        ("for d in $DIRS; do pytest $d; done", Tri.UNKNOWN),
        ("for d in a b; do pytest; done", Tri.UNKNOWN),
        ("pytest\nif [ -f x ]; then exit 1; fi", Tri.UNKNOWN),
        ("if [ -f x ]; then\n  pytest\nfi", Tri.YES),
        ("pytest; exit $UNKNOWN", Tri.UNKNOWN),
    ],
)
def test_without_errexit_the_last_command_decides(text: str, expected: Tri) -> None:
    assert find(text, errexit=False).stops is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for d in a b; do pytest $d; done", [("a", Tri.NO), ("b", Tri.YES)]),
        ("for d in a b; do pytest ${d}; done\necho x", [("a", Tri.NO), ("b", Tri.NO)]),
        ("set -e\nfor d in a b; do pytest $d; done\necho x", [("a", Tri.YES), ("b", Tri.YES)]),
        ("for d in a b; do pytest $d || exit 1; done\necho x", [("a", Tri.YES), ("b", Tri.YES)]),
        ("for d in a b; do (cd $d && pytest $d/t); done", [("a/t", Tri.NO), ("b/t", Tri.YES)]),
        ("for d in a b; do for e in 1 2; do pytest $d$e; done; done",
         [("a1", Tri.NO), ("a2", Tri.NO), ("b1", Tri.NO), ("b2", Tri.YES)]),
        ("run() { for d in a b; do pytest $d; done; }\nrun\nrun", [("a", Tri.NO), ("b", Tri.UNKNOWN)]),
    ],
)  # fmt: skip
def test_a_loop_over_written_words_passes_once_for_each(text: str, expected: list[tuple[str, Tri]]) -> None:
    found = [item for item in run(text, errexit=False) if item.command.words[:1] == ("pytest",)]
    assert [(item.command.words[1], item.stops) for item in found] == expected


@pytest.mark.parametrize(
    "words", ["$DIRS", "a $DIRS", "*.txt", "$(ls)", "{a,b}", "~/a", " ".join("abcdefghij" * 5)]
)
def test_a_loop_over_other_words_is_one(words: str) -> None:
    (found,) = (
        item for item in run(f"for d in {words}; do pytest $d; done") if "pytest" in item.command.words
    )
    assert found.command.words == ("pytest", "$d")


def test_the_reason_without_errexit_is_said() -> None:
    assert find("pytest\necho done", errexit=False).stop_reason == (
        "the shell runs without -e and a later command decides"
    )


def test_the_reason_of_a_pipe_is_said() -> None:
    assert (
        find("pytest | tee log").stop_reason
        == "`| tee log` decides the status: the shell runs without pipefail"
    )


def test_the_reason_of_an_or_list_is_said() -> None:
    assert find("pytest || true").stop_reason == "`|| true` hides its failure"


def test_pipefail_from_the_platform_counts() -> None:
    assert find("pytest | tee log", pipefail=True).stops is Tri.YES


def test_accepting_no_tests_is_mild() -> None:
    assert find("pytest || [ $? -eq 5 ]").stops is Tri.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pytest", Tri.YES),
        ("exit 0\npytest", Tri.NO),
        ("exit 1; pytest", Tri.NO),
        ("if false; then pytest; fi", Tri.NO),
        ("false && pytest", Tri.NO),
        ("true || pytest", Tri.NO),
        ("if true; then pytest; fi", Tri.YES),
        ("while false; do pytest; done", Tri.NO),
        ("if [ -f x ]; then pytest; fi", Tri.UNKNOWN),
        ("if [ -f x ]; then exit 0; fi\npytest", Tri.UNKNOWN),
        ("[ -f x ] && exit 0\npytest", Tri.UNKNOWN),
        ("if [ ! -f x ]; then echo usage; exit 1; fi\npytest", Tri.YES),
        ("[ -f x ] || exit 1\npytest", Tri.YES),
        ("make || pytest", Tri.UNKNOWN),
        ("make && pytest", Tri.YES),
        ("if make; then pytest; fi", Tri.YES),
        ("if ! make; then pytest; fi", Tri.UNKNOWN),
        ("for i in a; do pytest; done", Tri.YES),
        ("case $x in a) pytest;; esac", Tri.UNKNOWN),
        ("f() { return 0; pytest; }\nf", Tri.NO),
        ("f() { return 0; }\nf\npytest", Tri.YES),
        ("(exit 0)\npytest", Tri.YES),
        ("while true; do sleep 1; done\npytest", Tri.NO),
        ("exec make\npytest", Tri.NO),
        ("f() { pytest; }\nif [ -f x ]; then f; fi\nf", Tri.YES),
    ],
)
def test_reach(text: str, expected: Tri) -> None:
    found = [item for item in run(text) if item.command.words[0] == "pytest"]
    assert max(item.possible for item in found) is expected
    if expected is not Tri.YES:
        assert found[0].reason


def test_an_uncalled_function_runs_nothing() -> None:
    assert [item.command.words for item in run("f() { pytest; }\necho x")] == [("echo", "x")]


def test_commands_know_their_function() -> None:
    assert find("f() { pytest; }\nf").function == "f"


@pytest.mark.parametrize(
    "text",
    [
        'if [ -z "$TOKEN" ]; then echo skip; exit 0; fi\npytest',
        '[ -z "$TOKEN" ] && exit 0\npytest',
        '[ -n "$TOKEN" ] || exit 0\npytest',
        'if [ -n "$TOKEN" ]; then pytest; fi',
    ],
)
def test_a_silent_guard_is_noted(text: str) -> None:
    found = find(text)
    assert found.possible is Tri.YES
    assert (found.note, found.fake) == ("skipped in silence where `$TOKEN` is empty", "F21")


def test_a_loud_guard_is_not_noted() -> None:
    assert find('if [ -z "$TOKEN" ]; then exit 1; fi\npytest').note == ""


def test_an_empty_option_sets_nothing() -> None:
    assert find('set -e ""\npytest\necho x', errexit=False).stops is Tri.YES


def test_recursion_ends() -> None:
    assert find("f() { pytest; f; }\nf").stops is Tri.YES


def test_shebang_options_are_read() -> None:
    assert shebang_options(parse("#!/bin/bash -eo pipefail\nls")) == (True, True)
    assert shebang_options(parse("#!/usr/bin/env bash\nls")) == (False, False)


def test_a_script_of_doubling_functions_is_bounded() -> None:
    lines = [f"f{n}() {{ f{n + 1}; f{n + 1}; }}" for n in range(40)]
    assert len(run("\n".join([*lines, "f0"]))) < 100


_PIECES = st.sampled_from(
    ["pytest", "set -e", "set +e", "rc=$?", "exit $rc", "if [ $? -ne 0 ]; then", "fi", "|| true", "&& x", "(", ")", "{", "}",
     "for i in a; do", "done", "while x; do", "f() {", "f", "trap 'exit 0' EXIT", "$(a)", "| b", "&", "wait $p", "case x in",
     "a)", ";;", "esac", "\n", ";", "exit 0", "! a", "break", "return 1", "<<EOF", "EOF", "`", '"', "'"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=30).map(" ".join), st.booleans(), st.booleans())
@settings(max_examples=300)
def test_any_script_folds(text: str, errexit: bool, pipefail: bool) -> None:
    for found in run(text, errexit=errexit, pipefail=pipefail):
        assert found.command.words
        assert (found.stops is Tri.YES) == (not found.stop_reason)
