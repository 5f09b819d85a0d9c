"""Rules of the repository's own, read through any tree."""

from __future__ import annotations

import subprocess

import pytest

from mlops.app.rules import catalog_for
from mlops.errors import MlopsError, RuleError
from mlops.tree import GitTree, MemoryTree

PRACTICE = """\
id: model-reviewed
title: Models are reviewed
dimension: governance
definition: A person reviews each model.
why: Four eyes see more than two.
meaning: {declared: A note., used: A record., enforced: A required record.}
evidence: {declared: {fact: {kind: file, value: "*review*"}}, used: {fact: {kind: file, value: REVIEW.md}}}
not_evidence: [A chat.]
remedy: {effort: small, text: Write it down.}
scaffold: {manual: People review.}
references: ["https://example.com/review"]
since: "1.0"
per_component: false
"""
TOOL = """\
id: reviewer
title: Reviewer
distributions: [reviewer]
imports: [reviewer]
signs: {audit-record: [{call: "reviewer.*"}]}
examples: {used: {capability: audit-record, path: a.py, text: "import reviewer\\nreviewer.record()\\n"}}
"""
CONFIG = "practices: [rules/practices]\ntools: [./rules/reviewer.yaml]\n"
FILES = {
    ".mlops.yaml": CONFIG,
    "rules/practices/model-reviewed.yaml": PRACTICE,
    "rules/reviewer.yaml": TOOL,
}


def test_rules_of_the_repository_stand_beside_ours():
    catalog = catalog_for(MemoryTree(FILES))
    assert catalog.practices["model-reviewed"].title == "Models are reviewed"
    assert "reviewer" in catalog.practices["audit-trail"].tools
    assert "unit-tests" in catalog.practices


def test_a_tree_without_configuration_has_our_rules_alone():
    catalog = catalog_for(MemoryTree({name: text for name, text in FILES.items() if name != ".mlops.yaml"}))
    assert "model-reviewed" not in catalog.practices


def test_rules_are_those_of_the_judged_revision(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
    (tmp_path / "rules/practices/model-reviewed.yaml").write_text("broken: [", encoding="utf-8")
    catalog = catalog_for(GitTree(str(tmp_path), "HEAD"))
    assert "model-reviewed" in catalog.practices


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        (
            "rules/practices/model-reviewed.yaml",
            PRACTICE.replace("why:", "whi:"),
            "rules/practices/model-reviewed.yaml:5: unknown key `whi`. Did you mean `why`?",
        ),
        (
            "rules/reviewer.yaml",
            TOOL.replace("audit-record:", "audit-recrod:"),
            "rules/reviewer.yaml:5: the capability `audit-recrod` is not known. Did you mean `audit-record`?",
        ),
        (
            "rules/practices/unit-tests.yaml",
            PRACTICE.replace("model-reviewed", "unit-tests"),
            "rules/practices/unit-tests.yaml:1: redefines the practice `unit-tests`. Give your rule an id of its own.",
        ),
        (
            "rules/practices/model-reviewed.yaml",
            "a: [\n",
            "rules/practices/model-reviewed.yaml:2: invalid YAML",
        ),
        (
            "rules/practices/model-reviewed.yaml",
            b"version https://git-lfs.github.com/spec/v1\n",
            "rules/practices/model-reviewed.yaml: cannot be read: a Git LFS pointer",
        ),
    ],
)
def test_a_broken_rule_names_file_line_and_remedy(path, text, message):
    with pytest.raises(RuleError) as caught:
        catalog_for(MemoryTree({**FILES, path: text}))
    assert str(caught.value).startswith(message)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nowhere", "nowhere is no file or folder of the repository"),
        ("src", "src holds no rule files"),
    ],
)
def test_a_place_without_rules_is_named_with_its_line(place, message):
    files = {**FILES, ".mlops.yaml": f"model: google\npractices: [{place}]\n", "src/a.py": ""}
    with pytest.raises(MlopsError) as caught:
        catalog_for(MemoryTree(files))
    assert str(caught.value).startswith(f".mlops.yaml:2: practices: {message}")


def test_a_folder_of_thousands_of_files_is_a_wrong_folder():
    files = {".mlops.yaml": "tools: [k8s]\n"} | {f"k8s/{number}.yaml": "" for number in range(1001)}
    with pytest.raises(MlopsError, match="k8s holds 1001 files"):
        catalog_for(MemoryTree(files))
