import pytest

from mlops.domain.python import Check, Effect, PythonFacts
from mlops.facts.python import read


def facts(text: str) -> PythonFacts:
    found = read(text.encode()).python
    assert found is not None
    return found


def first(text: str) -> Check:
    return facts(text).checks[0]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("if a: pass\nelif b: pass\nelse: pass", ["if", "if"]),
        ("while a: pass", ["while"]),
        ("assert a", ["assert"]),
        ("x = a if b else c", ["conditional"]),
        ("def f(): return a > b", ["return"]),
        ("def f(): return a > b and not c", ["return"]),
        ("def f(): return not (a > b)", ["return"]),
        ("def f(): return a", []),
        ("match a:\n  case 1: pass", ["match"]),
        ("self.assertEqual(a, b)", ["assert"]),
        ("with pytest.raises(E):\n  f()", ["assert"]),
        ("np.testing.assert_allclose(a, b)", ["assert"]),
        ("pd.testing.assert_frame_equal(a, b)", ["assert"]),
        ("m.assert_called_once_with(1)", ["assert"]),
        ("if __name__ == '__main__': pass", []),
        ("if TYPE_CHECKING: pass", []),
        ("print(a > b)", []),
    ],
)
def test_kinds(text, kinds):
    assert [check.kind for check in facts(text).checks] == kinds


@pytest.mark.parametrize(
    ("test", "names", "operators", "numbers"),
    [
        ("acc < 0.8", ("acc",), ("<",), ("0.8",)),
        ("m['auc'] >= T", ("m", "auc", "T"), (">=",), ("0.9",)),
        ("acc < limit", ("acc", "limit"), ("<",), ("0.7",)),
        ("acc < local", ("acc", "local"), ("<",), ("3",)),
        ("a not in b and c is not None", ("a", "b", "c"), ("not in", "and", "is not"), ()),
        ("not a.b.c", ("a", "b", "c"), ("not",), ()),
        ("x > -1", ("x",), (">",), ("-1",)),
        ("x -1 > 1e-3", ("x",), (">",), ("1", "1e-3")),
        ("abs(a - b) <= 5", ("abs", "a", "b"), ("<=",), ("5",)),
        ("r'a\\'b' == x != 'y # z'", ("a'b", "x", "y # z"), ("==", "!="), ()),
        ("x  # y\n", ("x",), (), ()),
    ],
)
def test_parts(test, names, operators, numbers):
    found = first(f"T = 0.9\ndef f(acc, limit=0.7):\n  local = 3\n  if ({test}): pass\n")
    assert (found.names, found.operators, found.numbers) == (names, operators, numbers)


def test_text_is_cut():
    assert first("assert " + "a == b and " * 100 + "c").test == ("a == b and " * 100)[:200]


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ("assert 1 == 1", True),
        ("assert True", True),
        ("x = 1\nassert x == 1", True),
        ("assert len", True),
        ("x = f()\nassert x == 1", False),
        ("assert f()", False),
        ("def f(x):\n  assert x", False),
        ("for x in [1, 2]:\n  assert x", False),
        ("from a import x\nassert x", False),
        ("import a\nassert a.x == 1", False),
        ("assert unknown", False),
        ("self.assertTrue(True)", True),
        ("self.assertTrue(f())", False),
        ("x = [f()]\ny = x[0]\nassert y", False),
        ("def f():\n  x = 1\n  y = x + 1\n  assert y == 2", True),
    ],
)
def test_constant(text, constant):
    assert first(text).constant is constant


@pytest.mark.parametrize(
    ("text", "fed"),
    [
        ("acc = score(m.predict(x))\nif acc < 0.8: pass", {"?score", "?m.predict"}),
        ("def f():\n  r = {}\n  r['a'] = score()\n  if r['a'] < T: pass", {"?score"}),
        ("self.assertEqual(predict(x), 1)", {"?predict"}),
        ("with pytest.raises(ValueError):\n  predict(x)", {"?predict"}),
        ("assert predict(x) == pytest.approx(1)", {"?predict", "?pytest.approx"}),
        ("m = Mock()\nm.assert_called_once()", {"?Mock"}),
        ("match score():\n  case 1: pass", {"?score"}),
        ("def f(): return score() > 1", {"?score"}),
    ],
)
def test_feeds(text, fed):
    found = facts(text)
    assert {found.calls[index].name for index in found.checks[0].feeds} == fed


@pytest.mark.parametrize(
    ("arm", "effect"),
    [
        ("raise ValueError('x')", Effect(raises=True)),
        ("raise", Effect(raises=True)),
        ("assert False, 'x'", Effect(raises=True)),
        ("sys.exit(1)", Effect(exits=True)),
        ("sys.exit('bad')", Effect(exits=True)),
        ("sys.exit(code)", Effect(exits=True)),
        ("sys.exit(0)", Effect()),
        ("sys.exit()", Effect()),
        ("exit(1)", Effect(exits=True)),
        ("os._exit(1)", Effect(exits=True)),
        ("raise SystemExit(1)", Effect(raises=True, exits=True)),
        ("raise SystemExit(0)", Effect()),
        ("raise SystemExit", Effect()),
        ("raise typer.Exit(code=1)", Effect(raises=True, exits=True)),
        ("raise typer.Exit()", Effect()),
        ("raise click.ClickException('x')", Effect(raises=True, exits=True)),
        ("pytest.fail('x')", Effect(raises=True)),
        ("return False", Effect(returns=("False",))),
        ("return", Effect(returns=("None",))),
        ("pass", Effect(idle=True)),
        ("print('worse')", Effect(idle=True)),
        ("logger.warning('worse')", Effect(idle=True)),
        ("self.log.error('worse')", Effect(idle=True)),
        ("...", Effect(idle=True)),
        ("mlflow.log_metric('a', 1)", Effect()),
        ("print('worse'); raise E", Effect(raises=True)),
        ("for x in y: raise E", Effect(raises=True)),
        ("f = lambda: sys.exit(1)", Effect()),
    ],
)
def test_effects(arm, effect):
    found = facts(f"import sys, os\ndef f():\n  if a:\n    {arm}\n").checks[0].body
    assert (found.raises, found.exits, found.returns, found.idle) == (
        effect.raises,
        effect.exits,
        effect.returns,
        effect.idle,
    )
    assert found.lines == (4, 4)


def test_both_arms_and_elif():
    found = facts(
        "if a:\n  x()\n  y()\nelif b:\n  pass\nelse:\n  raise E\nif c:\n  pass\n  # comment\nelse:\n  z()\n"
    ).checks
    assert [(check.line, check.body.lines, check.orelse.lines) for check in found] == [
        (1, (2, 3), (4, 7)),
        (4, (5, 5), (7, 7)),
        (8, (9, 10), (12, 12)),
    ]
    assert [(check.body.raises, check.orelse.raises) for check in found] == [(False, True)] * 2 + [
        (False, False)
    ]


def test_nested_function_is_no_effect():
    assert not first("if a:\n  def f():\n    raise E\n").body.raises


def test_handlers_and_swallowed_bodies_are_no_effect():
    assert not first("if a:\n  try:\n    x()\n  except E:\n    raise\n").body.raises
    assert not first("if a:\n  try:\n    raise E\n  except Exception:\n    pass\n").body.raises
    assert first("if a:\n  try:\n    raise E\n  finally:\n    pass\n").body.raises


def test_conditional_exit():
    found = first("import sys\nsys.exit(0 if ok() else 1)")
    assert (found.kind, found.body.exits, found.orelse.exits) == ("conditional", False, True)


def test_swallowed_and_dead_checks():
    found = facts("try:\n  assert a\nexcept Exception:\n  pass\nif False:\n  assert b\n").checks
    assert [(check.kind, check.swallowed, check.live) for check in found] == [
        ("assert", True, True),
        ("if", False, True),
        ("assert", False, False),
    ]


@pytest.mark.parametrize(
    ("after", "raises", "exits", "lines"),
    [
        ("raise ValueError('x')", True, False, (4, 4)),
        ("logger.error('x')\n  raise ValueError('x')", True, False, (4, 5)),
        ("# worse\n  print('x')\n  sys.exit(1)", False, True, (5, 6)),
        ("raise SystemExit(2)", False, True, (4, 4)),
        ("sys.exit(0)", False, False, (0, 0)),
        ("sys.exit()", False, False, (0, 0)),
        ("train()\n  raise ValueError('x')", False, False, (0, 0)),
        ("return 2", False, False, (0, 0)),
    ],
)
def test_failure_after_a_branch_that_returns_is_its_else(after, raises, exits, lines):
    found = first(f"def f():\n  if acc > 0.8:\n    return 1\n  {after}\n").orelse
    assert (found.raises, found.exits, found.lines) == (raises, exits, lines)


def test_failure_after_a_branch_that_goes_on_is_not_its_else():
    assert first("def f():\n  if acc > 0.8:\n    x()\n  raise E\n").orelse == Effect()
