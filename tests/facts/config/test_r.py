"""R: what calls are read, and what of a document is R that runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.facts.config import r, read
from mlops.facts.registry import wanted


def found(text: str, path: str = "train.R") -> list[tuple[str, int, dict[str, str]]]:
    return [(fact.value, fact.line, dict(fact.attrs)) for fact in r.read(path, text)]


def test_calls_with_their_arguments() -> None:
    text = 'x <- 1\nshares <- stats::predict(\n  model, # the first\n  type = "contrib",\n  rows[1, ]\n)\n'
    attrs = {"package": "stats", "arg.0": "model", "kw.type": "contrib", "arg.1": "rows[1, ]"}
    assert found(text) == [("R::predict", 2, attrs)]


@pytest.mark.parametrize(
    "text", ["# predict(x)", "'predict(x)'", '"a \\" predict(x)"', "if (x) y", "predict"]
)
def test_comments_strings_and_words_are_no_calls(text: str) -> None:
    assert found(text) == []


def test_only_chunks_that_run_are_read() -> None:
    text = "f(1)\n```{r}\ng(2)\n```\n```{r, eval=FALSE}\nh(3)\n```\n```{r}\n#| eval: false\ni(4)\n```\n```{python}\nj(5)\n```\n"
    assert [(name, line) for name, line, _ in found(text, "a.qmd")] == [("R::g", 3)]


def test_a_card_in_quarto_has_sections_and_calls() -> None:
    facts = read("model_card.qmd", b"## Intended use\nFor the team.\n\n```{r}\nreadRDS('m')\n```\n").facts
    assert {fact.kind for fact in facts} == {"section", "call"}
    assert wanted("a.R")


def test_functions_at_the_top_level() -> None:
    text = "fit <- function(rows) {\n  inner <- function(x) x\n}\n# gone <- function(x) x\n.score = \\(m) m\nx <- functions(1)\ny <-\n  function() 1\n"
    defined = [fact for fact in r.read("a.R", text) if fact.value == "R::function"]
    assert [(fact.attrs["name"], fact.line) for fact in defined] == [
        ("fit", 1),
        (".score", 5),
        ("y", 7),
    ]


@given(st.text(alphabet="f(){}[],=\"'#\n`r ", max_size=200))
def test_any_text_is_read(text: str) -> None:
    for path in ("a.R", "a.qmd"):
        assert all(fact.line >= 1 for fact in r.read(path, text))


@pytest.mark.parametrize(
    "text",
    [
        "f(" * 100_000 + ")" * 100_000,
        '"\\' * 200_000,
        "'a\\" * 200_000,
        "f" + " " * 300_000,
        "a.b::" * 100_000,
        "abc." * 200_000,
    ],
)
def test_a_hostile_text_is_read_once(text: str) -> None:
    """Each of these took minutes where an expression looked twice at what it had passed."""
    assert all(fact.line == 1 for fact in r.read("a.R", text))
