import pytest

from mlops.domain.python import Call, PythonFacts
from mlops.facts.python import read


def facts(text: str) -> PythonFacts:
    found = read(text.encode()).python
    assert found is not None
    return found


def only(text: str, name: str) -> Call:
    (found,) = [call for call in facts(text).calls if call.name == name]
    return found


@pytest.mark.parametrize(
    ("written", "rendered"),
    [
        ("'a'", "'a'"),
        ('"a"', "'a'"),
        ('"it\'s"', '"it\'s"'),
        ("'''a\nb'''", "'a\\nb'"),
        (r"'a\tb\'c'", '"a\\tb\'c"'),
        (r"r'\d+'", r"'\\d+'"),
        (r"'\d+'", r"'\\d+'"),
        ("b'x'", "b'x'"),
        ("'é'", "'é'"),
        ("'a' 'b'", "'ab'"),
        ("f'models/{name}.pkl'", "'models/{}.pkl'"),
        ("f'{a!r:>10}{{x}}'", "'{}{x}'"),
        ("0.50", "0.5"),
        ("1_000", "1000"),
        ("0x10", "16"),
        ("1e-3", "0.001"),
        ("-1", "-1"),
        ("True", "True"),
        ("None", "None"),
        ("['a', 1]", "['a', 1]"),
        ("('a',)", "('a',)"),
        ("()", "()"),
        ("{'a': 1}", "{'a': 1}"),
        ("{1, 2}", "{1, 2}"),
        ("['a', x]", "['a', '{}']"),
        ("x + 1", ""),
        ("g", "?g"),
        ("os.sep", "os.sep"),
        ("(os.sep)", "os.sep"),
        ("os.getcwd()", "os.getcwd"),
        ("LIMIT", ":LIMIT"),
        ("lambda x: x", ""),
        ("'" + "x" * 400 + "'", "'" + "x" * 300 + "'"),
    ],
)
def test_arguments(written, rendered):
    call = only(f"import os\nLIMIT = 3\nf({written}, key={written})\n", "?f")
    assert call.args == (rendered,)
    assert call.keyword("key") == rendered
    assert call.keyword("other") is None


def test_local_literals_stand_for_themselves():
    text = "def g():\n  path = 'm.pkl'\n  rows = []\n  rows.append(1)\n  save(path, rows)\n"
    assert only(text, "?save").args == ("'m.pkl'", "?rows")


def test_lines_discarded_and_roles():
    text = "x = a(\n  1,\n)\nb()\nawait c()\nwith d() as e: pass\n"
    found = {call.name: call for call in facts(text).calls}
    assert (found["?a"].line, found["?a"].end_line) == (1, 3)
    assert {name: call.discarded for name, call in found.items()} == {
        "?a": False,
        "?b": True,
        "?c": True,
        "?d": False,
    }
    assert found["?d"].role == "with"


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("x()", True),
        ("if False:\n  x()", False),
        ("if 0:\n  pass\nelse:\n  x()", True),
        ("if True:\n  pass\nelse:\n  x()", False),
        ("if None:\n  if y:\n    x()", False),
        ("while False:\n  x()", False),
        ("if TYPE_CHECKING:\n  x()", False),
        ("def f():\n  return\n  x()", False),
        ("def f():\n  if a:\n    return\n  x()", True),
        ("def f():\n  if a:\n    return 1\n  else:\n    raise E\n  x()", False),
        ("def f():\n  raise E\n  x()", False),
        ("import sys\nsys.exit(0)\nx()", False),
        ("for i in y:\n  continue\n  x()", False),
        ("for i in y:\n  break\nx()", True),
        ("try:\n  raise E\nexcept E:\n  pass\nx()", True),
        ("try:\n  raise E\nfinally:\n  pass\nx()", False),
        ("def f():\n  return\ndef g():\n  x()", True),
        ("import pytest\ndef f():\n  with pytest.raises(E):\n    raise E\n  x()", True),
    ],
)
def test_live(text, live):
    assert only(text, "?x").live is live


@pytest.mark.parametrize(
    ("handler", "swallowed"),
    [
        ("except Exception:\n  pass", True),
        ("except:\n  print('x')", True),
        ("except BaseException as e:\n  log.error(e)", True),
        ("except (ValueError, Exception):\n  pass", True),
        ("except Exception:\n  return None", True),
        ("except Exception:\n  if y:\n    raise\n", False),
        ("except Exception:\n  raise", False),
        ("except Exception:\n  log.error('never raise')", True),
        ("except Exception as e:\n  raise RuntimeError from e", False),
        ("except Exception:\n  sys.exit(1)", False),
        ("except Exception:\n  sys.exit(0)", True),
        ("except Exception:\n  os._exit(3)", False),
        ("except Exception:\n  raise SystemExit(1)", False),
        ("except ValueError:\n  pass", False),
        ("except ValueError:\n  pass\nexcept Exception:\n  pass", True),
        ("finally:\n  pass", False),
    ],
)
def test_swallowed(handler, swallowed):
    text = f"import sys, os\ntry:\n  x()\n{handler}\n"
    assert only(text, "?x").swallowed is swallowed


def test_swallowed_by_an_outer_try_but_not_across_functions():
    text = "try:\n  try:\n    x()\n  finally:\n    pass\n  def f():\n    y()\nexcept Exception:\n  z()\n"
    found = {call.name: call.swallowed for call in facts(text).calls}
    assert found == {"?x": True, "?y": False, "?z": False}


def test_suppress_swallows():
    text = "import contextlib\nwith contextlib.suppress(Exception):\n  x()\ny()\n"
    found = {call.name: call.swallowed for call in facts(text).calls}
    assert found == {"contextlib.suppress": False, "?x": True, "?y": False}


def feeding(text: str, name: str) -> set[str]:
    found = facts(text)
    (call,) = [call for call in found.calls if call.name == name]
    return {found.calls[index].name for index in call.feeds}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x(a())", {"?a"}),
        ("x(b(a()))", {"?a", "?b"}),
        ("x(k=a())", {"?a"}),
        ("a().x()", None),
        ("v = a()\nw = v + 1\nx(w)", {"?a"}),
        ("v = a()\nv += b()\nx(v)", {"?a", "?b"}),
        ("d = {}\nd['auc'] = a()\nx(d)", {"?a"}),
        ("d = {}\nd.auc = a()\nx(d)", {"?a"}),
        ("d = {'k': a()}\nx(d['k'])", {"?a"}),
        ("v = []\nv.append(a())\nx(v)", {"?a"}),
        ("for v in a():\n  x(v)", {"?a"}),
        ("for i, (j, v) in a():\n  x(v)", {"?a"}),
        ("x([v for v in a()])", {"?a"}),
        ("x(v for v in a())", {"?a"}),
        ("v, w = a()\nx(w)", {"?a"}),
        ("v, w = a(), b()\nx(w)", {"?b"}),
        ("v, *w = a()\nx(w)", {"?a"}),
        ("with a() as v:\n  x(v)", {"?a"}),
        ("if (v := a()):\n  x(v)", {"?a"}),
        ("x(f'{a()}')", {"?a"}),
        ("x(a() if b() else c())", {"?a", "?b", "?c"}),
        ("x(*a(), **b())", {"?a", "?b"}),
        ("v = a()\ndef f(v):\n  x(v)", set()),
        ("v = a()\ndef f():\n  x(v)", {"?a"}),
        ("def f(self):\n  self.v = a()\n  x(self.v)", {"?a"}),
        ("while y:\n  x(v)\n  v = a(v)", {"?a"}),
        ("def f():\n  v = a()\ndef g():\n  x(v)", set()),
    ],
)
def test_feeds(text, expected):
    name = "?a.x" if expected is None else "?x"
    assert feeding(text, name) == (expected if expected is not None else {"?a"})


def test_feeds_are_bounded():
    text = "v = 0\n" + "v += a()\n" * 1000 + "x(v)\n"
    assert 0 < len(facts(text).calls[-1].feeds) <= 100
