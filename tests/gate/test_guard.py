"""The gate cannot be opened by the merge that it should stop."""

from __future__ import annotations

from datetime import date

import pytest

from tests.gate.histories import lost, quiet
from tests.gate.layouts import LAYOUTS

CI = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml"}
SHA = "0123456789abcdef0123456789abcdef01234567"
GATE_JOB = {
    "github": f"  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: acme/mlops@{SHA}\n        with:\n          command: gate\n",
    "gitlab": "gate:\n  stage: check\n  script:\n    - pip install mlops-maturity==0.1.0\n    - mlops gate\n\n",
    "azure": "  - job: gate\n    steps:\n      - script: pip install mlops-maturity==0.1.0\n      - script: mlops gate\n",
}
PRE_COMMIT = """\
repos:
  - repo: https://github.com/acme/mlops
    rev: v0.1.0
    hooks:
      - id: mlops-gate
"""

layouts = pytest.mark.parametrize("layout", ["github", "gitlab", "azure"])


def said(comparison):
    return " / ".join(f"{item.path}:{item.line} {item.message}" for item in comparison.config_changes)


@layouts
def test_remove_the_gate(history, layout):
    work = history(layout)
    work.edit(CI[layout], GATE_JOB[layout], "")
    comparison = work.gate()
    assert CI[layout] in said(comparison)
    assert "removed" in said(comparison)
    assert not lost(comparison)


@layouts
def test_remove_the_whole_pipeline(history, layout):
    work = history(layout)
    work.remove(CI[layout])
    assert "removed" in said(work.gate())


SOFTER = [
    ("github", f"      - uses: acme/mlops@{SHA}\n", f"      - uses: acme/mlops@{SHA}\n        continue-on-error: true\n", "continue-on-error"),
    ("github", "  gate:\n", "  gate:\n    if: false\n", "if: false"),
    ("github", "  pull_request:\n", "", "pull request"),
    ("github", "          command: gate\n", "          command: gate\n          exit-zero: true\n", "exit-zero"),
    ("github", "          command: gate\n", "          command: gate\n          allow-config-change: true\n", "allow-config-change"),
    ("gitlab", "    - mlops gate\n", "    - mlops gate || true\n", "|| true"),
    ("gitlab", "    - mlops gate\n", "    - mlops gate --exit-zero\n", "--exit-zero"),
    ("gitlab", "    - mlops gate\n", "    - mlops gate --base HEAD\n", "--base HEAD"),
    ("gitlab", "gate:\n  stage: check\n", "gate:\n  stage: check\n  allow_failure: true\n", "allow_failure"),
    ("gitlab", "gate:\n  stage: check\n", "gate:\n  stage: check\n  when: manual\n", "gate"),
    ("azure", "      - script: mlops gate\n", "      - script: mlops gate\n        continueOnError: true\n", "continueOnError"),
    ("azure", "  - job: gate\n", "  - job: gate\n    condition: false\n", "condition"),
    ("azure", "      - script: mlops gate\n", "      - script: mlops gate; exit 0\n", "stop"),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "old", "new", "word"), SOFTER)
def test_soften_the_gate(history, layout, old, new, word):
    work = history(layout)
    work.edit(CI[layout], old, new)
    comparison = work.gate()
    assert comparison.config_changes, "nothing was said"
    assert word in said(comparison)
    assert comparison.config_changes[0].path == CI[layout]
    assert comparison.config_changes[0].line


@pytest.mark.parametrize(
    ("layout", "old", "new"),
    [
        ("github", f"acme/mlops@{SHA}", "acme/mlops@main"),
        ("github", f"acme/mlops@{SHA}", "acme/mlops@v1"),
        ("gitlab", "mlops-maturity==0.1.0", "mlops-maturity"),
        ("azure", "mlops-maturity==0.1.0", "mlops-maturity>=0.1"),
    ],
)
def test_unpin_the_gate(history, layout, old, new):
    work = history(layout)
    work.edit(CI[layout], old, new)
    assert "pinned" in said(work.gate())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PRE_COMMIT, "repos: []\n"),
        ("rev: v0.1.0", "rev: main"),
        ("- id: mlops-gate\n", "- id: mlops-gate\n        stages: [manual]\n"),
        ("- id: mlops-gate\n", "- id: mlops-gate\n        args: [--exit-zero]\n"),
    ],
)
def test_the_hook_is_a_gate_too(history, old, new):
    work = history(**{".pre-commit-config.yaml": PRE_COMMIT})
    work.edit(".pre-commit-config.yaml", old, new)
    assert ".pre-commit-config.yaml" in said(work.gate())


@layouts
def test_other_changes_of_the_gate_job_pass(history, layout):
    """A new name, another order, another way to show results, a newer pinned version."""
    work = history(layout)
    text = (work.folder / CI[layout]).read_text()
    text = text.replace("mlops-maturity==0.1.0", "mlops-maturity==0.2.0").replace(
        "mlops gate", "mlops gate --format github"
    )
    text = text.replace("gate:\n    runs-on", "maturity:\n    runs-on").replace(SHA, SHA[::-1])
    text = text.replace("          command: gate\n", "          command: gate\n          format: sarif\n")
    (work.folder / CI[layout]).write_text(text)
    comparison = work.gate()
    assert quiet(comparison), said(comparison)


@layouts
def test_a_gate_behind_a_make_target(history, layout):
    work = history(layout)
    text = (work.folder / CI[layout]).read_text().replace("mlops gate", "make maturity")
    text = text.replace(
        f"      - uses: acme/mlops@{SHA}\n        with:\n          command: gate\n",
        "      - run: make maturity\n",
    )
    (work.folder / CI[layout]).write_text(text)
    work.edit("Makefile", "pipeline:\n", "maturity:\n\tmlops gate\n\npipeline:\n")
    work.git("checkout", "-q", "main")
    work.commit("behind make")
    work.git("checkout", "-q", "-B", "work")
    work.edit("Makefile", "\tmlops gate\n", "\t-mlops gate\n")
    assert "Makefile" in said(work.gate())


CONFIGS = [
    ("model: google\nlevel: 2\nstrict: true\nexclude: [src]\n", "exclude: src was added"),
    ("model: google\nlevel: 1\nstrict: true\n", "level: 2 became 1"),
    ("model: gigaom\nlevel: 2\nstrict: true\n", "model: google became gigaom"),
    ("model: google\nlevel: 2\n", "strict: True became False"),
    ("model: google\nlevel: 2\nstrict: true\ncomponents: {churn: src}\n", "components: churn"),
    (
        "model: google\nlevel: 2\nstrict: true\nwaivers:\n  - {practice: unit-tests, reason: later, owner: me, until: '2027-03-01'}\n",
        "waiver of unit-tests was added, until 2027-03-01",
    ),
    (
        "model: google\nlevel: 2\nstrict: true\nattestations:\n  - {id: att-google-0, by: me, 'on': '2027-01-01', evidence: page}\n",
        "att",
    ),
    (
        "model: google\nlevel: 2\nstrict: true\nentrypoints:\n  - {path: src/churn/train.py, platform: databricks, trigger: weekly, evidence: job 7, by: me}\n",
        "entrypoint of src/churn/train.py was added",
    ),
    (
        "model: google\nlevel: 2\nstrict: true\ndefault_branch: develop\n",
        "default_branch: nothing became develop",
    ),
    ("model: google\nlevel: [2\n", "cannot be used"),
    ("model: google\nlevel: 2\nstrict: true\npractices: [rules]\n", "practices: rules was added"),
]


@pytest.mark.parametrize(("text", "message"), CONFIGS)
def test_every_change_of_the_configuration_is_said(history, text, message):
    work = history()
    work.write({".mlops.yaml": text})
    comparison = work.gate()
    assert message in said(comparison)
    assert comparison.config_changes[0].path == ".mlops.yaml"
    assert not comparison.regressions


def test_a_comment_is_no_change(history):
    work = history()
    work.write({".mlops.yaml": "# why\nstrict: true\nmodel: google\n\nlevel: 2\n"})
    assert quiet(work.gate())


def test_the_configuration_is_removed(history):
    work = history()
    work.remove(".mlops.yaml")
    comparison = work.gate()
    assert "the configuration was removed" in said(comparison)
    assert comparison.config_changes[0].message == "the configuration was removed"


def test_excluding_the_source_hides_nothing(history):
    """Both sides are judged by the base's configuration, so what is excluded and broken is still seen."""
    work = history()
    work.write({".mlops.yaml": "model: google\nlevel: 2\nstrict: true\nexclude: [src, Makefile]\n"})
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    comparison = work.gate()
    assert "ci-runs-tests" in lost(comparison)
    assert len(comparison.config_changes) == 2


def test_a_waiver_of_the_same_merge_counts_only_when_allowed(history):
    work = history()
    waiver = "waivers:\n  - {practice: ci-runs-tests, reason: flaky, owner: me, until: '2027-03-01'}\n"
    waiver += "  - {practice: cd-deploys-pipeline, reason: flaky, owner: me, until: '2027-03-01'}\n"
    work.write({".mlops.yaml": f"model: google\nlevel: 2\nstrict: true\n{waiver}"})
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    work.commit("weaker, and waived")
    refused = work.gate()
    assert "ci-runs-tests" in lost(refused)
    allowed = work.gate(allow_config_change=True)
    assert not allowed.regressions
    assert "waiver of ci-runs-tests was added" in said(allowed)
    work.git("checkout", "-q", "main")
    work.git("merge", "-q", "work")
    work.git("checkout", "-q", "-B", "next")
    work.write({"README.md": "more"})
    later = work.gate()
    assert quiet(later)


def test_an_expiry_never_fails_an_unrelated_merge(history):
    work = history(**{
        ".mlops.yaml": "model: google\nlevel: 2\nstrict: true\nwaivers:\n"
        "  - {practice: unit-tests, reason: later, owner: me, until: '2027-02-01'}\n",
        "tests/test_features.py": "",
    })  # fmt: skip
    work.write({"README.md": "more"})
    soon = work.gate()
    assert quiet(soon)
    assert any("ends in 17 days" in item.message for item in soon.warnings)
    expired = work.gate(today=date(2027, 2, 2))
    assert quiet(expired)
    assert any("expired" in item.message for item in expired.warnings)


def test_own_rules_are_the_base_s(history):
    work = history()
    work.git("checkout", "-q", "main")
    work.write({
        ".mlops.yaml": "model: google\nlevel: 2\nstrict: true\npractices: [rules]\n",
        "rules/readme-there.yaml": OWN,
    })  # fmt: skip
    work.commit("own rules")
    work.git("checkout", "-q", "-B", "work")
    work.edit(
        "rules/readme-there.yaml",
        "  used: {fact: {kind: file, value: README.md}",
        "  used: {fact: {kind: file, value: NOTHING.md}",
    )
    assert "rules/readme-there.yaml" in said(work.gate())


OWN = """\
id: readme-there
title: There is a README
dimension: governance
definition: A README exists.
why: People read it first.
meaning:
  declared: It is there.
  used: It is there.
  enforced: It is there.
evidence:
  declared: {fact: {kind: file, value: README.md}, says: "{value} is there"}
  used: {fact: {kind: file, value: README.md}, says: "{value} is there"}
not_evidence: [An empty one.]
remedy: {effort: small, text: Write one., snippet: "# Churn"}
scaffold: {manual: people write it}
references:
  - https://example.com
per_component: false
since: "0.1"
"""


def test_who_must_approve(history):
    assert history("github").gate().approvers == ("@acme/platform",)
    assert LAYOUTS["gitlab"]["CODEOWNERS"].endswith("@acme/platform\n")


COMPONENT = "include:\n  - component: gitlab.com/acme/mlops/mlops-gate@1.0.0\n    inputs:\n      level: 2\n"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (COMPONENT, "", "removed"),
        ("@1.0.0", "@main", "pinned"),
        ("      level: 2\n", "      level: 2\n      exit-zero: true\n", "exit-zero"),
        ("@1.0.0", "@1.1.0", ""),
        ("      level: 2\n", "      level: 2\n      artifact: mine\n", ""),
    ],
)
def test_our_template_is_a_gate_too(history, old, new, word):
    work = history("gitlab", **{".gitlab-ci.yml": LAYOUTS["gitlab"][".gitlab-ci.yml"] + COMPONENT})
    work.edit(".gitlab-ci.yml", old, new)
    comparison = work.gate()
    assert word in said(comparison)
    assert bool(comparison.config_changes) == bool(word)


@pytest.mark.parametrize(
    ("old", "new", "flagged"),
    [("0.1.0", "0.2.0", False), ("0.1.0", "latest", True), ("version", "wheel", True)],
)
def test_the_version_that_the_action_installs(history, old, new, flagged):
    text = LAYOUTS["github"][CI["github"]].replace(
        "          command: gate\n", "          command: gate\n          version: 0.1.0\n"
    )
    work = history("github", **{CI["github"]: text})
    work.edit(CI["github"], old, new)
    assert bool(work.gate().config_changes) is flagged


DIGEST = "sha256:" + "0" * 64
IMAGES = {
    "github": ("    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: mlops gate\n",
               ("    runs-on: ubuntu-latest\n    container: acme/mlops@{0}\n    steps:\n      - uses: actions/checkout@v4\n"
               "      - run: mlops gate\n")),
    "gitlab": ("gate:\n  stage: check\n", "gate:\n  stage: check\n  image: acme/mlops@{0}\n"),
    "azure": ("  - job: gate\n", "  - job: gate\n    container: acme/mlops@{0}\n"),
}  # fmt: skip


@pytest.mark.parametrize("now", ["acme/mlops:1.0.0", "acme/other:latest"])
@layouts
def test_the_image_of_the_gate_loses_its_digest(history, layout, now):
    text = LAYOUTS[layout][CI[layout]]
    if layout == "github":
        text = text.replace(GATE_JOB[layout], "  gate:\n" + IMAGES[layout][0])
    text = text.replace(IMAGES[layout][0], IMAGES[layout][1].format(DIGEST))
    work = history(layout, **{CI[layout]: text})
    work.edit(CI[layout], f"acme/mlops@{DIGEST}", f"acme/mlops@sha256:{'1' * 64}")
    assert not work.gate().config_changes
    work.edit(CI[layout], f"acme/mlops@sha256:{'1' * 64}", now)
    assert f"pinned by its digest, now it is {now}" in said(work.gate())


AZURE_TEMPLATE = """\
resources:
  repositories:
    - repository: tools
      type: git
      name: platform/mlops
      ref: refs/tags/v1.2.0
"""


@pytest.mark.parametrize(
    ("now", "flagged"), [("refs/heads/main", True), ("refs/tags/v1.3.0", False), ("refs/tags/v1", True)]
)
def test_the_repository_of_our_template_loses_its_tag(history, now, flagged):
    text = LAYOUTS["azure"][CI["azure"]].replace(
        GATE_JOB["azure"], "  - job: gate\n    steps:\n      - template: mlops-gate.yml@tools\n"
    )
    work = history("azure", **{CI["azure"]: AZURE_TEMPLATE + text})
    work.edit(CI["azure"], "refs/tags/v1.2.0", now)
    assert ("pinned" in said(work.gate())) is flagged


SECOND = """\
name: nightly
on: [pull_request]
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: mlops gate{0}
"""


@pytest.mark.parametrize("asked", ["", " --model azure"])
def test_one_of_two_gates_gets_softer(history, asked):
    path = ".github/workflows/nightly.yml"
    first = LAYOUTS["github"][CI["github"]].replace(
        GATE_JOB["github"],
        "  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: mlops gate\n",
    )
    work = history("github", **{CI["github"]: first, path: SECOND.format(asked)})
    work.edit(path, f"mlops gate{asked}\n", f"mlops gate{asked} || true\n")
    assert f"{path}:8" in said(work.gate())
    assert "|| true" in said(work.gate())


def test_one_of_two_gates_is_removed(history):
    path = ".github/workflows/nightly.yml"
    first = LAYOUTS["github"][CI["github"]].replace(
        GATE_JOB["github"],
        "  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: mlops gate\n",
    )
    work = history("github", **{CI["github"]: first, path: SECOND.format("")})
    work.remove(path)
    assert f"{path}:0" in said(work.gate())


def test_a_gate_that_moves_to_another_file_is_none_that_is_lost(history):
    first = LAYOUTS["github"][CI["github"]].replace(GATE_JOB["github"], "")
    work = history("github", **{CI["github"]: first, ".github/workflows/nightly.yml": SECOND.format("")})
    work.write({".github/workflows/maturity.yml": SECOND.format("")})
    work.remove(".github/workflows/nightly.yml")
    assert not work.gate().config_changes


def test_one_of_two_gates_loses_its_digest(history):
    path = ".github/workflows/nightly.yml"
    pinned = SECOND.format("").replace("    steps:", f"    container: acme/mlops@{DIGEST}\n    steps:")
    first = LAYOUTS["github"][CI["github"]].replace(GATE_JOB["github"], "")
    work = history("github", **{CI["github"]: first, path: pinned, ".github/workflows/maturity.yml": pinned})
    work.edit(path, f"acme/mlops@{DIGEST}", "acme/mlops:1.0.0")
    assert "pinned by its digest, now it is acme/mlops:1.0.0" in said(work.gate())
