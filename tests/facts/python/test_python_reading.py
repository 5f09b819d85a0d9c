import codecs
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlops.domain.facts import FileFacts
from mlops.facts import notebook, python

SNIPPETS = [
    "import a.b as c\nfrom .d import (e, f as g)\nx: int = c.h(1, *y, k='v', **z)[0].i\n",
    "class A(B, metaclass=M):\n    lr = 0.1\n    def f(self, a: 'X' = None, *b, **c):\n        self.x = a or B()\n        return self.x.y > 1\n",
    "if a > 1:\n    raise E\nelif b:\n    sys.exit(1)\nelse:\n    print(f'{a!r:>{w}} {{}}')\nfor i, (j, k) in enumerate(z): s.append(i)\n",
    "try:\n    with a() as b, c as (d, e): assert b, 'm'\nexcept (E, F) as g: pass\nexcept: raise\nelse: h = [i for i in j if k]\nfinally: del l\n",
    "print >>f, 'x' % y\nexec 'code'\nraise E, 'm'\n",
    "match x:\n    case {'a': 1} | [2, *_] if y: pass\n    case _: z = lambda q, r=1: (yield)\n",
    "async def f():\n    async with a as b: return await (b if c else d)\n@e.f(g)\ndef h(): global i; i = j = k, l = 1, 2\n",
    "def broken(:\n  x = (1,\nclass\nfoo(bar\n",
]


def lines_of(found: FileFacts) -> list[int]:
    facts = found.python
    assert facts is not None
    numbers = [problem.line for problem in found.problems]
    for group in (facts.imports, facts.references, facts.constants):
        numbers += [item.line for item in group]
    for group in (facts.functions, facts.classes, facts.calls):
        numbers += [line for item in group for line in (item.line, item.end_line)]
    numbers += [check.line for check in facts.checks]
    return numbers


def check_sane(found: FileFacts, last: int) -> None:
    facts = found.python
    assert facts is not None
    assert all(0 <= line <= last for line in lines_of(found))
    for group in (facts.calls, facts.checks):
        assert all(0 <= index < len(facts.calls) for item in group for index in item.feeds)
    assert all(-2 <= call.scope < len(facts.functions) for call in facts.calls)
    assert all(call.name for call in facts.calls)


@given(st.binary(max_size=400))
def test_random_bytes(source):
    found = python.read(source)
    check_sane(found, source.count(b"\n") + source.count(b"\r") + source.count(b"\0") * 2 + 2)


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=4),
    st.lists(
        st.tuples(st.integers(0, 800), st.integers(0, 30), st.text("()[]{}:='\"\n #@.,*abc\\%", max_size=4)),
        max_size=6,
    ),
)
@example([SNIPPETS[1]], [(113, 19, "[")])
def test_mutated_snippets(snippets, edits):
    text = "".join(snippets)
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    check_sane(python.read(text.encode()), text.count("\n") + 1)


@pytest.mark.parametrize("text", SNIPPETS)
def test_snippets_cut_anywhere(text):
    for end in range(len(text)):
        check_sane(python.read(text[:end].encode()), text.count("\n") + 1)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "x" + ")" * 5000,
        "x = " + "[" * 3000,
        "f(" * 3000 + ")" * 3000,
        "-" * 5000 + "1",
        "\n".join(" " * depth + "if x:" for depth in range(400)),
        "x = " + "not " * 5000 + "y",
        "x = " + "lambda: " * 3000 + "1",
        "x" + ".a()" * 3000,
        "x" + "[0]" * 3000,
        "if a: pass\n" + "elif b: pass\n" * 3000,
        "x = " + "a if b else " * 3000 + "c",
        "class A:\n" + "\n".join(" " * depth + "class A:" for depth in range(1, 300)),
    ],
)
def test_deep_nesting_is_survived(text):
    found = python.read(f"import os\n{text}\nafter()\n".encode())
    assert found.python is not None
    assert found.python.imports


def test_long_sums_are_read():
    found = python.read(("x = " + " + ".join(f"f{n}()" for n in range(3000)) + "\n").encode())
    assert found.python is not None
    assert len(found.python.calls) == 3000
    assert not found.problems


def names(source: bytes) -> list[str]:
    facts = python.read(source).python
    assert facts is not None
    return [call.name for call in facts.calls]


@pytest.mark.parametrize(
    "source",
    [
        "nom = 'é'\nf(nom, 'é')\n".encode(),
        codecs.BOM_UTF8 + "f('é', 'é')\n".encode(),
        "f('é', 'é')\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "f('é', 'é')\n".encode("utf-16-be"),
        "# -*- coding: latin-1 -*-\nf('é', 'é')\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nf('é', 'é')\n".encode("cp1252"),
    ],
)
def test_encodings(source):
    found = python.read(source)
    assert not found.problems
    assert found.python is not None
    assert found.python.calls[0].args[1] == "'é'"


def test_undeclared_encoding_is_a_problem_and_read_all_the_same():
    found = python.read("x = 1\nf('é')\n".encode("latin-1"))
    assert [problem.line for problem in found.problems] == [2]
    assert found.python is not None
    assert found.python.calls[0].args == ("'é'",)


@pytest.mark.parametrize("name", ["rot13", "zlib", "unknown", "idna", "unicode_escape"])
def test_odd_encodings_are_problems(name):
    found = python.read(f"# coding: {name}\nf()\n".encode())
    assert [problem.line for problem in found.problems] == [1]
    assert found.python is not None
    assert len(found.python.calls) == 1


def test_identifiers_beyond_ascii():
    assert names("from modèle import entraîner\nentraîner()\nétat.lire()\n".encode()) == [
        "modèle.entraîner",
        "?état.lire",
    ]


def test_nul_bytes_and_size_are_problems():
    found = python.read(b"a()\nb(\0)\n")
    assert [(problem.line, problem.message) for problem in found.problems] == [(2, "contains a NUL byte")]
    found = python.read(b"#" * 2_000_001)
    assert found.python is None
    assert [problem.line for problem in found.problems] == [0]


def test_line_ends_of_all_systems():
    for end in ("\n", "\r\n", "\r"):
        facts = python.read(f"a(){end}b(){end}".encode()).python
        assert facts is not None
        assert [call.line for call in facts.calls] == [1, 2]


def test_python_2_is_read():
    found = python.read(
        b"import cPickle\nprint 'a', f(x)\ntry:\n  g()\nexcept Exception, e:\n  print e\nraise E, 'm'\nx = 0777L\nexec 'y'\n"
    )
    assert found.python is not None
    assert [call.name for call in found.python.calls] == ["?f", "print", "?g", "print"]
    assert found.python.calls[2].swallowed


def test_syntax_errors_have_lines_and_hide_nothing_else():
    found = python.read(b"import a\ndef f(:\n  pass\n\ndef g():\n  a.b()\n")
    assert [problem.line for problem in found.problems][:1] == [2]
    assert "a.b" in [call.name for call in found.python.calls]


def test_language():
    assert python.read(b"").language == "python"
    assert notebook.read(b"{}").language == "notebook"


@pytest.mark.parametrize(
    "text",
    ["df = df.a()\n" * 20_000, "x = f(x)\n" * 20_000, "x += f(y)\nassert x\n" * 6000, "def ((( :\n" * 10_000],
)
def test_time_grows_with_size_only(text):
    start = time.process_time()
    python.read(text.encode())
    assert time.process_time() - start < 20
