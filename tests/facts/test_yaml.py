from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.document import Map, Scalar, Seq, plain, text_of
from mlops.facts import yaml


def one(source: str) -> Map:
    found, problems = yaml.documents(source.encode())
    assert problems == ()
    assert len(found) == 1
    assert isinstance(found[0], Map)
    return found[0]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("yes", "str"),
        ("on", "str"),
        ("true", "bool"),
        ("False", "bool"),
        ("3.10", "float"),
        ("017", "int"),
        ("0o17", "int"),
        ("1_000", "str"),
        ("~", "null"),
        ("null", "null"),
        ("Nothing", "str"),
        ("1e3", "float"),
        (".inf", "float"),
        ("1.2.3", "str"),
        ("2024-01-01", "str"),
    ],
)
def test_keeps_the_text_and_resolves_like_yaml_1_2(text: str, tag: str) -> None:
    value = one(f"a: {text}").get("a")
    assert isinstance(value, Scalar)
    assert (value.text, value.tag) == (text, tag)


def test_quoted_and_block_scalars_are_texts() -> None:
    document = one("a: '1'\nb: |\n  x\n  y\nc: >-\n  z\n")
    assert document.get("a") == Scalar("1", 1, "str", quoted=True)
    assert document.get("b") == Scalar("x\ny\n", 2, "str", quoted=True, block=True)
    assert document.get("c") == Scalar("z", 5, "str", quoted=True, block=True)


def test_local_tags_survive() -> None:
    document = one("a: !reference [job, script]\nb: !vault x\nc: !!str 3\n")
    assert isinstance(reference := document.get("a"), Seq)
    assert reference.tag == "!reference"
    assert isinstance(vault := document.get("b"), Scalar)
    assert vault.tag == "!vault"
    assert document.get("c") == Scalar("3", 3)


def test_aliases_are_resolved_at_their_own_lines() -> None:
    document = one("a: &x\n  k: 1\nb: *x\n")
    assert plain(document) == {"a": {"k": "1"}, "b": {"k": "1"}}
    assert document.get("b") is document.get("a")


def test_merge_keys_give_way_to_explicit_keys_and_earlier_maps() -> None:
    document = one("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 0\n")
    merged = document.get("z")
    assert plain(merged) == {"a": "0", "b": "2", "c": "4"}
    assert isinstance(merged, Map)
    assert merged.merged
    assert not document.merged


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert plain(one('"<<": {a: 1}')) == {"<<": {"a": "1"}}


def test_the_last_duplicate_counts_and_is_reported() -> None:
    found, problems = yaml.documents(b"a: 1\nb: 2\na: 3\n")
    assert plain(found[0]) == {"a": "3", "b": "2"}
    assert [(problem.line, "duplicate key 'a'" in problem.message) for problem in problems] == [(3, True)]


def test_a_fault_keeps_the_documents_before_it() -> None:
    found, problems = yaml.documents(b"a: 1\n---\nb: [1\n---\nc: 2\n")
    assert [plain(document) for document in found] == [{"a": "1"}]
    assert [problem.line for problem in problems] == [4]


def test_comments_alone_are_no_document() -> None:
    assert yaml.documents(b"# nothing\n") == ((), ())
    assert yaml.documents(b"") == ((), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks(encoding: str) -> None:
    found, problems = yaml.documents("a: é\n".encode(encoding))
    assert problems == ()
    assert plain(found[0]) == {"a": "é"}


def test_several_documents() -> None:
    found, _ = yaml.documents(b"spec: 1\n---\njob: 2\n")
    assert [plain(document) for document in found] == [{"spec": "1"}, {"job": "2"}]


def test_keys_that_are_no_scalars_are_left_out() -> None:
    assert plain(one("? [1, 2]\n: x\na: b\n")) == {"a": "b"}


def test_json_with_tabs_and_surrogates() -> None:
    found, problems = yaml.documents(b'{\n\t"a": "\\ud83d\\ude00",\n\t"b\\\\ud83d": "\\/"\n}')
    assert problems == ()
    assert plain(found[0]) == {"a": "😀", "b\\ud83d": "/"}
    assert isinstance(found[0], Map)
    assert found[0].items[1][0].line == 3


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    found, problems = yaml.documents("\n".join(lines).encode())
    assert found == ()
    assert "alias bomb" in problems[0].message


def test_a_merge_bomb_is_refused() -> None:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: v}}" for n in range(1, 2000)]
    found, problems = yaml.documents("\n".join(lines).encode())
    assert found == ()
    assert "alias bomb" in problems[0].message


@pytest.mark.parametrize("source", [b"[" * 100_000, b"- " * 100_000, b"{a: " * 5_000])
def test_depth_is_bounded(source: bytes) -> None:
    found, problems = yaml.documents(source)
    assert found == ()
    assert "nested deeper" in problems[0].message


def test_an_alias_inside_its_own_anchor_is_a_problem() -> None:
    found, problems = yaml.documents(b"a: &x [1, *x]\n")
    assert plain(found[0]) == {"a": ["1", None]}
    assert "*x" in problems[0].message


@given(st.binary(max_size=200))
def test_never_raises_on_bytes(source: bytes) -> None:
    yaml.documents(source)


@given(st.text(alphabet="ab:-&*x!|>[]{}'\"#\n \t,?<%", max_size=120))
def test_never_raises_on_yaml_like_text(source: str) -> None:
    yaml.documents(source.encode())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def as_text(value: object) -> object:
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


@given(st.dictionaries(st.text(max_size=6), _JSON, max_size=4))
def test_json_is_read_as_json_reads_it(data: dict[str, object]) -> None:
    found, problems = yaml.documents(json.dumps(data, indent=1).encode())
    assert problems == ()
    assert plain(found[0]) == as_text(data)


def test_text_of_missing_is_the_default() -> None:
    assert text_of(one("a: 1").get("b"), "none") == "none"
