import pytest

from mlops.domain.python import Constant, Parameter, PythonFacts
from mlops.facts.python import read


def facts(text: str) -> PythonFacts:
    found = read(text.encode()).python
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("pass", "stub"),
        ("...", "stub"),
        ("'''Only words.'''", "stub"),
        ("raise NotImplementedError", "stub"),
        ("raise NotImplementedError('later')", "stub"),
        ("'''Words.'''\n  raise NotImplementedError()", "stub"),
        ("# comment\n  pass", "stub"),
        ("return 1", "constant"),
        ("return", "constant"),
        ("'''Words.'''\n  return {'a': 1}", "constant"),
        ("return x", "real"),
        ("return f()", "real"),
        ("x = 1\n  return 1", "real"),
        ("raise ValueError", "real"),
    ],
)
def test_body(body, shape):
    assert facts(f"def f():\n  {body}\n").functions[0].body == shape


def test_parameters():
    found = facts(
        "import torch\nfrom typing import Optional\nLIMIT = 3\n"
        "def f(a, b: torch.Tensor, *args, c=0.5, d: Optional[int] = None, e=LIMIT, **kw: str) -> int: return 1\n"
    ).functions[0]
    assert found.parameters == (
        Parameter("a"),
        Parameter("b", "torch.Tensor"),
        Parameter("*args"),
        Parameter("c", "", "0.5"),
        Parameter("d", "int", "None"),
        Parameter("e", "", ":LIMIT"),
        Parameter("**kw", "str"),
    )


def test_returns():
    found = facts(
        "from sklearn.svm import SVC\ndef build(x):\n  model = SVC()\n  if x:\n    return 1, 2\n  return model\n"
        "def make():\n  with open('x') as f:\n    yield f\n"
    )
    assert [f.returned for f in found.functions] == [("sklearn.svm.SVC",), ("open",)]
    assert [[found.calls[i].name for i in f.returns] for f in found.functions] == [
        ["sklearn.svm.SVC"],
        ["open"],
    ]


def test_classes():
    found = facts(
        "import torch.nn as nn\nfrom a import M\n@deco\nclass C(nn.Module, metaclass=M):\n  model: nn.Linear\n  lr = 0.1\n"
        "  def __init__(self):\n    self.opt = M()\n    self.x = 1\n  class Inner(C, Generic[T]): pass\n"
    )
    outer, inner = found.classes
    assert (outer.name, outer.line, outer.end_line, outer.bases) == ("C", 4, 10, ("torch.nn.Module",))
    assert outer.attributes == (("model", "torch.nn.Linear"), ("opt", "a.M"))
    assert [d.name for d in outer.decorators] == ["?deco"]
    assert (inner.name, inner.bases) == ("C.Inner", (":C", "?Generic"))
    assert found.constants == (Constant("C.lr", "0.1", 6),)


def test_class_attribute_that_is_annotated_is_named_by_its_annotation():
    found = facts("from p import Field\nfrom m import Kind\nclass C:\n  model: Kind = Field(1)\n")
    assert found.classes[0].attributes == (("model", "m.Kind"),)


def test_constants():
    found = facts(
        "import pytest\nA = 1\nB, C = 'x', 2.5\nD: int = 3\nE = f()\npytestmark = pytest.mark.skip(\n  reason='r')\n"
        "class K:\n  pytestmark = pytest.mark.slow\ndef g():\n  h = 1\nif __name__ == '__main__':\n  Z = 1\n"
    )
    assert [(c.name, c.value, c.line) for c in found.constants] == [
        ("A", "1", 2),
        ("B", "'x'", 3),
        ("C", "2.5", 3),
        ("D", "3", 4),
        ("pytestmark", "pytest.mark.skip( reason='r')", 6),
        ("K.pytestmark", "pytest.mark.slow", 9),
        ("Z", "1", 13),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("'''Words.'''\nimport a\nfrom b import c\nX = 1\ndef f(): x()\nclass K:\n  y = f()\n", 0),
        ("x = load()\nx.fit()\nprint(x)\n", 3),
        ("LOGGER = get()\nlogger = get()\nROOT = get()\n__all__ = get()\n", 0),
        ("for i in x:\n  run(i)\n  go(i)\n", 2),
        ("if __name__ == '__main__':\n  run()\n", 0),
        ("try:\n  import a\nexcept ImportError:\n  a = None\n", 0),
        ("total += 1\n", 1),
        ("print 'x'\n", 1),
    ],
)
def test_loose_statements(text, count):
    assert facts(text).loose_statements == count
