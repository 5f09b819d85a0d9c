"""`explain` and `list`: every id of the catalog, and why not here."""

from __future__ import annotations

import json

import pytest

from mlops.app.explain import ids
from mlops.app.listing import KINDS
from mlops.catalog import load
from mlops.report.explain import render
from mlops.report.paint import Paint
from mlops.report.words import PREDICATES

CATALOG = load()
TRAIN = """\
import json

import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.svm import SVC


def main():
    frame = pd.read_csv("data.csv")
    model = SVC().fit(frame.drop(columns="y"), frame.y)
    auc = roc_auc_score(frame.y, model.predict(frame.drop(columns="y")))
    if auc < 0.8:
        raise SystemExit("too bad")


if __name__ == "__main__":
    main()
"""
CI = """\
on: {pull_request: {}}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pytest || true
"""
TEST = "from train import main\n\n\ndef test_main(tmp_path):\n    assert main() is None\n"


@pytest.fixture
def tree(tmp_path, write):
    return write(tmp_path, {"train.py": TRAIN, ".github/workflows/ci.yml": CI, "tests/test_train.py": TEST})


def test_every_id_is_explained_in_80_columns():
    for name, kind in ids(CATALOG).items():
        text = render(kind, name, CATALOG, Paint())
        wide = [line for line in text.splitlines() if len(line) > 80 and " " in line.strip().lstrip("- ")]
        assert text.startswith(name)
        assert not [line for line in wide if not _verbatim(line, kind, name)], name


def _verbatim(line, kind, name):
    """Tell whether a line is code of a remedy, which is not wrapped."""
    return kind == "practice" and line.strip() in CATALOG.practices[name].remedy.snippet


def test_a_practice_says_all_that_its_file_says(mlops_here):
    text = mlops_here("explain", "model-registered").stdout
    flat = " ".join(text.split())
    practice = CATALOG.practices["model-registered"]
    for part in (
        practice.title,
        practice.definition,
        practice.why,
        practice.remedy.text,
        *practice.meaning.values(),
    ):
        assert " ".join(part.split()) in flat
    assert "mlflow.sklearn.log_model(model" in text
    assert "google.2" in text
    assert "azure.2.technology.model-management" in text
    assert "mlops waive model-registered" in text


def test_an_unknown_id_names_the_nearest(mlops_here):
    done = mlops_here("explain", "unit-test")
    assert done.returncode == 2
    assert "nothing is called unit-test; did you mean unit-tests" in done.stderr


def test_explain_in_names_the_one_edge_that_is_missing(mlops_here, tree):
    done = mlops_here("explain", "ci-runs-tests", "--in", tree)
    assert done.returncode == 0
    nearest = done.stdout[done.stdout.index("Nearest miss") : done.stdout.index("Clause by clause")]
    assert ".github/workflows/ci.yml:7" in nearest
    assert "[F5]" in nearest
    assert ".github/workflows/ci.yml:1 pull_request" in done.stdout
    assert "F5: A failure that the shell or CI swallows" in done.stdout


def test_explain_in_as_data_has_every_clause_and_piece(mlops_here, tree):
    data = json.loads(mlops_here("explain", "model-validated", "--in", tree, "--format", "json").stdout)
    assert (data["status"], data["strength"]) == ("met", "used")
    used = data["clauses"]["used"]
    assert used["value"] == "met"
    gate = next(part for part in used["parts"] if part["looks_for"].startswith(PREDICATES["metric-gate"]))
    assert [(piece["path"], piece["line"], piece["outcome"]) for piece in gate["found"]] == [
        ("train.py", 12, "met")
    ]
    assert data["clauses"]["enforced"]["value"] == "no"
    assert data["nearest"] is None


def test_explain_in_tells_a_declaration_from_a_use(mlops_here, tree, write):
    write(tree, {"requirements.txt": "mlflow\n"})
    text = mlops_here("explain", "model-registered", "--in", tree).stdout
    assert "model-registered: partial" in text
    assert "requirements.txt:1 mlflow" in text
    assert "Remedy (medium)" in text


def test_explain_in_judges_the_component_that_has_least(mlops_here, tmp_path, write):
    write(
        tmp_path,
        {
            "a/train.py": TRAIN,
            "b/train.py": TRAIN.replace("    if auc < 0.8:\n        raise SystemExit('too bad')\n", "").replace("auc < 0.8", "not auc"),
            ".mlops.yaml": "components: {first: a, second: b}\n",
        },
    )  # fmt: skip
    text = mlops_here("explain", "model-validated", "--in", tmp_path).stdout
    assert "in the component second" in text.splitlines()[0]


def test_explain_in_judges_practices_alone(mlops_here, tree):
    done = mlops_here("explain", "mlflow", "--in", tree)
    assert done.returncode == 2
    assert "mlflow is a tool" in done.stderr
    done = mlops_here("explain", "unit-tests", "--rev", "HEAD")
    assert done.returncode == 2
    assert "need --in PATH" in done.stderr


def test_explain_in_works_at_a_revision(mlops_here, tree, git):
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "x")
    (tree / "train.py").unlink()
    data = json.loads(
        mlops_here("explain", "model-validated", "--in", tree, "--rev", "HEAD", "--format", "json").stdout
    )
    assert data["status"] == "met"


@pytest.mark.parametrize("kind", KINDS)
def test_lists_fit_the_screen_and_have_every_id(kind, mlops_here):
    text = mlops_here("list", kind).stdout
    assert max(map(len, text.splitlines())) <= 80
    data = json.loads(mlops_here("list", kind, "--format", "json").stdout)
    shown = {line.split()[0] for line in text.splitlines() if line and not line.startswith(" ")}
    assert {row["id"] for row in data[kind]} <= shown
    if kind != "levels":
        assert {row["id"] for row in data[kind]} == set(getattr(CATALOG, kind))


def test_statements_say_what_answers_them(mlops_here):
    rows = {
        row["id"]: row
        for row in json.loads(mlops_here("list", "statements", "--format", "json").stdout)["statements"]
    }
    assert rows["google.1.ct.live-triggers"]["answer"] == "training-triggered"
    assert rows["google.all.levels"]["answer"] == "context: imposes nothing"
    assert rows["google.0.process.manual-transitions"]["answer"] == "trait, until met: pipeline-orchestrated"
    assert rows["gigaom.0.governance.not-considered"]["answer"].endswith("imposes nothing")
    assert all(row["answer"] for row in rows.values())
    assert len(rows) == 274


def test_every_predicate_of_the_rules_has_words():
    def kinds(clause):
        if clause is not None:
            yield clause.selector.kind
            for part in (*clause.clauses, clause.before, clause.after, clause.same):
                yield from kinds(part)

    from mlops.report.words import _KINDS  # noqa: PLC0415

    used = {
        kind
        for practice in CATALOG.practices.values()
        for clause in (practice.declared, practice.used, practice.enforced)
        for kind in kinds(clause)
    }
    assert used <= set(PREDICATES) | set(_KINDS)


@pytest.mark.parametrize(
    ("words", "word", "expected"),
    [
        ("mlops explain model-reg", "2", "model-registered"),
        ("mlops waive unit-", "2", "unit-tests"),
        ("mlops lint --model goo", "3", "google"),
        ("mlops attest att-ml", "2", "att-ml-staff"),
    ],
)
def test_the_shell_completes_ids_and_models(words, word, expected, mlops):
    done = mlops(_MLOPS_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=word)
    assert expected in done.stdout


def test_explain_in_shows_what_lies_outside_as_what_cannot_be_told(mlops_here, tree, write):
    caller = "on: push\njobs:\n  test:\n    uses: acme/flows/.github/workflows/test.yml@v1\n"
    write(tree, {".github/workflows/ci.yml": caller})
    text = " ".join(mlops_here("explain", "ci-runs-tests", "--in", tree).stdout.split())
    assert "ci-runs-tests: unknown" in text
    assert "What cannot be told:" in text
    assert ".github/workflows/ci.yml:4 acme/flows/.github/workflows/test.yml@v1" in text


def test_marks_are_ascii_where_the_terminal_has_no_others(mlops, tree):
    done = mlops("explain", "model-validated", "--in", tree, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "+ enforced" in done.stdout or "x enforced" in done.stdout
