from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.document import Map, Scalar, Seq, plain
from mlops.facts import toml

PYPROJECT = b"""[project]
name = "churn"
dependencies = [
  "mlflow>=2",
  "scikit-learn",
]

[[tool.uv.index]]
name = "one"
[[tool.uv.index]]
name = "two"

[tool.ruff.lint]
select = ["E", "F"]
text = \"\"\"
[not.a.table]
\"\"\"
on = true
"""


def test_values_and_lines() -> None:
    (document,), problems = toml.documents(PYPROJECT)
    assert problems == ()
    assert isinstance(document, Map)
    dependencies = document.get("project", "dependencies")
    assert isinstance(dependencies, Seq)
    assert [(item.text, item.line) for item in dependencies.items if isinstance(item, Scalar)] == [
        ("mlflow>=2", 4),
        ("scikit-learn", 5),
    ]
    index = document.get("tool", "uv", "index")
    assert isinstance(index, Seq)
    assert [entry.get("name") for entry in index.items if isinstance(entry, Map)] == [
        Scalar("one", 9, quoted=True),
        Scalar("two", 11, quoted=True),
    ]
    assert document.get("tool", "ruff", "lint", "on") == Scalar("true", 18, "bool")
    assert "not" not in plain(document)


def test_a_fault_is_a_value_with_its_line() -> None:
    found, problems = toml.documents(b"a = 1\nb = \n")
    assert found == ()
    assert problems[0].line == 2


@given(st.binary(max_size=100) | st.text(alphabet="a.=[]\"'\n1 #{}", max_size=80).map(str.encode))
def test_never_raises(source: bytes) -> None:
    toml.documents(source)
