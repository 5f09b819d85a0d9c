"""Azure pipelines as runs: one test for each statement of the semantics."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import CiConfig, Job, Pipeline, Run, Step
from mlops.facts.yaml import documents
from mlops.graph.ci.azure import pipelines

NO, UNKNOWN, YES = Tri.NO, Tri.UNKNOWN, Tri.YES
STEP = "steps:\n- script: pytest\n"


def facts(files: Mapping[str, str]) -> dict[str, FileFacts]:
    return {path: FileFacts("yaml", documents=documents(text.encode())[0]) for path, text in files.items()}


def read(files: str | Mapping[str, str], **config: object) -> Pipeline:
    files = {"azure-pipelines.yml": files} if isinstance(files, str) else files
    found = pipelines(facts(files), CiConfig(**config))  # type: ignore[arg-type]
    return next(pipeline for pipeline in found if pipeline.path == next(iter(files)))


def run(files: str | Mapping[str, str], kind: str = "push", **config: object) -> Run:
    return next(run for run in read(files, **config).runs if run.event.kind == kind)


def jobs(files: str | Mapping[str, str], kind: str = "push") -> dict[str, Job]:
    return {job.id: job for job in run(files, kind).jobs}


def steps(files: str | Mapping[str, str], kind: str = "push") -> list[Step]:
    return [step for job in run(files, kind).jobs for step in job.steps]


def step(text: str) -> Step:
    return steps("trigger: [main]\nsteps:\n" + text)[0]


# --- discovery


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    steps:\n    - run: pytest\n"),
        (".gitlab-ci.yml", "stages: [test]\ntest:\n  script: pytest\n"),
        ("k8s.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n"),
        ("docker-compose.yml", "services:\n  web:\n    image: x\n"),
        ("conda.yml", "name: env\ndependencies: [python]\n"),
        ("cloudbuild.yaml", "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build]\n"),
        (".drone.yml", "kind: pipeline\nsteps:\n- name: test\n  commands: [pytest]\n"),
        (".buildkite/pipeline.yml", "steps:\n- command: pytest\n"),
        ("action.yml", "name: x\nruns:\n  using: composite\n  steps:\n  - run: x\n"),
        ("bitbucket-pipelines.yml", "pipelines:\n  default:\n  - step: {script: [pytest]}\n"),
        ("params.yml", "name: x\nsteps: [1, 2]\n"),
        ("empty.yml", "trigger: [main]\n"),
        ("docs/azure-pipelines.yml", STEP),
        ("examples/azure-pipelines.yml", STEP),
        ("{{cookiecutter.x}}/azure-pipelines.yml", STEP),
        ("templates/steps.yml", "parameters:\n  x: 1\n" + STEP),
        ("aml.yml", "$schema: x\ntype: pipeline\njobs:\n  train: {command: x}\n"),
    ],
)
def test_other_files_are_no_pipelines(path: str, text: str) -> None:
    assert pipelines(facts({path: text}), CiConfig()) == []


@pytest.mark.parametrize("path", ["azure-pipelines.yml", ".pipelines/ci.yml", "deep/down/anything.yaml"])
@pytest.mark.parametrize(
    "text",
    [
        STEP,
        "jobs:\n- job: a\n  steps:\n  - bash: x\n",
        "stages:\n- stage: a\n  jobs:\n  - job: b\n    steps:\n    - task: X@1\n",
        "extends:\n  template: x.yml\n",
        "${{ if true }}:\n  variables: {}\n" + STEP,
    ],
)
def test_pipelines_are_found_by_content(path: str, text: str) -> None:
    assert [found.path for found in pipelines(facts({path: text}), CiConfig())] == [path]


def test_an_included_file_is_no_pipeline_unless_it_has_triggers() -> None:
    main = "steps:\n- template: other.yml\n"
    assert [p.path for p in pipelines(facts({"a.yml": main, "other.yml": STEP}), CiConfig())] == ["a.yml"]
    own = "trigger: [main]\n" + STEP
    assert [p.path for p in pipelines(facts({"a.yml": main, "other.yml": own}), CiConfig())] == [
        "a.yml",
        "other.yml",
    ]


def test_a_template_chosen_by_an_expression_is_no_pipeline() -> None:
    main = "parameters:\n- name: e\n  default: dev\nsteps:\n- template: deploy-${{ parameters.e }}.yml\n"
    files = {"a.yml": main, "deploy-dev.yml": STEP, "deploy-prod.yml": STEP}
    assert [p.path for p in pipelines(facts(files), CiConfig())] == ["a.yml"]
    assert steps(files)[0].path == "deploy-dev.yml"


# --- triggers


@pytest.mark.parametrize(
    ("head", "kinds"),
    [
        ("", ["push", "pull_request"]),
        ("trigger: [main]\n", ["push", "pull_request"]),
        ("trigger: [main]\npr: none\n", ["push"]),
        ("trigger: [main]\npr: [main]\n", ["push", "pull_request"]),
        ("trigger: none\n", ["manual", "pull_request"]),
        ("trigger: [none]\n", ["manual", "pull_request"]),
        ("trigger: none\npr: none\n", ["manual", "pull_request"]),
        ("trigger: none\npr: [main]\n", ["pull_request"]),
        ("trigger: [develop]\npr: none\n", ["branch"]),
        (
            "trigger:\n  branches:\n    exclude: [main, master, trunk]\n    include: ['*']\npr: none\n",
            ["branch"],
        ),
        ("trigger:\n  branches: {include: [main]}\n  tags: {include: ['v*']}\npr: none\n", ["push", "tag"]),
        (
            "trigger: none\npr: none\nschedules:\n- cron: 0 3 * * *\n  branches: {include: [main]}\n",
            ["schedule"],
        ),
        (
            "trigger: none\npr: none\nresources:\n  pipelines:\n  - pipeline: t\n    source: train\n    trigger: true\n",
            ["pipeline"],
        ),
        (
            "trigger: none\npr: none\nresources:\n  webhooks:\n  - webhook: drift\n    connection: c\n",
            ["signal"],
        ),
        (
            "trigger: none\npr: none\nresources:\n  containers:\n  - container: c\n    image: i\n    trigger: true\n",
            ["signal"],
        ),
    ],
)
def test_events(head: str, kinds: list[str]) -> None:
    assert [run.event.kind for run in read(head + STEP).runs] == kinds


@pytest.mark.parametrize(
    ("head", "kind", "active", "origin"),
    [
        ("", "push", YES, "native"),
        ("", "pull_request", UNKNOWN, "outside"),
        ("pr: [main]\n", "pull_request", YES, "native"),
        ("pr: [develop]\n", "pull_request", UNKNOWN, "native"),
        ("trigger: none\n", "pull_request", UNKNOWN, "outside"),
        ("trigger:\n  branches: {include: ['m*']}\n", "push", YES, "native"),
        ("trigger:\n  tags: {include: [v1]}\n", "push", UNKNOWN, "native"),
        ("schedules:\n- cron: 0 3 31 2 *\n", "schedule", NO, "native"),
        ("schedules:\n- cron: 0 3 * *\n", "schedule", NO, "native"),
        ("schedules:\n- cron: 0 3 * * *\n  branches: {include: [develop]}\n", "schedule", NO, "native"),
        (
            "schedules:\n- cron: 0 3 * * *\n  branches: {include: ['*'], exclude: [dev]}\n",
            "schedule",
            YES,
            "native",
        ),
        ("resources:\n  pipelines:\n  - pipeline: t\n    trigger: none\n", "pipeline", NO, "native"),
    ],
)
def test_whether_an_event_can_happen(head: str, kind: str, active: Tri, origin: str) -> None:
    event = run(head + STEP, kind).event
    assert (event.active.value, event.origin) == (active, origin)
    assert bool(event.active.reason) == (active is not YES)


def test_a_schedule_tells_whether_unchanged_code_runs_too() -> None:
    head = "schedules:\n- cron: 0 3 * * *\n  branches: {include: [main]}\n"
    assert run(head + STEP, "schedule").event.label == 'schedule "0 3 * * *" (only when the code changed)'
    assert run(head + "  always: true\n" + STEP, "schedule").event.label == 'schedule "0 3 * * *"'


@pytest.mark.parametrize(
    ("filters", "active"),
    [
        ("include: [src]", YES),
        ("include: [src/*]", YES),
        ("include: [/src/]", YES),
        ("include: [data]", NO),
        ("include: ['*'], exclude: [src]", NO),
        ("exclude: [docs]", YES),
    ],
)
def test_path_filters_meet_tracked_files(filters: str, active: Tri) -> None:
    text = f"trigger:\n  branches: {{include: [main]}}\n  paths: {{{filters}}}\n" + STEP
    event = run(text, paths=("src/train.py",)).event
    assert event.active.value is active
    assert event.paths
    assert event.active.fake == ("F6" if active is NO else "")


def test_the_configured_default_branch_decides() -> None:
    assert run("trigger: [develop]\n" + STEP, default_branches=("develop",)).event.label == "push to develop"


def test_a_required_parameter_needs_a_person() -> None:
    text = "parameters:\n- name: env\n  type: string\n" + STEP
    assert pipelines(facts({"a.yml": text}), CiConfig()) == []
    found = read("trigger: [main]\n" + text)
    assert {run.event.active.value for run in found.runs} == {NO}


# --- steps


@pytest.mark.parametrize(
    ("text", "script", "line", "shell"),
    [
        ("- script: pytest\n", "pytest", 3, "bash"),
        ("- bash: |\n    pytest\n", "pytest\n", 4, "bash"),
        ("- pwsh: pytest\n", "pytest", 3, "pwsh"),
        ("- powershell: pytest\n", "pytest", 3, "pwsh"),
        ("- task: CmdLine@2\n  inputs:\n    script: pytest\n", "pytest", 5, "bash"),
        ("- task: Bash@3\n  inputs:\n    targetType: inline\n    script: pytest\n", "pytest", 6, "bash"),
        ("- task: Bash@3\n  inputs:\n    filePath: run.sh\n    arguments: -x\n", "bash run.sh -x", 5, "bash"),
        ("- task: PowerShell@2\n  inputs:\n    filePath: run.ps1\n", "pwsh run.ps1", 5, "pwsh"),
        (
            "- task: PythonScript@0\n  inputs:\n    scriptPath: a.py\n    arguments: --x 1\n",
            "python a.py --x 1",
            5,
            "bash",
        ),
        (
            "- task: PythonScript@0\n  inputs:\n    scriptSource: inline\n    script: import a\n",
            "import a",
            6,
            "python",
        ),
        (
            "- task: AzureCLI@2\n  inputs:\n    scriptType: bash\n    scriptLocation: inlineScript\n    inlineScript: az x\n",
            "az x",
            7,
            "bash",
        ),
        (
            "- task: AzureCLI@2\n  inputs:\n    scriptType: pscore\n    scriptLocation: inlineScript\n    inlineScript: az x\n",
            "az x",
            7,
            "pwsh",
        ),
        (
            "- task: AzureCLI@2\n  inputs:\n    scriptType: bash\n    scriptLocation: scriptPath\n    scriptPath: d.sh\n",
            "bash d.sh",
            7,
            "bash",
        ),
    ],
)
def test_scripts(text: str, script: str, line: int, shell: str) -> None:
    found = step(text)
    assert (found.script, found.script_line, found.shell) == (script, line, shell)
    # Azure's shells go on after a failing command: only the last one counts.
    assert (found.errexit, found.pipefail) == (False, False)


def test_tasks_and_keywords_are_uses() -> None:
    text = "- task: Docker@2\n  inputs:\n    command: push\n- checkout: self\n- publish: a\n- download: current\n"
    found = steps("steps:\n" + text)
    assert [item.uses for item in found] == ["Docker@2", "checkout", "publish", "download"]
    assert found[0].inputs == (("command", "push"),)


def test_a_script_on_windows_is_cmd() -> None:
    assert steps("pool: {vmImage: windows-latest}\nsteps:\n- script: x\n")[0].shell == "cmd"


@pytest.mark.parametrize(
    ("extra", "value", "fake"),
    [
        ("enabled: false", NO, "F6"),
        ("enabled: true", YES, ""),
        ("condition: false", NO, "F6"),
        ("condition: eq(1, 2)", NO, "F6"),
        ("condition: succeeded()", YES, ""),
        ("condition: always()", YES, ""),
        ("condition: failed()", YES, ""),
        ("condition: eq(variables['Build.Reason'], 'Schedule')", NO, ""),
        ("condition: ne(variables['Build.Reason'], 'PullRequest')", YES, ""),
        ("condition: eq(variables['Build.SourceBranch'], 'refs/heads/main')", YES, ""),
        ("condition: eq(variables['Build.SourceBranch'], 'main')", NO, ""),
        ("condition: eq(variables['Build.SourceBranchName'], 'main')", YES, ""),
        ("condition: eq(variables['nobody.knows'], 'x')", UNKNOWN, ""),
        ("condition: and(succeeded(), eq(variables['nobody.knows'], 'x'), false)", NO, "F6"),
        ("condition: or(eq(variables['nobody.knows'], 'x'), true)", YES, ""),
        ("condition: not(", UNKNOWN, ""),
    ],
)
def test_conditions_of_steps(extra: str, value: Tri, fake: str) -> None:
    condition = step(f"- script: x\n  {extra}\n").condition
    assert (condition.value, condition.fake) == (value, fake)
    assert bool(condition.reason) == (value is not YES)


@pytest.mark.parametrize(
    ("condition", "after_failure"),
    [
        ("succeeded()", False),
        ("and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))", False),
        ("eq(variables['Build.SourceBranch'], 'refs/heads/main')", True),
        ("always()", True),
        ("succeededOrFailed()", True),
        ("failed()", True),
        ("not(failed())", False),
        ("true", True),
    ],
)
def test_a_condition_replaces_succeeded(condition: str, after_failure: bool) -> None:
    assert step(f"- script: x\n  condition: {condition}\n").after_failure is after_failure


@pytest.mark.parametrize(
    ("value", "stops", "fake"),
    [("true", NO, "F5"), ("True", NO, "F5"), ("yes", NO, "F5"), ("false", YES, ""), ("$(x)", UNKNOWN, "")],
)
def test_continue_on_error(value: str, stops: Tri, fake: str) -> None:
    found = step(f"- script: x\n  continueOnError: {value}\n").stops
    assert (found.value, found.fake) == (stops, fake)
    job = jobs(f"jobs:\n- job: a\n  continueOnError: {value}\n  steps:\n  - script: x\n")["a"]
    assert (job.stops.value, job.stops.fake) == (stops, fake)


def test_variables_are_filled_in_and_the_rest_becomes_environment() -> None:
    text = "variables:\n  app: src/app\nsteps:\n- script: cd $(app) && echo $(Build.BuildId) $(pwd)\n"
    assert steps(text)[0].script == "cd src/app && echo $BUILD_BUILDID $(pwd)"


def test_folders_are_relative_to_the_root() -> None:
    assert step("- script: x\n  workingDirectory: $(System.DefaultWorkingDirectory)/src\n").folder == "src"
    assert step("- script: x\n  workingDirectory: $(Build.SourcesDirectory)\n").folder == ""


def test_a_runtime_variable_decides_conditions() -> None:
    head = "trigger: [main]\npr: [main]\nvariables:\n  isMain: $[eq(variables['Build.SourceBranch'], 'refs/heads/main')]\n"
    text = (
        head
        + "jobs:\n- job: a\n  condition: and(succeeded(), eq(variables.isMain, 'true'))\n  steps:\n  - script: x\n"
    )
    assert jobs(text)["a"].condition.value is YES
    assert jobs(text, "pull_request")["a"].condition.value is NO


def test_a_variable_set_by_a_script_is_unknown() -> None:
    text = (
        "variables:\n  go: 'no'\nsteps:\n"
        '- script: echo "##vso[task.setvariable variable=go]yes"\n'
        "- script: x\n  condition: eq(variables.go, 'yes')\n"
    )
    assert steps(text)[1].condition.value is UNKNOWN


# --- stages and jobs

STAGES = """
stages:
- stage: test
  jobs:
  - job: unit
    steps: [{script: pytest}]
  - job: lint
    steps: [{script: ruff}]
- stage: deploy
  jobs:
  - deployment: web
    environment: production
    strategy:
      runOnce:
        preDeploy: {steps: [{script: before}]}
        deploy: {steps: [{script: deploy}]}
        on:
          failure: {steps: [{script: rollback}]}
  - job: after
    dependsOn: web
    steps: [{script: smoke}]
- stage: other
  dependsOn: []
  jobs:
  - job: x
    steps: [{script: x}]
"""


def test_stages_run_one_after_the_other_and_jobs_side_by_side() -> None:
    found = jobs(STAGES)
    assert found["test/lint"].needs == ()
    assert found["deploy/web"].needs == ("test/unit", "test/lint")
    assert found["deploy/after"].needs == ("deploy/web", "test/unit", "test/lint")
    assert found["other/x"].needs == ()


def test_deployment_jobs_have_an_environment_and_hooks() -> None:
    job = jobs(STAGES)["deploy/web"]
    assert job.environment == "production"
    assert [(item.script, item.after_failure) for item in job.steps] == [
        ("before", False),
        ("deploy", False),
        ("rollback", True),
    ]


@pytest.mark.parametrize(
    ("condition", "value", "after_failure", "later"),
    [
        ("false", NO, False, NO),
        ("and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))", YES, False, YES),
        ("eq(variables['Build.SourceBranch'], 'refs/heads/main')", YES, True, YES),
        ("eq(variables['Build.SourceBranch'], 'refs/heads/x')", NO, False, NO),
        ("eq(variables.nobody, 'x')", UNKNOWN, True, UNKNOWN),
        ("succeeded('test')", YES, False, YES),
        ("and(succeeded('test'), eq(variables['Build.SourceBranch'], 'refs/heads/main'))", YES, False, YES),
        ("succeeded('else')", YES, True, YES),
        ("failed('test')", YES, True, YES),
    ],
)
def test_conditions_of_stages(condition: str, value: Tri, after_failure: bool, later: Tri) -> None:
    text = STAGES.replace("- stage: deploy\n", f"- stage: deploy\n  condition: {condition}\n").replace(
        "dependsOn: []", "dependsOn: deploy"
    )
    found = jobs(text)
    assert found["deploy/web"].condition.value is value
    assert found["deploy/web"].after_failure is after_failure
    # a stage after a skipped one is skipped too
    assert found["other/x"].condition.value is later


def test_a_skipped_stage_holds_up_only_who_asks_for_it() -> None:
    text = "stages:\n" + "".join(
        f"- stage: {name}\n  condition: {condition}\n  dependsOn: [{needs}]\n  jobs:\n  - job: x\n    steps: [script: x]\n"
        for name, condition, needs in (
            ("a", "false", ""),
            ("b", "true", ""),
            ("c", "succeeded('a')", "a, b"),
            ("d", "succeeded('b')", "a, b"),
        )
    )
    found = jobs(text)
    assert found["c/x"].condition.value is NO
    assert (found["d/x"].condition.value, found["d/x"].after_failure) == (YES, True)


def test_a_stage_that_always_runs_follows_a_skipped_one() -> None:
    text = STAGES.replace("- stage: deploy\n", "- stage: deploy\n  condition: false\n").replace(
        "dependsOn: []", "dependsOn: deploy\n  condition: always()"
    )
    job = jobs(text)["other/x"]
    assert (job.condition.value, job.needs, job.after_failure) == (YES, (), False)


def test_a_manual_stage_waits_for_a_person() -> None:
    text = STAGES.replace("- stage: deploy\n", "- stage: deploy\n  trigger: manual\n")
    found = jobs(text)
    assert (found["deploy/web"].approval, found["test/unit"].approval) == (True, False)


def test_manual_validation_is_an_approval() -> None:
    text = "jobs:\n- job: ask\n  pool: server\n  steps:\n  - task: ManualValidation@1\n"
    assert jobs(text)["ask"].approval
    assert jobs(text)["ask"].runner == "server"


def test_unknown_dependencies_and_circles_are_problems() -> None:
    text = "jobs:\n- job: a\n  dependsOn: b\n  steps: [{script: x}]\n- job: b\n  dependsOn: [a, c]\n  steps: [{script: x}]\n"
    messages = [message for _, _, message in read(text).problems]
    assert any("`c`, which does not exist" in message for message in messages)
    assert any("depends on itself" in message for message in messages)


def test_containers_services_and_matrix() -> None:
    text = (
        "resources:\n  containers:\n  - container: py\n    image: python:3.12\n"
        "jobs:\n- job: a\n  container: py\n  services: {db: postgres}\n"
        "  strategy:\n    matrix:\n      staging: {env: s}\n      prod: {env: p}\n  steps: [{script: x}]\n"
    )
    job = jobs(text)["a"]
    assert (job.image, job.services, job.matrix) == ("python:3.12", ("postgres",), ("staging", "prod"))


def test_published_results_are_reports() -> None:
    text = "steps:\n- task: PublishTestResults@2\n  inputs:\n    testResultsFiles: a.xml\n"
    assert run(text).jobs[0].reports == (("junit", "a.xml", 2),)


# --- templates


def test_templates_are_relative_to_the_including_file_and_keep_their_lines() -> None:
    files = {
        "ci/main.yml": "trigger: [main]\nsteps:\n- template: sub/a.yml\n- template: /b.yml\n- template: sub/a.yml@self\n",
        "ci/sub/a.yml": "steps:\n- template: ../c.yml\n",
        "ci/c.yml": "steps:\n- script: c\n",
        "b.yml": "steps:\n# one\n- script: b\n",
        "sub/a.yml": "steps:\n- script: root\n",
    }
    found = steps(files)
    assert [(item.script, item.path, item.line) for item in found] == [
        ("c", "ci/c.yml", 2),
        ("b", "b.yml", 3),
        ("root", "sub/a.yml", 2),
    ]


PARAMETERS = """
parameters:
- name: flag
  type: boolean
  default: false
- name: names
  type: object
  default: [a, b]
- name: map
  type: object
  default: {k: v}
- name: text
  type: string
  default: 'false'
- name: before
  type: stepList
  default: []
steps:
- ${{ parameters.before }}
- ${{ if parameters.flag }}:
  - script: flagged
- ${{ elseif eq(parameters.text, 'x') }}:
  - script: x
- ${{ else }}:
  - script: plain
- ${{ each name in parameters.names }}:
  - script: run ${{ name }}
- ${{ each pair in parameters.map }}:
  - script: ${{ pair.key }}=${{ pair.value }}
- ${{ if parameters.text }}:
  - script: text is true
"""


def living(found: list[Step]) -> list[str]:
    return [item.script for item in found if item.condition.value is YES]


def test_parameters_loops_and_branches() -> None:
    files = {"main.yml": "steps:\n- template: t.yml\n", "t.yml": PARAMETERS}
    assert living(steps(files)) == ["plain", "run a", "run b", "k=v", "text is true"]
    given = (
        "steps:\n- template: t.yml\n  parameters:\n    flag: true\n    names: [c]\n    text: ''\n"
        "    before:\n    - script: first\n"
    )
    found = steps({"main.yml": given, "t.yml": PARAMETERS})
    assert living(found) == ["first", "flagged", "run c", "k=v"]
    assert found[0].path == "main.yml"


def test_what_a_condition_leaves_out_says_why() -> None:
    files = {"main.yml": "steps:\n- template: t.yml\n", "t.yml": PARAMETERS}
    flagged = next(item for item in steps(files) if item.script == "flagged")
    assert (flagged.condition.value, flagged.condition.fake) == (NO, "F6")
    assert "parameters.flag" in flagged.condition.reason


def test_an_unknown_condition_keeps_both_arms() -> None:
    text = "steps:\n- ${{ if eq(variables.nobody, 'x') }}:\n  - script: a\n- ${{ else }}:\n  - script: b\n"
    assert [(item.script, item.condition.value) for item in steps(text)] == [("a", UNKNOWN), ("b", UNKNOWN)]


def test_what_a_person_may_choose_is_unknown_in_a_manual_run_only() -> None:
    text = (
        "trigger: none\nparameters:\n- name: deploy\n  type: boolean\n  default: false\n"
        "steps:\n- ${{ if parameters.deploy }}:\n  - script: deploy\n- template: t.yml\n  parameters:\n    go: ${{ parameters.deploy }}\n"
    )
    template = (
        "parameters:\n- name: go\n  type: boolean\nsteps:\n- ${{ if parameters.go }}:\n  - script: went\n"
    )
    files = {"main.yml": text, "t.yml": template}
    assert [item.condition.value for item in steps(files, "manual")] == [UNKNOWN, UNKNOWN]
    assert [item.condition.value for item in steps(files, "pull_request")] == [NO, NO]


def test_events_decide_compile_time_conditions() -> None:
    text = (
        "trigger: [main]\npr: [main]\nstages:\n"
        "- ${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}:\n"
        "  - stage: deploy\n    jobs: [{job: d, steps: [{script: deploy}]}]\n"
    )
    assert jobs(text)["deploy/d"].condition.value is YES
    refused = jobs(text, "pull_request")["deploy/d"].condition
    assert (refused.value, refused.fake) == (NO, "")


def test_extends_takes_everything_from_the_template() -> None:
    files = {
        "main.yml": "trigger: [main]\nextends:\n  template: base.yml\n  parameters:\n    cmd: pytest\n",
        "base.yml": "parameters:\n- name: cmd\nstages:\n- stage: s\n  jobs:\n  - job: j\n    steps:\n    - script: ${{ parameters.cmd }}\n",
    }
    assert jobs(files)["s/j"].steps[0].script == "pytest"
    assert jobs(files)["s/j"].path == "base.yml"


def test_variable_templates() -> None:
    files = {
        "main.yml": "variables:\n- template: v.yml\n- name: b\n  value: 2\nsteps:\n- script: echo $(a) $(b) ${{ variables.a }}\n",
        "v.yml": "variables:\n  a: one\n",
    }
    assert steps(files)[0].script == "echo one 2 one"


def test_maps_take_conditional_keys() -> None:
    text = (
        "parameters:\n- name: slow\n  type: boolean\n  default: true\n"
        "jobs:\n- job: a\n  ${{ if parameters.slow }}:\n    continueOnError: true\n  ${{ else }}:\n    condition: false\n"
        "  steps: [{script: x}]\n"
    )
    job = jobs(text)["a"]
    assert (job.stops.value, job.condition.value) == (NO, YES)


TEMPLATE_ELSEWHERE = """
resources:
  repositories:
  - repository: shared
    type: github
    name: acme/templates
  - repository: inside
    type: git
    name: proj/tools
steps:
- template: test.yml@shared
- template: test.yml@inside
- template: test.yml@nowhere
"""


def test_templates_of_other_repositories_are_unresolved() -> None:
    found = read({"a.yml": TEMPLATE_ELSEWHERE}).unresolved
    assert [(item.source, item.line) for item in found] == [
        ("github.com/acme/templates", 11),
        ("dev.azure.com/proj/tools", 12),
        ("", 13),
    ]


def test_checkouts_settle_templates_of_other_repositories() -> None:
    sources = {
        "github.com/acme/templates": facts({"test.yml": STEP}),
        "dev.azure.com/org/proj/tools": facts({"test.yml": "steps:\n- script: lint\n"}),
    }
    found = read({"a.yml": TEMPLATE_ELSEWHERE}, sources=sources)
    assert [item.source for item in found.unresolved] == [""]
    assert [item.script for item in found.runs[0].jobs[0].steps] == ["pytest", "lint"]
    assert found.runs[0].jobs[0].steps[0].path == "github.com/acme/templates/test.yml"


def test_a_missing_template_is_a_problem() -> None:
    assert read("steps:\n- template: gone.yml\n").problems == (
        ("azure-pipelines.yml", 2, "the template `gone.yml` does not exist"),
    )


def test_templates_that_include_themselves_end() -> None:
    files = {
        "a.yml": "trigger: [main]\nsteps:\n- template: b.yml\n",
        "b.yml": "steps:\n- template: b.yml\n- template: b.yml\n",
    }
    found = read(files)
    assert any("20 levels" in message for _, _, message in found.problems)


# --- never an exception

WORDS = st.sampled_from(
    ["trigger", "pr", "stages", "jobs", "steps", "job", "stage", "script", "template", "dependsOn", "condition", "name",
     "parameters", "variables", "value", "pool", "none", "main", "a.yml", "${{ if eq(1, 1) }}", "${{ each x in parameters.y }}",
     "${{ parameters.y }}", "${{ else }}", "$(x)", "strategy", "matrix", "extends", "resources", "schedules", "cron", "environment",
     "deployment", "and(succeeded(), false)", "include", "branches", "paths", "repositories", "", "1", "- x"]
)  # fmt: skip
TREES = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300)
@given(st.dictionaries(WORDS, TREES, max_size=6), TREES)
def test_arbitrary_documents_never_raise(root: object, other: object) -> None:
    files = facts({"azure-pipelines.yml": json.dumps(root), "a.yml": json.dumps(other)})
    for found in pipelines(files, CiConfig(paths=("a.py",))):
        assert found.runs


def test_each_branch_of_a_trigger_and_the_pull_requests_that_conditions_ask_for_are_events() -> None:
    text = """\
trigger: [main, release]
jobs:
  - job: check
    condition: eq(variables['Build.Reason'], 'PullRequest')
    steps: [{bash: pytest}]
  - job: ship
    condition: eq(variables['Build.SourceBranch'], 'refs/heads/release')
    steps: [{bash: ./ship.sh}]
"""
    found = read({"azure-pipelines.yml": text})
    certain = {
        (run.event.label, run.event.active.value.name): [
            job.id.rpartition("/")[2] for job in run.jobs if job.condition.value is Tri.YES
        ]
        for run in found.runs
    }
    assert certain["push to release", "YES"] == ["ship"]
    assert certain["pull request to main", "YES"] == ["check"]
    assert certain["push to main", "YES"] == []
