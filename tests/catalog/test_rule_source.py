"""Rule files as plain values."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.catalog.source import MAX_BYTES, MAX_DEPTH, parse, read
from mlops.errors import RuleError

PATH = Path("rule.yaml")
KEYS = st.text(alphabet="abc-_. é", min_size=1, max_size=6)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(alphabet="ab:#{}'\"*&\n -", max_size=8)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_json_is_read_as_json(data):
    assert parse(PATH, json.dumps(data, ensure_ascii=False, indent=1).encode()).data == data


@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*!|>\n \"'#%,", max_size=60).map(str.encode))
def test_any_bytes_are_a_mapping_or_a_rule_error(text):
    with contextlib.suppress(RuleError):
        assert isinstance(parse(PATH, text).data, dict)


def test_scalars_keep_what_quotes_say():
    text = b"a: true\nb: 'true'\nc: 12\nd: \"12\"\ne: 1.5\nf: null\ng: yes\nh: |\n  7\non: x\n"
    assert parse(PATH, text).data == {
        "a": True, "b": "true", "c": 12, "d": "12", "e": "1.5", "f": None, "g": "yes", "h": "7\n", "on": "x",
    }  # fmt: skip


def test_lines_of_keys_and_items():
    file = parse(PATH, b"a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert file.line() == 1
    assert file.line("b") == 2
    assert file.line("b", 0) == 3
    assert file.line("b", 1, "d") == 5
    assert file.line("b", 1, "missing") == 4
    assert str(file.fault("is odd.", "b", 0)) == "rule.yaml:3: is odd."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "is no mapping"),
        ("", "is no mapping"),
        ("a: 1\n---\nb: 2\n", "rule.yaml:2: starts a second document"),
        ("a: {b: 1, b: 2}\n", "rule.yaml:1: repeats the key `b`"),
        ("a: &x 1\nb: *x\n", "rule.yaml:2: uses an alias"),
        ("? [a]\n: 1\n", "rule.yaml:1: has a key that is a list"),
        ("a: [1\n", "invalid YAML"),
        ("a: \x01\n", "invalid YAML"),
        ("a: " + "[" * (MAX_DEPTH + 1), f"rule.yaml:1: nests deeper than {MAX_DEPTH} levels"),
        ("a: " + "[" * 100_000, f"rule.yaml:1: nests deeper than {MAX_DEPTH} levels"),
    ],
)
def test_faults_name_the_line(text, message):
    with pytest.raises(RuleError, match=re.escape(message)):
        parse(PATH, text.encode())


def test_huge_files_are_not_read(tmp_path):
    path = tmp_path / "big.yaml"
    path.write_bytes(b"a: " + b"x" * MAX_BYTES)
    with pytest.raises(RuleError, match="is larger than"):
        read(path)
