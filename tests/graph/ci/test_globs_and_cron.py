from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.logic import Tri
from mlops.graph.ci import cron
from mlops.graph.ci.globs import literal_prefix, matches


@pytest.mark.parametrize(
    ("patterns", "text", "expected"),
    [
        (["main"], "main", True),
        (["*"], "feature/x", False),
        (["**"], "feature/x", True),
        (["releases/**"], "releases/a/b", True),
        (["v[12].[0-9]+"], "v1.10", True),
        (["v[12].*"], "v3.0", False),
        (["**.py"], "src/a.py", True),
        (["*.py"], "src/a.py", False),
        (["**/docs/**"], "docs/a.md", True),
        (["docs/**"], "docs", False),
        (["*.jsx?"], "page.js", True),
        (["**", "!main"], "main", False),
        (["**", "!main"], "dev", True),
        (["!main"], "dev", False),
        (["**", "!docs/**", "docs/x.md"], "docs/x.md", True),
    ],
)
def test_filters(patterns: list[str], text: str, expected: bool) -> None:
    assert matches(patterns, text) is expected


def test_literal_prefix() -> None:
    assert [literal_prefix(text) for text in ("v*", "release/1", "ab+", "[a]b")] == [
        "v",
        "release/1",
        "a",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0 3 * * 1", Tri.YES),
        ("*/5 * * * *", Tri.YES),
        ("0 0 * JAN-MAR MON,FRI", Tri.YES),
        ("0 0 29 2 *", Tri.YES),
        ("0 0 31 2 1", Tri.YES),
        ("0 0 31 2 *", Tri.NO),
        ("0 0 31 2,4,6 *", Tri.NO),
        ("60 * * * *", Tri.NO),
        ("* * * *", Tri.NO),
        ("0 0 0 * * *", Tri.NO),
        ("@daily", Tri.NO),
        ("0 0 * * 5-1", Tri.NO),
        ("*/0 * * * *", Tri.NO),
        ("0 0 * * 7", Tri.UNKNOWN),
    ],
)
def test_cron(text: str, value: Tri) -> None:
    found = cron.check(text)
    assert found.value is value
    assert (found.fake == "F6") is (value is Tri.NO)


@given(st.text(max_size=30), st.text(max_size=20))
def test_never_raise(pattern: str, text: str) -> None:
    matches([pattern], text)
    cron.check(text)
    cron.check(f"{text} * * * *")
