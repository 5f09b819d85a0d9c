from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.document import Map, Seq, text_of
from mlops.facts.ci import jenkins


def calls(node: object) -> list[str]:
    return (
        [text_of(item.get("call")) for item in node.items if isinstance(item, Map)]
        if isinstance(node, Seq)
        else []
    )


def test_comments_are_no_calls_and_blocks_nest() -> None:
    source = b"""pipeline {
  // sh 'no'
  /* sh 'no' */
  stages { stage('A') { steps { sh 'pytest // not a comment' } } }
}
"""
    (document,), problems = jenkins.documents(source)
    assert problems == ()
    assert calls(document) == ["pipeline"]
    assert isinstance(document, Seq)
    stage = document.items[0].get("body").items[0].get("body").items[0]  # type: ignore[union-attr]
    step = stage.get("body").items[0].get("body").items[0]
    assert text_of(step.get("args", "0")) == "pytest // not a comment"
    assert step.line == 4


def test_named_arguments_and_kept_results() -> None:
    (document,), _ = jenkins.documents(b"def rc = sh(script: 'x', returnStatus: true)\n")
    assert isinstance(document, Seq)
    call = document.items[0]
    assert isinstance(call, Map)
    assert text_of(call.get("call")) == "sh"
    assert text_of(call.get("args", "returnStatus")) == "true"
    assert call.get("kept") is not None


def test_depth_is_bounded() -> None:
    _, problems = jenkins.documents(b"a { " * 5_000)
    assert "nested deeper" in problems[0].message


@given(st.binary(max_size=100) | st.text(alphabet="ash {}()[]'\"\n:,=/*.", max_size=120).map(str.encode))
def test_never_raises(source: bytes) -> None:
    jenkins.documents(source)
