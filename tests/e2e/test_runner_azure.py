"""The emulator of Azure Pipelines behaves as the agent, and refuses what it does not know."""

from pathlib import Path

import pytest
from runners import azure
from runners.azure_expression import Scope, evaluate
from runners.repository import write_files
from runners.tools import HarnessError

ENTRY = """
trigger: [main]
parameters:
  - name: run
    type: string
    default: checks
    values: [checks, train]
variables:
  colour: green
pool:
  vmImage: ubuntu-24.04
stages:
  - ${{ if eq(variables['Build.Reason'], 'Schedule') }}:
      - template: /.azure/train.yml
        parameters:
          environments: [staging, production]
  - ${{ elseif eq(parameters.run, 'train') }}:
      - template: .azure/train.yml
  - ${{ else }}:
      - stage: checks
        jobs:
          - job: test
            strategy:
              matrix:
                old: {python: "3.11"}
                new: {python: "3.12"}
            steps:
              - script: test "$(colour)-$PYTHON" = green-$(python)
                displayName: Look
              - task: PublishTestResults@2
                displayName: Publish
"""
TRAIN = """
parameters:
  - name: environments
    type: object
    default: []
stages:
  - stage: train
    jobs:
      - job: train
        steps:
          - script: |
              echo "##vso[task.setvariable variable=signal;isOutput=true]drift"
              echo "##vso[task.setvariable variable=seen]yes"
            name: report
          - script: test "$SEEN" = yes && mkdir out && cp data.txt out/
          - publish: out
            artifact: model
  - ${{ each name in parameters.environments }}:
      - stage: deploy_${{ name }}
        condition: and(succeeded(), eq(stageDependencies.train.train.outputs['report.signal'], 'drift'))
        jobs:
          - deployment: deploy
            environment: ${{ name }}
            strategy:
              runOnce:
                deploy:
                  steps:
                    - checkout: self
                    - download: current
                      artifact: model
                    - script: test "$(cat ../model/data.txt)" = data && test -f azure-pipelines.yml
"""


def _repo(tmp_path: Path, entry: str = ENTRY, train: str = TRAIN) -> Path:
    return write_files(
        tmp_path / "repo", {"azure-pipelines.yml": entry, ".azure/train.yml": train, "data.txt": "data"}
    )


def test_runs_a_matrix_and_names_the_tasks_that_cannot_run(tmp_path: Path) -> None:
    run = azure.start(_repo(tmp_path), tmp_path / "work")
    assert run.stages == {"checks": "Succeeded"}, run.log
    assert [step.result for step in run.steps if step.name == "Look"] == ["ran", "ran"]
    assert run.not_run == ["Publish", "Publish"]


def test_expands_templates_and_hands_outputs_and_artifacts_on(tmp_path: Path) -> None:
    run = azure.start(_repo(tmp_path), tmp_path / "work", reason="Schedule")
    assert run.stages == {
        "train": "Succeeded",
        "deploy_staging": "Succeeded",
        "deploy_production": "Succeeded",
    }, run.log


def test_a_parameter_chooses_the_stages(tmp_path: Path) -> None:
    run = azure.start(_repo(tmp_path), tmp_path / "work", reason="Manual", parameters={"run": "train"})
    assert list(run.stages) == ["train"]
    with pytest.raises(HarnessError, match="not among the values"):
        azure.start(_repo(tmp_path), tmp_path / "again", reason="Manual", parameters={"run": "other"})


def test_a_failing_step_stops_the_stages_after_it(tmp_path: Path) -> None:
    run = azure.start(
        _repo(tmp_path, train=TRAIN.replace('test "$SEEN" = yes', "false")),
        tmp_path / "work",
        reason="Schedule",
    )
    assert run.code == 1
    assert run.stages == {"train": "Failed", "deploy_staging": "Skipped", "deploy_production": "Skipped"}
    assert [step.result for step in run.steps] == ["ran", "failed", "skipped"]


def test_a_script_has_no_errexit_and_only_its_last_command_counts(tmp_path: Path) -> None:
    line = '- script: test "$SEEN" = yes && mkdir out && cp data.txt out/'
    lenient = "- script: |\n              false\n              mkdir out && cp data.txt out/"
    assert (
        azure.start(
            _repo(tmp_path, train=TRAIN.replace(line, lenient)), tmp_path / "work", reason="Schedule"
        ).stages["train"]
        == "Succeeded"
    )


def test_a_condition_replaces_succeeded(tmp_path: Path) -> None:
    careless = TRAIN.replace('test "$SEEN" = yes', "false").replace("and(succeeded(), eq(", "and(true, eq(")
    run = azure.start(_repo(tmp_path, train=careless), tmp_path / "work", reason="Schedule")
    assert run.stages["deploy_staging"] == "Failed"  # it ran, and found no artifact


def test_continue_on_error_is_success_with_issues(tmp_path: Path) -> None:
    tolerant = ENTRY.replace(
        "displayName: Look", "displayName: Look\n                continueOnError: true"
    ).replace("green-$(python)", "red")
    run = azure.start(_repo(tmp_path, tolerant), tmp_path / "work")
    assert run.stages == {"checks": "SucceededWithIssues"}


def test_a_stand_in_is_not_called_a_run(tmp_path: Path) -> None:
    run = azure.start(_repo(tmp_path), tmp_path / "work", tasks={"PublishTestResults@2": "exit 0"})
    assert [step.result for step in run.steps if step.name == "Publish"] == ["stand-in", "stand-in"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("template: /.azure/train.yml", "template: /.azure/gone.yml", "no template"),
        ("template: /.azure/train.yml", "template: train.yml@tools", "another repository"),
        ("vmImage: ubuntu-24.04", "vmImage: windows-2025", "not this machine"),
        ("environments: [staging, production]", "colour: blue", "no parameter"),
        ("eq(variables['Build.Reason'], 'Schedule')", "counter('x', 1)", "not modelled"),
    ],
)
def test_refuses_what_it_does_not_know(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(HarnessError, match=message):
        azure.start(_repo(tmp_path, ENTRY.replace(old, new)), tmp_path / "work", reason="Schedule")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("eq('Main', 'main')", True),
        ("and(true, or(false, ne(1, 2)), not(''))", True),
        ("in('b', 'a', 'B')", True),
        ("startsWith(variables['Build.SourceBranch'], 'refs/tags/v')", True),
        ("eq(variables.Build.SourceBranch, 'x')", False),
        ("coalesce('', variables['none'], 'it''s')", "it's"),
        ("succeeded('a')", True),
        ("succeeded()", False),
        ("failed('b')", True),
        ("format('{0}-{1}', 'a', true)", "a-True"),
        ("eq(true, 'True')", True),
    ],
)
def test_expressions(text: str, value: object) -> None:
    scope = Scope({"variables": {"Build.SourceBranch": "refs/tags/v1"}}, {"a": "Succeeded", "b": "Failed"})
    assert evaluate(text, scope) == value


@pytest.mark.parametrize(
    "text", ["succeeded(", "eq('a' 'b')", "unknown.x", "'open", "eq('a','b') extra", "failed('c')"]
)
def test_expressions_that_cannot_be_read(text: str) -> None:
    with pytest.raises(HarnessError):
        evaluate(text, Scope({}, {"a": "Succeeded"}))
