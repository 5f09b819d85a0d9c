from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops.domain.document import Document, Map, Scalar, Seq
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import CiConfig, Job, Pipeline
from mlops.facts import yaml
from mlops.facts.ci import jenkins
from mlops.facts.registry import read as read_file
from mlops.graph.ci import PROVIDERS, candidate, is_ci_path


def read(provider: str, path: str, text: str) -> list[Pipeline]:
    source = textwrap.dedent(text).encode()
    documents, problems = jenkins.documents(source) if provider == "jenkins" else yaml.documents(source)
    return PROVIDERS[provider]({path: FileFacts("", problems=problems, documents=documents)}, CiConfig())


def jobs(pipeline: Pipeline, kind: str) -> dict[str, Job]:
    return next({job.id: job for job in run.jobs} for run in pipeline.runs if run.event.kind == kind)


def kinds(pipeline: Pipeline) -> list[tuple[str, str, str]]:
    return [(run.event.kind, run.event.origin, run.event.active.value.name) for run in pipeline.runs]


JENKINSFILE = """
    pipeline {
      agent { docker { image 'python:3.12' } }
      triggers { cron('H 3 * * *') }
      stages {
        stage('Test') {
          steps {
            // sh 'commented'
            sh 'pytest'
            sh '''
              make lint
            '''
            catchError(buildResult: 'SUCCESS') { sh 'caught' }
            warnError('x') { sh 'warned' }
            sh(script: 'status', returnStatus: true)
            script { try { sh 'tried' } catch (e) { echo 'x' } }
            script { try { sh 'rethrown' } catch (e) { throw e } }
          }
          post { always { sh 'after' } }
        }
        stage('Off') { when { expression { return false } } steps { sh 'off' } }
        stage('Deploy') {
          when { branch 'main' }
          steps { input 'sure?'
                  dir('infra') { sh 'apply' } }
        }
      }
    }
"""


def test_jenkins() -> None:
    (pipeline,) = read("jenkins", "Jenkinsfile", JENKINSFILE)
    assert {kind for kind, _, _ in kinds(pipeline)} == {"push", "branch", "pull_request", "schedule"}
    push = jobs(pipeline, "push")
    steps = {step.script.strip(): step for job in push.values() for step in job.steps if step.script}
    assert "commented" not in steps
    assert {name: step.stops.value for name, step in steps.items()} == {
        "pytest": Tri.YES,
        "make lint": Tri.YES,
        "caught": Tri.NO,
        "warned": Tri.NO,
        "status": Tri.NO,
        "tried": Tri.NO,
        "rethrown": Tri.YES,
        "after": Tri.YES,
        "off": Tri.YES,
        "apply": Tri.YES,
    }
    assert (steps["make lint"].script_line, steps["make lint"].errexit) == (10, True)
    assert steps["after"].after_failure
    by_stage = {name.partition(" ")[2]: job for name, job in push.items()}
    assert by_stage["Off"].condition.value is Tri.NO
    assert by_stage["Deploy"].condition.value is Tri.YES
    assert by_stage["Deploy"].approval
    assert steps["apply"].folder == "infra"
    other = {name.partition(" ")[2]: job for name, job in jobs(pipeline, "branch").items()}
    assert other["Deploy"].condition.value is Tri.NO


CIRCLE = """
    version: 2.1
    orbs: {node: circleci/node@5}
    commands:
      check:
        parameters: {what: {default: all}}
        steps: [{run: "make << parameters.what >>"}]
    jobs:
      test:
        docker: [{image: "cimg/python:3.12"}, {image: postgres}]
        steps:
          - checkout
          - run:
              name: Tests
              command: |
                pytest
          - check: {what: lint}
          - run: {command: report, when: always}
          - node/install
      deploy: {docker: [{image: x}], steps: [{run: ship}]}
      unused: {docker: [{image: x}], steps: [{run: never}]}
    workflows:
      main:
        jobs:
          - test
          - hold: {type: approval, requires: [test]}
          - deploy: {requires: [hold], filters: {branches: {only: main}}}
          - old: {filters: {branches: {ignore: /.*/}}}
          - node/lint
      nightly:
        triggers: [{schedule: {cron: "0 3 * * *", filters: {branches: {only: main}}}}]
        jobs: [test]
      off: {when: false, jobs: [deploy]}
"""


def test_circleci() -> None:
    (pipeline,) = read("circleci", ".circleci/config.yml", CIRCLE)
    push = jobs(pipeline, "push")
    assert list(push) == ["test", "hold", "deploy", "old", "node/lint"]
    test = push["test"]
    assert [step.script or step.uses for step in test.steps] == [
        "checkout",
        "pytest\n",
        "make lint",
        "report",
        "node/install",
    ]
    assert (test.steps[1].script_line, test.steps[1].pipefail) == (16, True)
    assert test.steps[3].after_failure
    assert (test.image, test.services) == ("cimg/python:3.12", ("postgres",))
    assert push["hold"].approval
    assert push["deploy"].needs == ("hold",)
    assert push["old"].condition.value is Tri.NO
    assert jobs(pipeline, "branch")["deploy"].condition.value is Tri.NO
    assert ("schedule", "native", "YES") in kinds(pipeline)
    assert [run.event.active.value for run in pipeline.runs][-2:] == [Tri.NO, Tri.NO]
    assert {one.text for one in pipeline.unresolved} == {"node/lint", "old"}


def test_travis() -> None:
    text = """
        language: python
        install: pip install .
        script:
          - pytest
          - flake8
        after_success: [coveralls]
        jobs:
          include:
            - {name: a, python: '3.12'}
            - {name: b, python: nightly}
            - {name: c, script: nightly-run, if: type = cron}
          allow_failures:
            - {python: nightly}
    """
    (pipeline,) = read("travis", ".travis.yml", text)
    assert ("schedule", "outside", "UNKNOWN") in kinds(pipeline)
    push = jobs(pipeline, "push")
    assert [job.stops.value for job in push.values()] == [Tri.YES, Tri.NO, Tri.YES]
    assert [job.condition.value for job in push.values()] == [Tri.YES, Tri.YES, Tri.NO]
    steps = push["a 1"].steps
    assert [(step.script, step.script_line, step.stops.value) for step in steps] == [
        ("pip install .\n", 3, Tri.YES),
        ("pytest\nflake8\n", 5, Tri.YES),
        ("coveralls\n", 7, Tri.NO),
    ]


def test_bitbucket() -> None:
    text = """
        image: python:3.12
        pipelines:
          default:
            - step: {name: Test, script: [pip install ., pytest]}
          branches:
            main:
              - parallel:
                  - step: {name: A, script: [a]}
                  - step: {name: B, script: [b, {pipe: "atlassian/x:1.0", variables: {K: v}}]}
              - step: {name: Ship, deployment: production, trigger: manual, script: [ship]}
          pull-requests: {'**': [{step: {script: [check]}}]}
          custom: {retrain: [{step: {script: [train]}}]}
    """
    (pipeline,) = read("bitbucket", "bitbucket-pipelines.yml", text)
    assert [kind for kind, _, _ in kinds(pipeline)] == ["branch", "push", "pull_request", "manual"]
    push = jobs(pipeline, "push")
    assert push["3 Ship"].needs == ("1 A", "2 B")
    assert (push["3 Ship"].approval, push["3 Ship"].environment) == (True, "production")
    assert [(step.uses, step.ref) for step in push["2 B"].steps] == [("", ""), ("atlassian/x", "1.0")]


def test_cloud_build_waits_for_a_trigger_outside() -> None:
    text = """
        steps:
          - {name: "gcr.io/cloud-builders/docker", args: [build, -t, a b, .]}
          - name: python
            entrypoint: bash
            args:
              - -ceuo
              - pipefail
              - |
                pytest
          - {name: python, entrypoint: pytest, allowFailure: true}
    """
    (pipeline,) = read("google-cloud-build", "deploy/cloudbuild-train.yaml", text)
    assert kinds(pipeline) == [("manual", "native", "YES"), ("push", "outside", "UNKNOWN")]
    build, test, soft = jobs(pipeline, "push")["build"].steps
    assert build.script == "docker build -t 'a b' ."
    assert (soft.script, soft.stops.value) == ("pytest", Tri.NO)
    assert "pytest" in test.script


def test_a_build_of_another_name_is_known_by_its_builders() -> None:
    text = 'steps: [{name: "gcr.io/cloud-builders/gcloud", args: [run, deploy, api]}]'
    (pipeline,) = read("google-cloud-build", "ops/deploy-model.yaml", text)
    (step,) = jobs(pipeline, "manual")["build"].steps
    assert step.script == "gcloud run deploy api"
    assert read("google-cloud-build", "ops/other.yaml", 'steps: [{name: "Install", run: make}]') == []


def test_codebuild_phases() -> None:
    text = """
        version: 0.2
        phases:
          install: {commands: [pip install .]}
          build:
            on-failure: CONTINUE
            commands:
              - cd src

              - pytest
          post_build: {commands: [echo done]}
    """
    (pipeline,) = read("aws-codebuild", "buildspec.yml", text)
    assert kinds(pipeline) == [("manual", "native", "YES"), ("push", "outside", "UNKNOWN")]
    _, build, post = jobs(pipeline, "push")["build"].steps
    assert (build.script, build.script_line, build.stops.value) == ("cd src\n\npytest\n", 8, Tri.NO)
    assert post.after_failure


def test_buildkite() -> None:
    text = """
        steps:
          - {label: test, command: pytest, key: t}
          - {label: soft, command: lint, soft_fail: true}
          - wait
          - {block: "Release?"}
          - {label: ship, commands: [a, b], branches: main}
          - {label: off, command: c, if: "false"}
          - {label: odd, command: d, if: build.message =~ /x/, depends_on: t}
    """
    (pipeline,) = read("buildkite", ".buildkite/pipeline.yml", text)
    push = {name.partition(" ")[2]: job for name, job in jobs(pipeline, "push").items()}
    assert push["soft"].stops.value is Tri.NO
    assert push["Release?"].approval
    assert push["Release?"].needs == ("1 test", "2 soft")
    assert push["ship"].needs == ("4 Release?",)
    assert push["off"].condition.value is Tri.NO
    assert push["odd"].condition.value is Tri.UNKNOWN
    assert push["odd"].needs == ("1 test",)
    other = {name.partition(" ")[2]: job for name, job in jobs(pipeline, "branch").items()}
    assert other["ship"].condition.value is Tri.NO


@pytest.mark.parametrize(("path", "trigger"), [(".drone.yml", "trigger"), (".woodpecker/ci.yaml", "when")])
def test_drone_and_woodpecker(path: str, trigger: str) -> None:
    text = f"""
        kind: pipeline
        name: ci
        {trigger}: {{event: [push, cron], branch: [main]}}
        steps:
          - name: test
            image: python
            commands:
              - pip install .
              - pytest
          - {{name: soft, image: x, commands: [lint], failure: ignore}}
          - {{name: ship, image: plugins/docker, settings: {{repo: a}}, when: {{event: [tag]}}}}
    """
    (pipeline,) = read("drone", path, text)
    assert kinds(pipeline) == [("push", "native", "YES"), ("schedule", "outside", "UNKNOWN")]
    test, soft, ship = jobs(pipeline, "push")["ci"].steps
    assert (test.script, test.script_line) == ("pip install .\npytest\n", 9)
    assert soft.stops.value is Tri.NO
    assert (ship.uses, ship.condition.value) == ("docker://plugins/docker", Tri.NO)


def test_appveyor() -> None:
    (pipeline,) = read("appveyor", "appveyor.yml", "build: off\ntest_script:\n  - ps: Invoke-X\n  - pytest\n")
    assert [(step.script, step.shell) for step in jobs(pipeline, "push")["build"].steps] == [
        ("Invoke-X", "pwsh"),
        ("pytest", "cmd"),
    ]


@pytest.mark.parametrize("path", [".taskcluster.yml", ".semaphore/semaphore.yml", ".tekton/push.yaml"])
def test_what_is_only_detected_says_so(path: str) -> None:
    (pipeline,) = read("other", path, "a: 1")
    assert pipeline.runs == ()
    assert "not read" in pipeline.unresolved[0].reason


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        (".github/workflows/a.yml", b"", True),
        ("tools/x/action.yml", b"", True),
        ("ci/build.yml", b"build:\n  script: [make]\n", True),
        ("deploy/pipe.yml", b"parameters:\n- name: x\n", True),
        ("config/model.yaml", b"lr: 0.1\n", False),
        ("src/a.py", b"steps:\n", False),
        ("Jenkinsfile", b"", True),
    ],
)
def test_which_files_are_worth_composing(path: str, head: bytes, expected: bool) -> None:
    assert candidate(path, head) is expected


def test_paths_of_ci() -> None:
    assert is_ci_path(".circleci/config.yml")
    assert not is_ci_path("docs/.github/workflows/a.yml")


_WORDS = [
    "on", "jobs", "steps", "run", "if", "needs", "uses", "with", "strategy", "matrix", "include", "workflows", "script",
    "pipelines", "default", "step", "phases", "commands", "build", "trigger", "when", "filters", "branches", "push",
    "schedule", "cron", "environment", "services", "env", "defaults", "requires", "a", "command", "name", "args",
]  # fmt: skip
_SCALARS = st.sampled_from(
    [*_WORDS, "", "false", "${{ x }}", "${{ matrix.a }}", "./", "wait", "main", "*"]
).map(lambda text: Scalar(text, 1))
_TREES: st.SearchStrategy[Document] = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: Seq(tuple(items), 1))
        | st.lists(
            st.tuples(st.sampled_from(_WORDS).map(lambda text: Scalar(text, 1)), inner), max_size=4
        ).map(lambda items: Map(tuple(items), 1))
    ),
    max_leaves=25,
)
_PATHS = (
    ".github/workflows/a.yml",
    "Jenkinsfile",
    ".circleci/config.yml",
    ".travis.yml",
    "bitbucket-pipelines.yml",
    "cloudbuild.yaml",
    "buildspec.yml",
    ".buildkite/pipeline.yml",
    ".drone.yml",
    "appveyor.yml",
)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(_WORDS), _TREES), max_size=5))
def test_no_reader_raises_on_any_tree(entries: list[tuple[str, Document]]) -> None:
    root = Map(tuple((Scalar(key, 1), value) for key, value in entries), 1)
    files = {path: FileFacts("yaml", documents=(root,)) for path in _PATHS}
    for name, reader in PROVIDERS.items():
        if name not in {"gitlab-ci", "azure-pipelines"}:
            reader(files, CiConfig())


def test_codepipeline_runs_buildspecs_in_the_order_of_its_stages() -> None:
    template = textwrap.dedent("""
        Resources:
          Tests:
            Type: AWS::CodeBuild::Project
            Properties: {Source: {BuildSpec: ops/test-buildspec.yml}}
          Delivery:
            Type: AWS::CodePipeline::Pipeline
            Properties:
              Stages:
                - Name: Source
                  Actions: [{Name: Code, ActionTypeId: {Category: Source, Provider: CodeCommit}}]
                - Name: Test
                  Actions:
                    - Name: Unit
                      ActionTypeId: {Category: Build, Provider: CodeBuild}
                      Configuration: {ProjectName: !Ref Tests}
                - Name: Prod
                  Actions:
                    - Name: Approve
                      ActionTypeId: {Category: Approval, Provider: Manual}
                    - Name: Stack
                      RunOrder: 2
                      ActionTypeId: {Category: Deploy, Provider: CloudFormation}
                      Configuration: {TemplatePath: "Out::stack.yml"}
    """).encode()
    spec = b"version: 0.2\nphases:\n  build:\n    commands: [pytest]\n"
    files = {
        "infra.yml": read_file("infra.yml", template),
        "ops/test-buildspec.yml": read_file("x.yml", spec),
    }
    (pipeline,) = PROVIDERS["aws-codepipeline"](files, CiConfig())
    assert kinds(pipeline) == [("push", "native", "YES")]
    found = jobs(pipeline, "push")
    assert found["Test/Unit"].steps[0].script == "pytest\n"
    assert found["Prod/Approve"].approval
    assert found["Prod/Stack"].needs == ("Test/Unit", "Prod/Approve")
    assert found["Prod/Stack"].environment == "Prod"
    assert found["Prod/Stack"].steps[0].uses == "codepipeline:CloudFormation"


def test_codepipeline_in_terraform_keeps_its_repeated_stages_apart() -> None:
    source = textwrap.dedent("""
        resource "aws_codebuild_project" "unit" {
          name = "unit-tests"
          source { buildspec = "buildspec.yml" }
        }
        resource "aws_codepipeline" "delivery" {
          stage {
            name = "Test"
            action {
              name = "Unit"
              category = "Build"
              provider = "CodeBuild"
              configuration = { ProjectName = "unit-tests" }
            }
          }
          stage {
            name = "Release"
            action {
              name = "Service"
              category = "Deploy"
              provider = "ECS"
            }
          }
        }
    """).encode()
    spec = b"phases: {build: {commands: [pytest]}}\n"
    files = {"main.tf": read_file("main.tf", source), "buildspec.yml": read_file("buildspec.yml", spec)}
    (pipeline,) = PROVIDERS["aws-codepipeline"](files, CiConfig())
    assert kinds(pipeline) == [("manual", "native", "YES")]  # no source starts it
    found = jobs(pipeline, "manual")
    assert [step.script for step in found["Test/Unit"].steps] == ["pytest\n"]
    assert found["Release/Service"].needs == ("Test/Unit",)


def test_codepipeline_without_actions_is_none() -> None:
    source = b'resource "aws_codepipeline" "x" {\n  name = "x"\n}\n'
    assert PROVIDERS["aws-codepipeline"]({"x.tf": read_file("x.tf", source)}, CiConfig()) == []
