import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.facts import FileFacts
from mlops.domain.python import PythonFacts
from mlops.facts import notebook


def cell(source, kind="code", **more):
    return {"cell_type": kind, "metadata": {}, "outputs": [], "source": source, **more}


def book(*cells, language="python", **more):
    metadata = {"kernelspec": {"name": "python3", "language": language}}
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5, **more}


def written(content) -> bytes:
    return json.dumps(content, indent=1).encode()


def facts(content) -> PythonFacts:
    found = notebook.read(written(content))
    assert not found.problems
    assert found.python is not None
    return found.python


def line_of(content, text: str) -> int:
    """Find the only line of the written notebook that contains a text."""
    (found,) = [n for n, line in enumerate(written(content).decode().splitlines(), 1) if text in line]
    return found


def test_cells_are_one_module_with_lines_of_the_file():
    content = book(
        cell(["# Title\n", "text"], "markdown"),
        cell(["import pandas as pd\n", "df = pd.read_csv(\n", "  'a.csv')"]),
        cell(["def f():\n", "  return df.head()\n", "\n", "f()"]),
    )
    found = facts(content)
    assert [(call.name, call.line) for call in found.calls] == [
        ("pandas.read_csv", line_of(content, "read_csv")),
        ("pandas.read_csv.head", line_of(content, "df.head")),
        (":f", line_of(content, '"f()"')),
    ]
    assert found.calls[0].end_line == line_of(content, "a.csv")
    assert found.functions[0].end_line == line_of(content, "df.head")


def test_outputs_move_no_line_and_hide_no_code():
    shown = [{"output_type": "stream", "name": "stdout", "text": ["a\n", '"outputs": [ ] }\n']}]
    content = book(
        cell(["first()"], outputs=shown),
        cell(['print("outputs: [")\n', "second()"], outputs=shown),
        cell(["third()"]),
    )
    assert [(call.name, call.line) for call in facts(content).calls] == [
        ("?first", line_of(content, "first()")),
        ("print", line_of(content, "print(")),
        ("?second", line_of(content, "second()")),
        ("?third", line_of(content, "third()")),
    ]


def test_broken_outputs_are_a_problem_with_its_line():
    source = written(book(cell(["a()"], outputs=[{"text": "SHOWN"}])))
    broken = source.replace(b'"SHOWN"', b"SHOWN")
    (problem,) = notebook.read(broken).problems
    assert broken.splitlines()[problem.line - 1].strip() == b'"text": SHOWN'


def test_source_as_one_string_and_compact_json():
    content = book(cell("a()\nb()"), cell("c()"))
    found = facts(content)
    assert len({call.line for call in found.calls[:2]}) == 1
    compact = notebook.read(json.dumps(content).encode()).python
    assert [(call.name, call.line) for call in compact.calls] == [("?a", 1), ("?b", 1), ("?c", 1)]


def test_lines_split_over_strings():
    content = book(cell(["a(", "1)\n", "b()"]))
    found = facts(content)
    assert [call.name for call in found.calls] == ["?a", "?b"]
    assert found.calls[1].line == line_of(content, "b()")


@pytest.mark.parametrize(
    ("source", "shell", "calls"),
    [
        ("!pip install -q mlflow", ["pip install -q mlflow"], []),
        ("%pip install mlflow\na()", ["pip install mlflow"], ["?a"]),
        ("%run other.py --x 1", ["python other.py --x 1"], []),
        ("%run -i other.py", ["python other.py"], []),
        ("%matplotlib inline\na()", ["%matplotlib inline"], ["?a"]),
        ("%time a()", [], ["?a"]),
        ("%timeit -n 10 a()", [], ["?a"]),
        ("%%time\na()\nb()", [], ["?a", "?b"]),
        ("%%capture out\na()", [], ["?a"]),
        ("%%bash\nset -e\npython train.py", ["set -e\npython train.py"], []),
        ("\n%%sh\npython train.py\n", ["python train.py"], []),
        ("%sh python train.py", ["python train.py"], []),
        ("%%script bash\nls", ["ls"], []),
        ("%%writefile a.py\na()", [], []),
        ("%%html\n<b>a()</b>", [], []),
        ("%sql select a() from b", [], []),
        ("files = !ls *.csv\na(files)", ["ls *.csv"], ["?a"]),
        ("if x:\n  !python train.py\n  a()", ["python train.py"], ["?a"]),
        ("!python train.py \\\n  --x 1\na()", ["python train.py --x 1"], ["?a"]),
        ("a?\n?b\nc()", [], ["?c"]),
        ("x = (3\n % b)\na()", [], ["?a"]),
        ("x != y\na()", [], ["?a"]),
    ],
)
def test_magics(source, shell, calls):
    found = facts(book(cell(source.splitlines(keepends=True))))
    assert [text for text, _ in found.shell] == shell
    assert [call.name for call in found.calls] == calls


def test_lines_of_shell():
    content = book(cell(["a()\n", "!pip install x"]), cell(["%%bash\n", "python train.py"]), cell(["b()"]))
    found = facts(content)
    assert found.shell == (
        ("pip install x", line_of(content, "pip")),
        ("python train.py", line_of(content, "train.py")),
    )
    assert found.calls[-1].line == line_of(content, "b()")


def test_a_broken_cell_hides_no_other():
    content = book(
        cell("import a"),
        cell(["x = (1,\n", "foo("]),
        cell(["def f():\n", "  a.b()"]),
        cell("'''open"),
        cell("a.c()"),
    )
    found = notebook.read(written(content))
    assert found.python is not None
    assert {"a.b", "a.c"} <= {call.name for call in found.python.calls}
    lines = {problem.line for problem in found.problems}
    assert lines <= {line_of(content, "x = ("), line_of(content, "foo("), line_of(content, "'''open")}
    assert len(found.problems) >= 2
    call = next(call for call in found.python.calls if call.name == "a.b")
    assert call.line == line_of(content, "a.b()")


def test_format_3():
    content = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "worksheets": [
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "input": ["import a\n", "a.b()"],
                        "language": "python",
                        "outputs": [],
                    }
                ]
            }
        ],
    }
    found = facts(content)
    assert [(call.name, call.line) for call in found.calls] == [("a.b", line_of(content, "a.b()"))]


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "ir", "language": "R"}},
        {"language_info": {"name": "julia"}},
        {"kernelspec": {"name": "x", "display_name": "R"}, "language_info": {"name": "R"}},
    ],
)
def test_other_kernels_are_skipped(metadata):
    found = notebook.read(written({"cells": [cell("a()")], "metadata": metadata, "nbformat": 4}))
    assert found == FileFacts("notebook")


@pytest.mark.parametrize(
    "metadata", [{}, {"kernelspec": {"name": "conda-env"}}, {"language_info": {"name": "python"}}]
)
def test_unnamed_kernels_are_python(metadata):
    assert facts({"cells": [cell("a()")], "metadata": metadata, "nbformat": 4}).calls


def test_truncated_json_is_a_problem():
    source = written(book(cell("a()"), cell("b()")))
    for end in (0, 1, len(source) // 2, len(source) - 1):
        found = notebook.read(source[:end])
        assert found.problems
        assert found.python is None


@pytest.mark.parametrize(
    "source", [b"[]", b"1", b"null", b"\xff\xfe", b'{"a": }', b"[" * 100_000, b'"a', b"{'a': 1}"]
)
def test_no_notebook_is_a_problem(source):
    found = notebook.read(source)
    assert found.problems
    assert found.python is None


@pytest.mark.parametrize(
    "content",
    [
        {"cells": 1},
        {"cells": [1, None, {"cell_type": "code"}]},
        {"cells": [{"cell_type": "code", "source": [1, None]}]},
        {"worksheets": [1], "metadata": []},
        {"metadata": {"kernelspec": 3}},
    ],
)
def test_odd_shapes_are_survived(content):
    found = notebook.read(written(content))
    assert found.python is not None
    assert found.python.calls == ()


def test_bom_and_size():
    assert notebook.read(b"\xef\xbb\xbf" + written(book(cell("a()")))).python.calls
    assert notebook.read(b" " * 20_000_001).problems


@given(st.lists(st.text("a=(%!?:\\ \n'\"b[)]", max_size=30), max_size=5))
def test_any_cells_are_survived(sources):
    content = book(*[cell(source.splitlines(keepends=True)) for source in sources])
    source = written(content)
    found = notebook.read(source)
    last = source.count(b"\n") + 1
    assert found.python is not None
    assert all(1 <= line <= last for call in found.python.calls for line in (call.line, call.end_line))
    assert all(1 <= line <= last for _, line in found.python.shell)
    assert all(1 <= problem.line <= last for problem in found.problems)


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(source):
    assert notebook.read(source).language == "notebook"
