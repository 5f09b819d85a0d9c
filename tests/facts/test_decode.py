from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.facts.decode import text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"", ""),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (codecs.BOM_UTF8 + "é".encode(), "é"),
        ("a é".encode("utf-16"), "a é"),
        ("a é".encode("utf-32"), "a é"),
        ("import os\n".encode("utf-16-le"), "import os\n"),
        ("import os\n".encode("utf-16-be"), "import os\n"),
        (b"caf\xe9", "café"),
    ],
)
def test_text(source, expected):
    assert text(source) == (expected, None)


@pytest.mark.parametrize("source", [b"\0", b"PK\x03\x04\0\0", bytes(range(256)), b"\x7fELF\0"])
def test_binary(source):
    decoded, problem = text(source)
    assert decoded == ""
    assert problem is not None


@given(st.binary(max_size=200))
def test_any_bytes(source):
    decoded, problem = text(source)
    assert not (decoded and problem)


@given(st.text(alphabet=st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=100))
def test_round_trip(written):
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert text(written.encode(encoding)) == (written, None)
