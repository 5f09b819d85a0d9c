from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.logic import Tri
from mlops.graph.ci.evaluation import Scope, evaluate, substitute
from mlops.graph.ci.expression import parse
from mlops.graph.ci.values import Choice, Object, Shape, Unknown, Value, truth

GITHUB = Object(
    {
        "event_name": "push",
        "ref": Choice(("refs/heads/main", "refs/heads/master"), synonyms=True),
        "actor": Unknown(frozenset({"github.actor"}), Tri.YES, rare=True),
        "event": Object({"pull_request": None, "action": Choice(("opened", "closed"))}, Unknown()),
        "tag": Shape("refs/tags/v"),
    },
    Unknown(),
)
SCOPE = Scope(
    {"github": GITHUB, "inputs": Object({"n": 3.0, "flag": True})},
    {"success": True, "failure": False, "cancelled": False},
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", Tri.YES),
        ("0", Tri.NO),
        ("''", Tri.NO),
        ("null", Tri.NO),
        ("NaN", Tri.NO),
        ("'false'", Tri.YES),
        ("github.event_name == 'PUSH'", Tri.YES),
        ("github['event_name'] == 'push'", Tri.YES),
        ("GITHUB.Event_Name != 'schedule'", Tri.YES),
        ("github.ref == 'refs/heads/master'", Tri.YES),
        ("github.ref != 'refs/heads/main'", Tri.NO),
        ("github.ref == 'refs/heads/dev'", Tri.NO),
        ("startsWith(github.ref, 'refs/tags/')", Tri.NO),
        ("startsWith(github.tag, 'refs/tags/')", Tri.YES),
        ("contains(github.tag, 'refs/heads/')", Tri.NO),
        ("endsWith(github.tag, '.0')", Tri.UNKNOWN),
        ("github.tag == 'refs/tags/v1'", Tri.UNKNOWN),
        ("github.tag == 'refs/heads/v1'", Tri.NO),
        ("github.event.pull_request.merged == true", Tri.NO),
        ("github.event.action == 'opened'", Tri.UNKNOWN),
        ("github.event.action == 'labeled'", Tri.NO),
        ("github.actor != 'dependabot[bot]'", Tri.YES),
        ("github.actor == 'dependabot[bot]'", Tri.UNKNOWN),
        ("!contains(github.actor, '[bot]')", Tri.YES),
        ("vars.DEPLOY == 'yes'", Tri.UNKNOWN),
        ("vars.DEPLOY && false", Tri.NO),
        ("vars.DEPLOY || true", Tri.YES),
        ("1 == '1'", Tri.YES),
        ("true == 1", Tri.YES),
        ("null == 0", Tri.YES),
        ("'abc' == 0", Tri.NO),
        ("'' == 0", Tri.YES),
        ("0x10 == 16", Tri.YES),
        ("inputs.n > 2 && inputs.n <= 3", Tri.YES),
        ("inputs.missing == ''", Tri.YES),
        ("contains(fromJSON('[\"a\", \"b\"]'), 'B')", Tri.YES),
        ('fromJSON(\'{"a": {"b": 1}}\').a.b == 1', Tri.YES),
        ("format('{0}-{1}', 'a', 1) == 'A-1'", Tri.YES),
        ("format('{{{0}}}', 1) == '{1}'", Tri.YES),
        ("join(fromJSON('[1, 2]'), '+') == '1+2'", Tri.YES),
        ("hashFiles('x') != ''", Tri.UNKNOWN),
        ("success() && !failure()", Tri.YES),
        ("always()", Tri.YES),
        ("(true || false) && !(false)", Tri.YES),
        ("true || true && false", Tri.YES),
        ("'it''s' == 'IT''S'", Tri.YES),
    ],
)
def test_truth(text: str, value: Tri) -> None:
    assert truth(evaluate(text, SCOPE)) is value


def test_operators_return_operands() -> None:
    assert evaluate("github.event_name == 'push' && 'prod' || 'dev'", SCOPE) == "prod"
    assert evaluate("false && 'prod' || 'dev'", SCOPE) == "dev"


@pytest.mark.parametrize(
    "text", ["", "a b", "'x", "a.", "a ==", "f(", "(a", "a[", '"x"', "1abc", "a = b", "!" * 100]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    assert parse(text) is None
    assert truth(evaluate(text, SCOPE)) is Tri.UNKNOWN


def test_substitution_leaves_what_is_unknown() -> None:
    assert substitute("a ${{ inputs.n }} ${{ secrets.X }}", SCOPE) == "a 3 ${{ secrets.X }}"


NAMES = ("a", "b", "c")
_LEAVES = st.sampled_from([*(f"x.{name}" for name in NAMES), "true", "false", "'t'", "''", "1", "null"])
EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||", "==", "!="]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        inner.map(lambda text: f"!{text}"),
        st.tuples(st.sampled_from(["contains", "startsWith", "endsWith"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
    ),
    max_leaves=8,
)
_VALUES = st.sampled_from([True, False, None, "t", "", "refs/heads/main", 0.0, 1.0])


@given(EXPRESSIONS, st.fixed_dictionaries(dict.fromkeys(NAMES, _VALUES)), st.sets(st.sampled_from(NAMES)))
def test_forgetting_values_never_changes_an_answer(
    text: str, values: dict[str, Value], forgotten: set[str]
) -> None:
    known = truth(evaluate(text, Scope({"x": Object(values)})))
    partial: dict[str, Value] = {
        name: Unknown() if name in forgotten else value for name, value in values.items()
    }
    guess = truth(evaluate(text, Scope({"x": Object(partial)})))
    assert guess in {known, Tri.UNKNOWN}


@given(st.text(alphabet="github.event'()[]!&|=<>*,1 \n", max_size=60))
def test_never_raises(text: str) -> None:
    truth(evaluate(text, SCOPE))
