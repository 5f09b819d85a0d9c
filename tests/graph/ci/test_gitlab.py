"""GitLab pipelines as runs: one test for each statement of the semantics."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops.domain.diagnostic import Problem
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import CiConfig, Job, Pipeline, Run
from mlops.facts.yaml import documents
from mlops.graph.ci.gitlab import pipelines
from mlops.graph.ci.gitlab_expression import SET, Not, evaluate, search

NO, UNKNOWN, YES = Tri.NO, Tri.UNKNOWN, Tri.YES
ROOT = ".gitlab-ci.yml"


def facts(files: Mapping[str, str]) -> dict[str, FileFacts]:
    return {path: FileFacts("yaml", documents=documents(text.encode())[0]) for path, text in files.items()}


def read(files: str | Mapping[str, str], **config: object) -> Pipeline:
    files = {ROOT: files} if isinstance(files, str) else files
    (found,) = pipelines(facts(files), CiConfig(**config))  # type: ignore[arg-type]
    return found


def run(files: str | Mapping[str, str], kind: str = "push", **config: object) -> Run:
    return next(run for run in read(files, **config).runs if run.event.kind == kind)


def jobs(files: str | Mapping[str, str], kind: str = "push", **config: object) -> dict[str, Job]:
    return {job.id: job for job in run(files, kind, **config).jobs}


def job(body: str, kind: str = "push", **config: object) -> Job:
    """Return the job with this body, beside one that is always there."""
    always = "other:\n  script: x\n  rules:\n  - when: always\n"
    return jobs(f"{always}a:\n  script: pytest\n" + body, kind, **config)["a"]


def kinds(text: str) -> list[str]:
    return [run.event.kind for run in read(text).runs]


def scripts(found: Job) -> list[str]:
    return [line for step in found.steps for line in step.script.splitlines() if line]


# --- events

RULE = "a:\n  script: x\n  rules:\n  - if: {}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  script: x\n", ["push", "tag"]),
        (RULE.format("$CI_PIPELINE_SOURCE == 'merge_request_event'"), ["pull_request"]),
        (RULE.format("$CI_MERGE_REQUEST_IID"), ["pull_request"]),
        (RULE.format("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"), ["push"]),
        (RULE.format("$CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH && $CI_COMMIT_BRANCH"), ["branch"]),
        (RULE.format("$CI_COMMIT_BRANCH == 'develop'"), ["branch"]),
        (RULE.format("$CI_COMMIT_TAG"), ["tag"]),
        (RULE.format(r"$CI_COMMIT_TAG =~ /^v\d+/"), ["tag"]),
        (RULE.format("$CI_PIPELINE_SOURCE == 'schedule'"), ["schedule"]),
        (RULE.format("$CI_PIPELINE_SOURCE == 'trigger'"), ["signal"]),
        (RULE.format("$CI_PIPELINE_SOURCE == 'api'"), ["signal"]),
        (RULE.format("$CI_PIPELINE_SOURCE == 'pipeline'"), ["signal"]),
        (RULE.format("$CI_PIPELINE_SOURCE == 'web'"), ["manual"]),
        (RULE.format("$CI_PIPELINE_SOURCE =~ /^(push|schedule)$/"), ["push", "tag", "schedule"]),
        ("a:\n  script: x\n  rules:\n  - when: always\n", ["push", "pull_request", "tag"]),
        ("a:\n  script: x\n  only: [schedules]\n", ["schedule"]),
        ("a:\n  script: x\n  only: schedules\n", ["schedule"]),
        ("a:\n  script: x\n  only: [merge_requests]\n", ["pull_request"]),
        ("a:\n  script: x\n  only: [main]\n", ["push"]),
        ("a:\n  script: x\n  only: [develop]\n", ["branch"]),
        ("a:\n  script: x\n  only: [tags]\n", ["tag"]),
        ('a:\n  script: x\n  only: ["/^v[0-9.]+$/"]\n  except: [branches]\n', ["tag"]),
        ("a:\n  script: x\n  except: [main]\n", ["branch", "tag"]),
        ("a:\n  script: x\n  except: [schedules]\n", ["push", "tag"]),
    ],
)
def test_events(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_pipeline_that_never_runs_says_why() -> None:
    event = run("a:\n  script: x\n  rules:\n  - when: never\n").event
    assert event.active.value is NO
    assert event.active.reason


def test_a_schedule_stands_outside_the_repository() -> None:
    event = run(RULE.format("$CI_PIPELINE_SOURCE == 'schedule'"), "schedule").event
    assert (event.origin, event.line, event.active.value) == ("outside", 4, YES)


def test_a_rule_for_a_variable_of_a_schedule_prepares_for_one() -> None:
    found = run(RULE.format("$SCHEDULE_TYPE == 'retrain'"), "schedule")
    assert found.jobs[0].condition.value is YES
    named = "$CI_PIPELINE_SOURCE == 'schedule' && $TASK == 'retrain'"
    assert run(RULE.format(named), "schedule").jobs[0].condition.value is YES
    assert "schedule" not in kinds(RULE.format("$TASK == 'retrain'"))
    assert "schedule" not in kinds(RULE.format("$CI_PIPELINE_SCHEDULE_DESCRIPTION == 'x'"))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("- if: $CI_PIPELINE_SOURCE == 'merge_request_event'\n", ["pull_request"]),
        ("- if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n", ["push"]),
        ("- if: $CI_COMMIT_TAG\n  when: never\n- when: always\n", ["push", "pull_request"]),
    ],
)
def test_workflow_rules_come_first(rules: str, expected: list[str]) -> None:
    text = "workflow:\n  rules:\n" + "".join(f"  {line}\n" for line in rules.splitlines())
    assert kinds(text + "a:\n  script: x\n  rules:\n  - when: always\n") == expected


def test_a_workflow_that_never_runs() -> None:
    event = run("workflow:\n  rules:\n  - when: never\na:\n  script: x\n").event
    assert (event.active.value, event.active.fake) == (NO, "F6")


@pytest.mark.parametrize("name", ["MergeRequest-Pipelines", "Branch-Pipelines"])
def test_workflow_templates_are_known(name: str) -> None:
    text = f"include:\n- template: Workflows/{name}.gitlab-ci.yml\n" + RULE.format("$CI_PIPELINE_SOURCE")
    expected = ["push", "pull_request", "tag"] if name == "MergeRequest-Pipelines" else ["push", "tag"]
    assert kinds(text) == expected
    assert read(text).unresolved == ()


def test_a_file_elsewhere_needs_a_setting() -> None:
    (found,) = pipelines(facts({"ci/.gitlab-ci.yml": "a:\n  script: x\n"}), CiConfig())
    assert {run.event.active.value for run in found.runs} == {UNKNOWN}
    assert pipelines(facts({"a.yml": "a:\n  script: x\n"}), CiConfig()) == []


def test_the_default_branch_is_the_one_that_rules_mention() -> None:
    assert run("a:\n  script: x\n  only: [master]\n").event.label == "push to master"
    assert run("a:\n  script: x\n  only: [dev]\n", default_branches=("dev",)).event.label == "push to dev"


# --- rules


@pytest.mark.parametrize(
    ("rules", "value", "fake"),
    [
        ("- when: never", NO, "F6"),
        ("- if: $CI_COMMIT_BRANCH\n    when: never\n  - when: never", NO, "F6"),
        ("- if: $CI_COMMIT_TAG", NO, ""),
        ("- if: $CI_COMMIT_TAG\n  - when: never", NO, ""),
        ("- if: $CI_COMMIT_TAG\n  - when: on_success", YES, ""),
        ("- if: $CI_COMMIT_BRANCH == 'main'\n    when: never\n  - when: always", NO, ""),
        ("- if: $DEPLOY == 'yes'", UNKNOWN, ""),
        ("- if: $DEPLOY == 'yes'\n  - when: always", YES, ""),
        ("- if: $CI_COMMIT_BRANCH == 'main' && $DEPLOY", UNKNOWN, ""),
        ("- if: $CI_COMMIT_BRANCH == 'main' || $DEPLOY", YES, ""),
        ("- if: $SAST_DISABLED\n    when: never\n  - when: always", YES, ""),
        ("- if: $MODE == 'x'\n    when: never\n  - when: always", UNKNOWN, ""),
        ("- if: $CI_COMMIT_MESSAGE =~ /skip/\n    when: never\n  - when: always", YES, ""),
        ("- if: $CI_COMMIT_MESSAGE =~ /deploy/", UNKNOWN, ""),
        (
            "- if: ($CI_COMMIT_BRANCH == 'x' || $CI_COMMIT_BRANCH == 'main') && $CI_COMMIT_BRANCH !~ /rel/",
            YES,
            "",
        ),
        ("- if: $CI_COMMIT_TAG == null", YES, ""),
        ("- if: ${CI_COMMIT_BRANCH} == 'main'", UNKNOWN, ""),
        ("- changes: [src/**/*]", YES, ""),
        ("- changes: {paths: [src/*.py]}", YES, ""),
        ("- changes: [data/*]", NO, ""),
        ("- exists: [Dockerfile]", NO, ""),
        ("- exists: [src/train.py]", YES, ""),
        ("- exists: ['**/*.{py,sh}']", YES, ""),
    ],
)
def test_rules(rules: str, value: Tri, fake: str) -> None:
    condition = job(f"  rules:\n  {rules}\n", paths=("src/train.py",)).condition
    assert (condition.value, condition.fake) == (value, fake)
    assert bool(condition.reason) == (value is not YES)


def test_file_variables_count_and_those_of_the_event_win() -> None:
    text = "variables:\n  GO: 'yes'\n  CI_COMMIT_BRANCH: other\n"
    assert jobs(text + RULE.format("$GO == 'yes' && $CI_COMMIT_BRANCH == 'main'"))["a"].condition.value is YES


def test_a_job_without_rules_is_not_in_merge_request_pipelines() -> None:
    assert job("", "pull_request").condition.value is NO
    assert job("  only: [merge_requests]\n", "pull_request").condition.value is YES


def test_a_job_without_rules_is_where_the_workflow_makes_a_pipeline() -> None:
    text = "workflow:\n  rules:\n  - if: $CI_PIPELINE_SOURCE == 'merge_request_event'\na:\n  script: x\n"
    assert jobs(text, "pull_request")["a"].condition.value is YES
    assert "push" not in kinds(text)
    assert jobs(text + "  except: [main]\n", "pull_request")["a"].condition.value is YES
    assert "pull_request" not in kinds(text + "  only: [main]\n")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("only: [branches]", YES),
        ("only: [tags]", NO),
        ("only: [/^ma/]", YES),
        ("only: [/^rel/]", NO),
        ("only: [main@group/project]", YES),
        ("except: [branches]", NO),
        ("only: {refs: [main], variables: [$X == 'y']}", UNKNOWN),
        ("only: {variables: [$CI_COMMIT_BRANCH == 'main']}", YES),
        ("only: {refs: [main], changes: [data/*]}", NO),
        ("except: {changes: [docs/*]}", YES),
        ("except: {variables: [$X]}", UNKNOWN),
        ("only: {kubernetes: active}", UNKNOWN),
    ],
)
def test_only_and_except(body: str, value: Tri) -> None:
    assert job(f"  {body}\n", paths=("src/train.py", "docs/x.md")).condition.value is value


# --- failures and releases by hand


@pytest.mark.parametrize(
    ("body", "stops", "fake", "approval"),
    [
        ("", YES, "", False),
        ("allow_failure: true", NO, "F5", False),
        ("allow_failure: false", YES, "", False),
        ("allow_failure: {exit_codes: [1, 2]}", NO, "F5", False),
        ("allow_failure: {exit_codes: 137}", YES, "", False),
        ("when: manual", NO, "F5", True),
        ("when: manual\n  allow_failure: false", YES, "", True),
        ("rules:\n  - when: manual", YES, "", True),
        ("rules:\n  - when: manual\n    allow_failure: true", NO, "F5", True),
        ("rules:\n  - if: $CI_COMMIT_BRANCH\n    allow_failure: true", NO, "F5", False),
    ],
)
def test_swallowed_failures(body: str, stops: Tri, fake: str, approval: bool) -> None:
    found = job(f"  {body}\n")
    assert (found.stops.value, found.stops.fake, found.approval) == (stops, fake, approval)
    assert found.condition.value is YES


@pytest.mark.parametrize(
    ("when", "value", "after_failure"),
    [
        ("always", YES, True),
        ("on_failure", YES, True),
        ("on_success", YES, False),
        ("never", NO, False),
        ("delayed", YES, False),
    ],
)
def test_when(when: str, value: Tri, after_failure: bool) -> None:
    found = job(f"  when: {when}\n")
    assert (found.condition.value, found.after_failure) == (value, after_failure)
    assert found.condition.fake == ("F6" if when == "never" else "")


# --- scripts


def test_scripts_are_one_shell_and_keep_their_lines() -> None:
    text = "a:\n  before_script:\n  - pip install .\n  script:\n  - |\n    pytest\n    ruff check\n  - echo\n"
    (step,) = jobs(text)["a"].steps
    lines = {step.script_line + at: line for at, line in enumerate(step.script.splitlines()) if line}
    assert lines == {3: "pip install .", 6: "pytest", 7: "ruff check", 8: "echo"}
    assert (step.line, step.name, step.errexit, step.pipefail) == (3, "pip install .", True, True)


def test_shell_state_holds_from_one_file_to_the_next() -> None:
    files = {
        ROOT: "include: b.yml\na:\n  extends: .b\n  script:\n  - pytest\n",
        "b.yml": ".b:\n  before_script:\n  - cd src\n  - set +e\n  - set +o pipefail\n",
    }
    first, second = jobs(files)["a"].steps
    assert (first.path, first.folder, first.errexit, first.pipefail) == ("b.yml", "", True, True)
    assert (second.path, second.folder, second.errexit, second.pipefail) == (ROOT, "src", False, False)


def test_small_images_have_no_pipefail() -> None:
    step = jobs("a:\n  image: python:3.12-alpine\n  script: x | tee y\n")["a"].steps[0]
    assert (step.shell, step.pipefail, step.errexit) == ("sh", False, True)


def test_after_script_does_not_fail_the_job() -> None:
    step = jobs("a:\n  script: x\n  after_script: [pytest]\n")["a"].steps[-1]
    assert (step.script, step.stops.value, step.stops.fake, step.after_failure) == (
        "pytest\n",
        NO,
        "F5",
        True,
    )


def test_a_command_read_as_a_mapping_is_kept_and_told() -> None:
    found = read('a:\n  script:\n  - git commit -m "fix: it"\n')
    assert scripts(found.runs[0].jobs[0]) == ['git commit -m "fix: it"']
    assert any("quote the line" in message for _, _, message in found.problems)


def test_defaults_and_inherit() -> None:
    text = (
        "image: python:3\nbefore_script: [global]\nvariables: {A: '1', B: '2'}\ndefault:\n  tags: [gpu]\n"
        "a:\n  script: x\nb:\n  script: x\n  before_script: []\n  inherit: {default: [image], variables: [A]}\n"
    )
    found = jobs(text)
    assert (scripts(found["a"]), found["a"].image, found["a"].runner) == (["global", "x"], "python:3", "gpu")
    assert (scripts(found["b"]), found["b"].image, found["b"].runner) == (["x"], "python:3", "")
    assert found["a"].steps[0].env == (("A", "1"), ("B", "2"))
    assert found["b"].steps[0].env == (("A", "1"),)


# --- hidden jobs, extends, references


def test_hidden_jobs_are_templates_only() -> None:
    assert set(jobs(".a:\n  script: x\nb:\n  script: y\nc:\n  stage: test\n")) == {"b"}


def test_extends_merges_maps_and_replaces_lists() -> None:
    text = (
        ".one:\n  variables: {A: '1', B: '1'}\n  script: [one]\n  image: one\n"
        ".two:\n  extends: .one\n  variables: {B: '2'}\n  script: [two]\n"
        "a:\n  extends: [.one, .two]\n  variables: {C: '3'}\n"
    )
    found = jobs(text)["a"]
    assert (scripts(found), found.image) == (["two"], "one")
    assert dict(found.steps[0].env) == {"A": "1", "B": "2", "C": "3"}


def test_extending_in_a_circle_or_nothing_is_a_problem() -> None:
    found = read("a:\n  extends: a\n  script: x\nb:\n  extends: .gone\n  script: x\n")
    messages = [message for _, _, message in found.problems]
    assert any("extends itself" in message for message in messages)
    assert any("`.gone`" in message for message in messages)


def test_references_are_spliced() -> None:
    text = ".a:\n  script:\n  - one\n  - two\n  rules:\n  - if: $CI_COMMIT_TAG\nb:\n  script:\n  - !reference [.a, script]\n  - three\n  rules:\n  - !reference [.a, rules]\n  - when: always\n"
    found = jobs(text)["b"]
    assert scripts(found) == ["one", "two", "three"]
    lines = {
        step.script_line + at: line
        for step in found.steps
        for at, line in enumerate(step.script.splitlines())
    }
    assert (lines[3], lines[4], lines[10]) == ("one", "two", "three")
    assert found.condition.value is YES


def test_a_reference_to_nothing_is_no_command() -> None:
    assert scripts(jobs("a:\n  script:\n  - !reference [.gone, script]\n  - x\n")["a"]) == ["x"]


def test_references_in_a_circle_end() -> None:
    read(".a:\n  script:\n  - !reference [.a, script]\nb:\n  script:\n  - !reference [.a, script]\n")


# --- includes


def test_local_includes_merge_and_the_file_itself_wins() -> None:
    files = {
        ROOT: "include:\n- /ci/a.yml\n- local: ci/jobs/*.yml\na:\n  script: [mine]\n",
        "ci/a.yml": "a:\n  image: theirs\n  script: [theirs]\n",
        "ci/jobs/b.yml": "b:\n  script: [b]\n",
        "ci/jobs/deep/c.yml": "c:\n  script: [c]\n",
    }
    found = jobs(files)
    assert set(found) == {"a", "b"}
    assert (scripts(found["a"]), found["a"].image) == (["mine"], "theirs")
    assert (found["b"].path, found["b"].line, found["b"].steps[0].path) == (
        "ci/jobs/b.yml",
        1,
        "ci/jobs/b.yml",
    )


def test_double_stars_go_down() -> None:
    files = {ROOT: "include: 'ci/**.yml'\na:\n  script: x\n", "ci/deep/c.yml": "c:\n  script: [c]\n"}
    assert set(jobs(files)) == {"a", "c"}


def test_missing_includes_and_circles_are_survived() -> None:
    found = read(
        {ROOT: "include: [gone.yml, b.yml]\na:\n  script: x\n", "b.yml": "include: .gitlab-ci.yml\n"}
    )
    assert (ROOT, 1, "the included file `gone.yml` does not exist") in found.problems


@pytest.mark.parametrize(
    ("rule", "present", "value"),
    [
        ("if: $CI_COMMIT_BRANCH == 'main'", True, YES),
        ("if: $CI_COMMIT_TAG", False, NO),
        ("exists: [src/train.py]", True, YES),
        ("exists: [gone]", False, NO),
        ("if: $SOMETHING == 'x'", True, UNKNOWN),
    ],
)
def test_rules_of_includes(rule: str, present: bool, value: Tri) -> None:
    files = {
        ROOT: f"include:\n- local: b.yml\n  rules:\n  - {rule}\na:\n  script: x\n",
        "b.yml": "b:\n  script: y\n",
    }
    found = jobs(files, paths=("src/train.py",))
    assert ("b" in found) is present
    if present:
        assert found["b"].condition.value is value


INPUTS = """spec:
  inputs:
    stage: {default: test}
    cmd: {}
    list: {type: array, default: [p, q]}
---
"$[[ inputs.stage ]]-job":
  stage: $[[ inputs.stage ]]
  script:
  - run $[[ inputs.cmd | expand_vars ]]
  tags: $[[ inputs.list ]]
"""


def test_inputs() -> None:
    files = {ROOT: "include:\n- local: t.yml\n  inputs: {cmd: pytest}\n", "t.yml": INPUTS}
    found = jobs(files)
    assert scripts(found["test-job"]) == ["run pytest"]
    assert found["test-job"].runner == "p q"


@pytest.mark.parametrize(
    ("include", "source", "text"),
    [
        ("project: group/proj\n  file: /a.yml", "gitlab.com/group/proj", "project:group/proj:/a.yml"),
        ("remote: https://x.test/a.yml", "", "remote:https://x.test/a.yml"),
        ("template: Auto-DevOps.gitlab-ci.yml", "", "template:Auto-DevOps.gitlab-ci.yml"),
        (
            "component: gitlab.example/group/proj/lint@1.0",
            "gitlab.example/group/proj",
            "component:gitlab.example/group/proj/lint@1.0",
        ),
        (
            "component: $CI_SERVER_FQDN/group/proj/lint@1",
            "gitlab.com/group/proj",
            "component:$CI_SERVER_FQDN/group/proj/lint@1",
        ),
    ],
)
def test_includes_from_elsewhere_are_unresolved(include: str, source: str, text: str) -> None:
    found = read(f"include:\n- {include}\na:\n  script: x\n")
    assert [item.source for item in found.unresolved] == [source]
    assert [name for name, _ in found.includes] == [text]


def test_known_templates_speak_for_themselves() -> None:
    found = read("include:\n- template: Security/SAST.gitlab-ci.yml\na:\n  script: x\n")
    assert found.unresolved == ()
    assert found.includes == (("template:Security/SAST.gitlab-ci.yml", 2),)


def test_checkouts_settle_other_projects() -> None:
    text = (
        "include:\n- project: group/proj\n  file: [/a.yml]\n"
        "- component: $CI_SERVER_FQDN/group/parts/lint@1\n  inputs: {cmd: ruff}\n"
    )
    sources = {
        "gitlab.example/group/proj": facts({"a.yml": "a:\n  script: x\n"}),
        "gitlab.example/group/parts": facts({"templates/lint/template.yml": INPUTS}),
    }
    found = read(text, sources=sources)
    assert found.unresolved == ()
    assert {job.id for job in found.runs[0].jobs} == {"a", "test-job"}
    assert found.runs[0].jobs[0].path == "gitlab.example/group/proj/a.yml"


def test_an_include_that_cannot_be_read_leaves_what_needs_it_open() -> None:
    broken = FileFacts("yaml", problems=(Problem(1, "invalid YAML"),))
    files = {**facts({ROOT: "include: b.yml\na:\n  script: x\n  needs: [b]\n"}), "b.yml": broken}
    (found,) = pipelines(files, CiConfig())
    assert [item.reason for item in found.unresolved] == ["the included file cannot be read"]
    assert found.runs[0].jobs[0].condition.value is UNKNOWN


def test_a_file_that_cannot_be_read_is_unresolved() -> None:
    (found,) = pipelines({ROOT: FileFacts("yaml", problems=(Problem(1, "invalid YAML"),))}, CiConfig())
    assert (found.runs, len(found.unresolved)) == ((), 1)


def test_the_repository_is_known_when_the_caller_knows_it() -> None:
    text = RULE.format("$CI_PROJECT_PATH == 'group/proj'")
    assert jobs(text)["a"].condition.value is UNKNOWN
    assert jobs(text, repository="group/proj")["a"].condition.value is YES


# --- order

STAGES = """
stages: [build, test, deploy]
d:
  stage: deploy
  script: d
t1:
  stage: test
  script: t
t2:
  script: t
  needs: []
b:
  stage: build
  script: b
first:
  stage: .pre
  script: f
last:
  stage: .post
  script: l
"""


def test_stages_order_jobs() -> None:
    found = jobs(STAGES)
    assert set(found["d"].needs) == {"t1", "t2", "b", "first"}
    assert set(found["t1"].needs) == {"b", "first"}
    assert found["t2"].needs == ()
    assert set(found["last"].needs) == {"t1", "t2", "b", "first", "d"}


@pytest.mark.parametrize(
    ("needs", "expected", "value"),
    [
        ("[t1]", ("t1",), YES),
        ("[{job: t1, artifacts: true}]", ("t1",), YES),
        ("[gone]", (), NO),
        ("[{job: gone, optional: true}, t1]", ("t1",), YES),
        ("[{pipeline: $UP, job: x}, t1]", ("t1",), YES),
    ],
)
def test_needs(needs: str, expected: tuple[str, ...], value: Tri) -> None:
    found = jobs(STAGES.replace("d:\n", f"d:\n  needs: {needs}\n", 1))["d"]
    assert (found.needs, found.condition.value) == (expected, value)


def test_needing_a_job_that_may_be_missing_is_uncertain() -> None:
    text = "a:\n  script: x\n  rules:\n  - if: $X\nb:\n  script: y\n  needs: [a]\n"
    assert jobs(text)["b"].condition.value is UNKNOWN


# --- what jobs say beside


def test_environment_reports_services_and_matrix() -> None:
    text = (
        "a:\n  script: x\n  environment: {name: $WHERE/web, url: u}\n  variables: {WHERE: production}\n"
        "  services: ['postgres:16', {name: redis}]\n  coverage: '/x/'\n"
        "  artifacts:\n    reports:\n      junit: [a.xml, b.xml]\n      coverage_report: {coverage_format: cobertura, path: c.xml}\n"
        "  parallel:\n    matrix:\n    - TARGET: [staging, prod]\n      CPU: [x86]\n"
    )
    found = jobs(text)["a"]
    assert found.environment == "production/web"
    assert found.services == ("postgres:16", "redis")
    assert [(kind, value) for kind, value, _ in found.reports] == [
        ("junit", "a.xml b.xml"),
        ("coverage_report", "cobertura c.xml"),
        ("coverage", "/x/"),
    ]
    assert found.matrix == ("staging x86", "prod x86")


def test_stopping_an_environment_is_no_deployment() -> None:
    assert jobs("a:\n  script: x\n  environment: {name: prod, action: stop}\n")["a"].environment == ""
    assert jobs("a:\n  script: x\n  environment: prod\n")["a"].environment == "prod"


def test_release_pages_and_triggers_are_uses() -> None:
    text = "pages:\n  script: x\nrel:\n  script: x\n  release: {tag_name: v1}\nt:\n  trigger: group/other\n"
    found = jobs(text)
    assert [found[name].steps[-1].uses for name in ("pages", "rel", "t")] == ["pages", "release", "trigger"]
    assert found["t"].steps[-1].inputs == (("project", "group/other"),)


CHILD = "c:\n  script: y\n  rules:\n  - if: $CI_PIPELINE_SOURCE == 'parent_pipeline'\nd:\n  script: z\n  needs: [c]\n"


@pytest.mark.parametrize(("strategy", "stops"), [("", UNKNOWN), ("    strategy: depend\n", YES)])
def test_child_pipelines_are_followed(strategy: str, stops: Tri) -> None:
    files = {ROOT: "a:\n  trigger:\n    include: child.yml\n" + strategy, "child.yml": CHILD}
    found = jobs(files)
    assert found["a/d"].needs == ("a/c", "a")
    assert (found["a/c"].condition.value, found["a/c"].stops.value) == (YES, stops)
    assert found["a/c"].path == "child.yml"


def test_a_missing_child_is_a_problem() -> None:
    assert any(
        "child pipeline" in message
        for _, _, message in read("a:\n  trigger:\n    include: gone.yml\n").problems
    )


# --- expressions


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A", YES),
        ("$EMPTY", NO),
        ("$NULL", NO),
        ("$X", UNKNOWN),
        ("$A == 'a' && $X", UNKNOWN),
        ("$A == 'b' && $X", NO),
        ("$A == 'a' || $X", YES),
        ("$A == 'b' || $A == 'a' && $A != 'c'", YES),
        ("$A =~ /^A$/i", YES),
        ("$A !~ /b/", YES),
        ("$A =~ $PATTERN", YES),
        ("$NULL == null", YES),
        ("$A != null", YES),
        ("$BRANCH == 'main'", NO),
        ("$BRANCH != 'main'", YES),
        ("$BRANCH == 'x'", UNKNOWN),
        ("$BRANCH", YES),
        ("$TAG != ''", YES),
        ("$A ==", UNKNOWN),
        ("(! $A)", UNKNOWN),
        ("(" * 60 + "$A" + ")" * 60, UNKNOWN),
    ],
)
def test_expressions(text: str, value: Tri) -> None:
    variables = {"A": "a", "EMPTY": "", "NULL": None, "BRANCH": Not(("main",)), "TAG": SET, "PATTERN": "/^a/"}
    assert evaluate(text, variables) is value


def test_costly_patterns_are_not_tried() -> None:
    assert search("/(a+)+$/", "a" * 40 + "!") is UNKNOWN
    assert search("/a*a*a*a*a*a*a*a*a*b/", "a" * 60) is UNKNOWN
    assert search("/(/", "a") is UNKNOWN


# --- never an exception

WORDS = st.sampled_from(
    ["stages", "default", "include", "variables", "workflow", "rules", "if", "when", "never", "manual", "script", "extends",
     "needs", "job", "a", ".b", "stage", "test", "trigger", "only", "except", "refs", "changes", "exists", "local", "b.yml",
     "allow_failure", "environment", "name", "artifacts", "reports", "junit", "parallel", "matrix", "spec", "inputs",
     "$[[ inputs.x ]]", "$CI_COMMIT_BRANCH == 'main'", "$X =~ /(/", "image", "services", "inherit", "true", "", "1", "strategy"]
)  # fmt: skip
TREES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300)
@given(st.dictionaries(WORDS, TREES, max_size=6), TREES)
def test_arbitrary_documents_never_raise(root: object, other: object) -> None:
    files = facts({ROOT: json.dumps(root), "b.yml": json.dumps(other)})
    assert len(pipelines(files, CiConfig(paths=("a.py",)))) == 1


def test_each_branch_that_rules_name_is_an_event_of_its_own() -> None:
    text = """\
dev:
  script: x
  rules: [{if: '$CI_COMMIT_BRANCH == "dev"'}]
staging:
  script: y
  only: [staging]
production:
  script: z
  rules: [{if: '$CI_COMMIT_BRANCH == "main"'}]
"""
    found = read(text)
    certain = {
        run.event.label: [job.id for job in run.jobs if job.condition.value is Tri.YES] for run in found.runs
    }
    assert certain["push to dev"] == ["dev"]
    assert certain["push to staging"] == ["staging"]
    assert certain["push to main"] == ["production"]
