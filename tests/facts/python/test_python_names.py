import pytest

from mlops.domain.python import MAIN, MODULE, PythonFacts
from mlops.facts.python import read


def facts(text: str) -> PythonFacts:
    found = read(text.encode()).python
    assert found is not None
    return found


def names(text: str) -> list[str]:
    return [call.name for call in facts(text).calls]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import mlflow as m\nm.log_metric('a', 1)", ["mlflow.log_metric"]),
        ("from sklearn.svm import SVC as S\nS().fit()", ["sklearn.svm.SVC", "sklearn.svm.SVC.fit"]),
        ("import os.path\nos.getcwd()\nos.path.join('a')", ["os.getcwd", "os.path.join"]),
        ("import a.b.c as d\nd.e()", ["a.b.c.e"]),
        ("from .train import fit\nfit()", [".train.fit"]),
        ("from . import train\ntrain.fit()", [".train.fit"]),
        ("from ..x.y import (z,\n  w as v)\nv()", ["..x.y.w"]),
        ("from sklearn.svm import *\nSVC()\nprint()", ["sklearn.svm.SVC", "print"]),
        ("from a import *\nfrom b import *\nSVC()", ["?SVC"]),
        ("def f():\n  import torch\n  torch.load('x')\ntorch.load()", ["torch.load", "?torch.load"]),
        ("try:\n  import ujson as json\nexcept ImportError:\n  import json\njson.dumps()", ["ujson.dumps"]),
        ("def train(): pass\ntrain()", [":train"]),
        ("open('x')\nprint()", ["open", "print"]),
        ("rows = []\nrows.append(1)", ["?rows.append"]),
        ("model.fit()", ["?model.fit"]),
        ("', '.join(x)", ["?.join"]),
    ],
)
def test_imports_and_definitions(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model = SVC()\nmodel.fit()", "sklearn.svm.SVC.fit"),
        ("model = build()\nmodel.fit()", ":build.fit"),
        ("with SVC() as model:\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("if (model := SVC()):\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("x, model = 1, SVC()\nmodel.fit()", "sklearn.svm.SVC.fit"),
        ("for model in SVC():\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("for i, model in enumerate(SVC()):\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("[model.fit() for model in SVC()]", "sklearn.svm.SVC.fit"),
        ("SVC().set_params(C=1).fit()", "sklearn.svm.SVC.set_params.fit"),
        ("d = SVC()\nd['k'].fit()", "?d.fit"),
        ("model = SVC()\nother = model\nother.fit()", "sklearn.svm.SVC.fit"),
        ("model = None\ndef f():\n  model.fit()\nmodel = SVC()", "sklearn.svm.SVC.fit"),
        ("model = SVC()\nmodel.fit()\nmodel = build()", "sklearn.svm.SVC.fit"),
        ("model = x = SVC()\nmodel.fit()", "sklearn.svm.SVC.fit"),
        ("def f(model: SVC):\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("def f(model: 'SVC'):\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("def f(model: Optional[SVC] = None):\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("def f(model: 'SVC | None'):\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("def f(model: None | SVC):\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("def f(model: Annotated[SVC, 'x']):\n  model.fit()", "sklearn.svm.SVC.fit"),
        ("def f(model):\n  model.fit()", "?model.fit"),
        ("def f(model: SVC):\n  g = lambda: model.fit()", "sklearn.svm.SVC.fit"),
        ("model: SVC = load[0]\nmodel.fit()", "sklearn.svm.SVC.fit"),
        ("model = SVC()\ndef f(model):\n  model.fit()", "?model.fit"),
        ("model = fit() if x else SVC()\nmodel.fit()", "?model.fit"),
        ("model = cached or SVC()\nmodel.fit()", "sklearn.svm.SVC.fit"),
        ("async def f():\n  model = await build()\n  model.fit()", ":build.fit"),
    ],
)
def test_values_are_named_by_what_made_them(text, expected):
    found = facts(
        "from sklearn.svm import SVC\nfrom typing import Annotated, Optional\ndef build(): ...\n" + text
    )
    fits = [call.name for call in found.calls if call.name.endswith(".fit")]
    assert fits == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def run(self):\n    self.fit()", ":C.fit"),
        ("def run(self):\n    self.unknown()", ":C.unknown"),
        ("def run(self):\n    self.model.fit()", "?self.model.fit"),
        (
            "def __init__(self):\n    self.model = SVC()\n  def run(self):\n    self.model.fit()",
            "sklearn.svm.SVC.fit",
        ),
        (
            "def run(self):\n    self.model.fit()\n  def __init__(self):\n    self.model = SVC()",
            "sklearn.svm.SVC.fit",
        ),
        (
            "def __init__(self, m: SVC):\n    self.model = m\n  def run(self):\n    self.model.fit()",
            "sklearn.svm.SVC.fit",
        ),
        (
            "def __init__(self, m):\n    self.model = m\n  def run(self):\n    self.model.fit()",
            "?self.model.fit",
        ),
        ("model: SVC\n  def run(self):\n    self.model.fit()", "sklearn.svm.SVC.fit"),
        ("model: SVC = Field(x=1)\n  def run(self):\n    self.model.fit()", "sklearn.svm.SVC.fit"),
        ("@classmethod\n  def run(cls):\n    cls.fit()", ":C.fit"),
        ("@classmethod\n  def run(cls):\n    cls().fit()", ":C.fit"),
        ("@staticmethod\n  def run(model):\n    model.fit()", "?model.fit"),
        ("def run(self):\n    super().fit()", "torch.nn.Module.fit"),
        ("def run(self):\n    def inner():\n      self.fit()", ":C.fit"),
    ],
)
def test_instances_of_the_own_class(body, expected):
    text = f"import torch.nn as nn\nfrom sklearn.svm import SVC\nclass C(nn.Module):\n  def fit(self): return 1\n  {body}\n"
    last = [call.name for call in facts(text).calls if call.name.endswith(("fit", "unknown"))]
    assert last == [expected]


def test_instance_of_a_class_of_the_file():
    text = (
        "from sklearn.svm import SVC\nclass Base:\n  def __init__(self):\n    self.model = SVC()\nclass T(Base):\n  def go(self): 1\n"
        "t = T()\nt.go()\nt.model.fit()\n"
    )
    assert names(text)[-3:] == [":T", ":T.go", "sklearn.svm.SVC.fit"]


def test_module_variable_inside_a_function_and_as_decorator():
    found = facts(
        "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/x', tags=['a'])\ndef f():\n  app.state()\n"
    )
    assert [(call.name, call.role) for call in found.calls] == [
        ("fastapi.FastAPI", ""),
        ("fastapi.FastAPI.post", "decorator"),
        ("fastapi.FastAPI.state", ""),
    ]
    decorator = found.functions[0].decorators[0]
    assert (decorator.name, decorator.args, decorator.keywords) == (
        "fastapi.FastAPI.post",
        ("'/x'",),
        (("tags", "['a']"),),
    )


def test_scopes():
    found = facts(
        "a()\ndef f():\n  b()\n  def g():\n    c()\n  [lam() for x in y]\nclass K:\n  d()\n  def m(self): e()\n"
        "if __name__ == '__main__':\n  h()\n  if x:\n    i()\n"
    )
    assert {call.name[1:]: call.scope for call in found.calls} == {
        "a": MODULE,
        "b": 0,
        "c": 1,
        "lam": 0,
        "d": MODULE,
        "e": 2,
        "h": MAIN,
        "i": MAIN,
    }
    assert [(f.name, f.owner, f.scope) for f in found.functions] == [
        ("f", "", -1),
        ("f.g", "", 0),
        ("K.m", "K", -1),
    ]


def test_names_bound_under_main_are_module_names():
    assert names("import a\ndef f():\n  x.run()\nif __name__ == '__main__':\n  x = a.B()\n  f()\n") == [
        "a.B.run",
        "a.B",
        ":f",
    ]


def test_imports():
    found = facts(
        "import a.b\nimport c as d\nfrom e import f as g, h\nfrom .i import *\n"
        "try:\n  import j\nexcept (ImportError, KeyError):\n  k = None\n"
        "try:\n  import n\nexcept ValueError:\n  pass\n"
        "if TYPE_CHECKING:\n  import l\ndef z():\n  import m\n"
    )
    assert [(i.name, i.alias, i.line, i.scope, i.optional) for i in found.imports] == [
        ("a.b", "a", 1, -1, False),
        ("c", "d", 2, -1, False),
        ("e.f", "g", 3, -1, False),
        ("e.h", "h", 3, -1, False),
        (".i.*", "*", 4, -1, False),
        ("j", "j", 6, -1, True),
        ("n", "n", 10, -1, False),
        ("l", "l", 14, -1, True),
        ("m", "m", 16, 0, False),
    ]


def test_references():
    found = facts(
        "import functools\nfrom steps import load\ndef train(): pass\ndef run():\n  task(functools.partial(train, 1), load)\n"
        "STEPS = {'train': train}\nclass K:\n  def a(self): pass\n  def b(self): go(self.a)\nvalue = 1\nprint(value)\n"
    )
    assert {(r.name, r.scope) for r in found.references} == {
        (":train", 1),
        ("steps.load", 1),
        (":train", MODULE),
        (":K.a", 3),
    }


def test_reassigning_for_ever_ends():
    text = "import pandas as pd\ndf = pd.read_csv('x')\n" + "df = df.dropna()\n" * 2000 + "df.to_csv('y')\n"
    found = facts(text)
    assert found.calls[1].name == "pandas.read_csv.dropna"
    assert all(len(call.name) < 300 for call in found.calls)


def test_a_name_made_of_itself():
    assert names("x = x.y()\nx.z()\n") == ["?x.y", "?x.z"]


def test_global_binds_the_module():
    assert names("import a\nm = None\ndef f():\n  global m\n  m = a.B()\ndef g():\n  m.run()\n") == [
        "a.B",
        "a.B.run",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pipe = pipeline('x')\npipe('y')", ["transformers.pipeline", "transformers.pipeline.__call__"]),
        ("pipeline('x')('y')", ["transformers.pipeline", "transformers.pipeline.__call__"]),
        ("def f(pipe: pipeline):\n  pipe('y')", ["transformers.pipeline.__call__"]),
        ("make = pipeline\nmake('x')", ["transformers.pipeline"]),
        ("class C:\n  def f(self):\n    self(1)", [":C.__call__"]),
        ("class C:\n  @classmethod\n  def f(cls):\n    cls(1)", [":C"]),
        (
            "class C:\n  def __init__(self):\n    self.p = pipeline()\n  def f(self):\n    self.p(1)",
            ["transformers.pipeline", "transformers.pipeline.__call__"],
        ),
        ("class C:\n  def g(self): 1\n  def f(self):\n    self.g(1)", [":C.g"]),
        (
            "p = pipeline()\ny = p(1)\ny.mean()",
            [
                "transformers.pipeline",
                "transformers.pipeline.__call__",
                "transformers.pipeline.__call__.mean",
            ],
        ),
    ],
)
def test_calling_an_instance(text, expected):
    assert names("from transformers import pipeline\n" + text) == expected


def test_zip_binds_one_by_one():
    assert names("import a, b\nfor x, y in zip(a.A(), b.B()):\n  y.run()\n")[-1] == "b.B.run"
    assert names("for x in zip(a, b):\n  x.run()\n")[-1] == "?x.run"


def test_what_a_call_gives_and_plain_attributes_are_no_references():
    found = facts(
        "import git\nx = git.Repo().head.sha\nclass C:\n  def f(self):\n    self.n = 1\n    return self.n, self.f\n"
    )
    assert [r.name for r in found.references] == [":C.f"]


def test_nothing_flows_into_an_import():
    found = facts("from loguru import logger\nlogger.add(path())\nlogger.info('x')\n")
    assert found.calls[-1].feeds == ()
