"""Which facts show which capabilities."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops.domain.globs import glob_matches, pattern_matches, where_matches
from mlops.domain.rules import Pattern, Sign, Tool
from mlops.domain.sign_index import index_of
from mlops.domain.signs import Signs

texts = st.text(alphabet="ab.*/", max_size=12)


def tool(
    name: str = "t",
    *,
    imports: tuple[str, ...] = (),
    distributions: tuple[str, ...] = (),
    **signs: list[Sign],
) -> Tool:
    named = {capability.replace("_", "-"): tuple(items) for capability, items in signs.items()}
    return Tool(name, name, distributions, imports, named)


def signs_of(tools: list[Tool]) -> Signs:
    return Signs(json.loads(json.dumps(index_of(tools))))


def shows(sign: Sign, kind: str, value: str, **attrs: str) -> bool:
    found = signs_of([tool(x=[sign], imports=("lib",))]).capabilities(kind, value, attrs, {"lib"})
    return found == {"x"}


@given(texts, texts)
def test_a_glob_is_the_regular_expression_that_it_stands_for(glob, text):
    expected = re.fullmatch(".*".join(map(re.escape, glob.split("*"))), text, re.DOTALL)
    assert glob_matches(glob, text) == bool(expected)


@given(texts, texts)
def test_the_index_finds_what_its_globs_match(glob, value):
    if glob:
        assert shows(Sign("call", glob), "call", value) == glob_matches(glob, value)


def test_a_long_text_costs_no_backtracking():
    assert not glob_matches("*a" * 30 + "*b", "a" * 100_000)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (Pattern(), "x", True),
        (Pattern(), None, False),
        (Pattern(("a", "b*")), "b1", True),
        (Pattern(("a", "b*")), "c", False),
        (Pattern(("a",)), None, False),
        (Pattern(excludes=("True",)), "True", False),
        (Pattern(excludes=("True",)), "False", True),
        (Pattern(excludes=("True",)), None, True),
        (Pattern(("a*",), ("ab",)), "ab", False),
        (Pattern(("a*",), ("ab",)), None, False),
    ],
)
def test_patterns(pattern, text, expected):
    assert pattern_matches(pattern, text) is expected


def test_where_asks_for_every_attribute():
    where = {"kw.lazy": Pattern(excludes=("True",)), "arg.0": Pattern(("df",))}
    assert where_matches(where, {"arg.0": "df"})
    assert not where_matches(where, {"arg.0": "df", "kw.lazy": "True"})
    assert not where_matches(where, {})


@pytest.mark.parametrize(
    ("match", "value", "expected"),
    [
        ("mlflow.log_metric", "mlflow.log_metric", True),
        ("mlflow.log_metric", "mlflow.log_metrics", False),
        ("mlflow.*.log_model", "mlflow.sklearn.log_model", True),
        ("mlflow.*.log_model", "mlflow.a.b.log_model", True),
        ("mlflow.*.log_model", "mlflow.log_model", False),
        ("mlflow.*", "mlflowx.y", False),
        ("mlflow*", "mlflowx.y", True),
        ("*.log_metric", "run.log_metric", True),
        ("*.log_metric", "run.log_metric.x", False),
        ("*Logger", "a.MyLogger", True),
        ("*", "anything", True),
    ],
)
def test_globs_of_calls(match, value, expected):
    assert shows(Sign("call", match), "call", value) is expected


@pytest.mark.parametrize(
    ("kind", "match", "value"),
    [
        ("resource", "tf:aws_sagemaker_*", "tf:aws_sagemaker_endpoint"),
        ("action", "docker/*", "docker/build-push-action"),
        ("file", "*.tf", "infra/main.tf"),
        ("file", "conf/*/mlflow.yml", "conf/base/mlflow.yml"),
        ("setting", "WANDB_MODE=*", "WANDB_MODE=offline"),
        ("image", "*tritonserver*", "nvcr.io/nvidia/tritonserver:24.01"),
        ("key", "stages.*.cmd", "stages.train.cmd"),
        ("section", "intended use*", "intended use and limits"),
    ],
)
def test_globs_of_other_kinds(kind, match, value):
    assert shows(Sign(kind, match), kind, value)
    assert not shows(Sign(kind, match), "call", value)


@pytest.mark.parametrize(
    ("match", "value", "expected"),
    [
        ("dvc repro", "dvc repro", True),
        ("dvc repro", "dvc repro -f train", True),
        ("dvc repro", "dvc --cd sub repro", True),
        ("dvc repro", "dvc reproduce", False),
        ("dvc repro", "echo dvc repro", False),
        ("dvc repro", "repro dvc", False),
        ("az ml online-endpoint invoke", "az ml -w ws online-endpoint invoke -n x", True),
        ("az ml online-endpoint invoke", "az online-endpoint ml invoke", False),
        ("pip install --require-hashes", "pip --require-hashes install -r r.txt", True),
        ("pip install --require-hashes", "pip install -r r.txt --require-hashes", True),
        ("pip install --require-hashes", "pip install -r r.txt", False),
        ("pytest --junitxml", "pytest --junitxml=out.xml", True),
        ("pytest --junitxml", "pytest --junitxml2=out.xml", False),
        ("curl --fail*", "curl --fail-with-body url", True),
        ("mlflow models serve -m models:/*", "mlflow models serve -m models:/churn@champion", True),
        ("mlflow models serve -m models:/*", "mlflow models serve -m runs:/1", False),
        ("python *flow*.py run", "python train_flow.py run", True),
        ("pytest", "venv/bin/pytest tests", True),
        ("pytest", "tests/pytest", False),
        ("ruff check", "ruff@0.5.1 check", True),
        ("ruff check", "ruff>=0.5 check", True),
        ("pytest", "", False),
        ("docker push", "docker build push", True),
        ("a b a", "a a b", False),
        ("a b a", "a b c a", True),
    ],
)
def test_commands(match, value, expected):
    assert shows(Sign("command", match), "command", value) is expected


def test_a_method_counts_only_where_its_tool_is_imported():
    signs = signs_of([tool(imports=("google.cloud.aiplatform",), x=[Sign("method", "log_metric")])])
    assert signs.capabilities("method", "log_metric", {}) == frozenset()
    assert signs.capabilities("method", "log_metric", {}, {"pandas"}) == frozenset()
    assert signs.capabilities("method", "log_metric", {}, {"google"}) == {"x"}
    assert signs.capabilities("method", "log_metric", {}, {"google.cloud.aiplatform"}) == {"x"}


def test_attributes_are_read_anew_for_the_same_value():
    sign = Sign("call", "lib.log_model", {"kw.registered_model_name": Pattern()})
    signs = signs_of([tool(x=[sign], y=[Sign("call", "lib.*")])])
    assert signs.capabilities("call", "lib.log_model", {}) == {"y"}
    assert signs.capabilities("call", "lib.log_model", {"kw.registered_model_name": "churn"}) == {"x", "y"}
    assert signs.capabilities("call", "lib.log_model", {}) == {"y"}


def test_a_dependency_declares_all_that_its_tool_shows():
    signs = signs_of(
        [tool(distributions=("mlflow",), x=[Sign("call", "mlflow.a")], y=[Sign("call", "mlflow.b")])]
    )
    assert signs.capabilities("dependency", "mlflow", {}) == {"x", "y"}
    assert signs.capabilities("locked", "mlflow", {}) == frozenset()
    assert signs.capabilities("import", "mlflow", {}) == frozenset()


def test_several_tools_add_up():
    signs = signs_of([tool("a", x=[Sign("call", "f")]), tool("b", y=[Sign("call", "f")])])
    assert signs.capabilities("call", "f", {}) == {"x", "y"}


def test_distributions_know_their_imports():
    signs = signs_of([tool(imports=("sklearn",), distributions=("scikit-learn", "sklearn"))])
    assert signs.distribution_imports() == {"scikit-learn": ["sklearn"], "sklearn": ["sklearn"]}


def test_unknown_kinds_show_nothing():
    assert signs_of([]).capabilities("call", "x", {}) == frozenset()
    assert signs_of([]).capabilities("command", "x y", {}) == frozenset()
