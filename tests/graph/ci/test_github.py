from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import CiConfig, Job, Pipeline, Run, Step
from mlops.facts import yaml
from mlops.graph.ci import github

CI = ".github/workflows/ci.yml"


def facts(text: str) -> FileFacts:
    documents, problems = yaml.documents(textwrap.dedent(text).encode())
    return FileFacts("yaml", problems=problems, documents=documents)


def read(files: str | Mapping[str, str], **config: object) -> list[Pipeline]:
    texts = {CI: files} if isinstance(files, str) else files
    return github.pipelines({path: facts(text) for path, text in texts.items()}, CiConfig(**config))  # type: ignore[arg-type]


def events(
    on: str, jobs: str = "jobs: {a: {runs-on: x, steps: [{run: pytest}]}}", **config: object
) -> list[tuple[str, str]]:
    (pipeline,) = read(
        f"on:\n{textwrap.indent(textwrap.dedent(on), '  ')}\n{textwrap.dedent(jobs)}", **config
    )
    return [(run.event.kind, run.event.active.value.name) for run in pipeline.runs]


def runs(text: str, **config: object) -> tuple[Run, ...]:
    (pipeline,) = read(text, **config)
    return pipeline.runs


def job(text: str, name: str = "a", event: int = 0) -> Job:
    return next(job for job in runs(text)[event].jobs if job.id == name)


def conditions(on: str, *texts: str) -> list[Tri]:
    """Return the value of each condition on a step, for the first run of the trigger."""
    steps = "\n".join(f"      - run: x{n}\n        if: {text}" for n, text in enumerate(texts))
    found = job(f"on: {on}\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}\n")
    return [step.condition.value for step in found.steps]


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "provider"),
    [
        (".github/workflows/a.yaml", "github-actions"),
        (".forgejo/workflows/a.yml", "forgejo"),
        (".gitea/workflows/a.yml", "gitea"),
        (".github/workflows/sub/a.yml", None),
        ("templates/.github/workflows/a.yml", None),
        (".github/workflows/a.yml.disabled", None),
    ],
)
def test_where_workflows_lie(path: str, provider: str | None) -> None:
    found = read({path: "on: push\njobs: {a: {runs-on: x, steps: []}}"})
    assert [pipeline.provider for pipeline in found] == ([provider] if provider else [])


@pytest.mark.parametrize(
    "text",
    [
        "on: push\non: push\njobs: {a: {runs-on: x, steps: []}}",
        "on: push\njobs:\n  a: &a {runs-on: x, steps: []}\n  b:\n    <<: *a\n",
        "on: push\njobs: []",
        "jobs: {a: {runs-on: x, steps: []}}",
    ],
)
def test_what_github_refuses_never_runs(text: str) -> None:
    (pipeline,) = read(text)
    assert pipeline.problems
    assert all(run.event.active.value is Tri.NO for run in pipeline.runs)


def test_a_broken_file_is_a_problem() -> None:
    (pipeline,) = read("on: [push")
    assert pipeline.runs == ()
    assert pipeline.problems


def test_anchors_are_followed() -> None:
    text = "on: push\njobs:\n  a: {runs-on: x, steps: &s [{run: pytest}]}\n  b: {runs-on: x, steps: *s}\n"
    assert job(text, "b").steps[0].script == "pytest"


# --- triggers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("push:", [("push", "YES")]),
        ("push: {branches: [main]}", [("push", "YES")]),
        ("push: {branches: ['**']}", [("push", "YES")]),
        ("push: {branches: [develop]}", [("branch", "YES")]),
        ("push: {branches-ignore: ['docs/**']}", [("push", "YES")]),
        ("push: {branches-ignore: [main, master, trunk]}", [("branch", "YES")]),
        ("push: {branches-ignore: ['**']}", [("branch", "NO")]),
        ("push: {branches: ['!main']}", [("branch", "NO")]),
        ("push: {branches: [main], branches-ignore: [x]}", [("push", "UNKNOWN")]),
        ("push: {tags: ['v*']}", [("tag", "YES")]),
        ("push: {branches: [main], tags: ['v*']}", [("push", "YES"), ("tag", "YES")]),
        ("pull_request:", [("pull_request", "YES")]),
        ("pull_request: {branches: [main]}", [("pull_request", "YES")]),
        ("pull_request: {branches: [develop]}", [("branch", "YES")]),
        ("pull_request: {types: [closed]}", [("other", "YES")]),
        ("pull_request: {types: [labeled]}", [("other", "YES")]),
        ("pull_request: {types: [opened, synchronize]}", [("pull_request", "YES")]),
        ("pull_request_target:", [("pull_request", "YES")]),
        ("merge_group:", [("pull_request", "YES")]),
        ("schedule: [{cron: '0 3 * * 1'}, {cron: '0 0 31 2 *'}]", [("schedule", "YES"), ("schedule", "NO")]),
        ("schedule: [{cron: '@daily'}]", [("schedule", "NO")]),
        ("schedule: []", [("schedule", "NO")]),
        ("workflow_dispatch:", [("manual", "YES")]),
        ("repository_dispatch: {types: [drift]}", [("signal", "YES")]),
        ("workflow_run: {workflows: [Nobody], types: [completed]}", [("pipeline", "NO")]),
        ("workflow_call:", [("call", "UNKNOWN")]),
        ("release: {types: [published]}", [("release", "YES")]),
        ("create:", [("tag", "YES")]),
        ("issue_comment:", [("other", "YES")]),
        ("page_build:", [("other", "YES")]),
    ],
)
def test_kinds_of_triggers(on: str, expected: list[tuple[str, str]]) -> None:
    assert events(on) == expected


@pytest.mark.parametrize("on", ["on: push", "on: [push]", "'on': {push: }", '"on": [push]'])
def test_spellings_of_on(on: str) -> None:
    assert [run.event.kind for run in runs(f"{on}\njobs: {{a: {{runs-on: x, steps: []}}}}")] == ["push"]


def test_a_configured_default_branch() -> None:
    assert events("push: {branches: [develop]}", default_branches=("develop",)) == [("push", "YES")]


@pytest.mark.parametrize(
    ("filters", "active"),
    [
        ("paths: ['src/**']", "YES"),
        ("paths: ['lib/**']", "NO"),
        ("paths: ['**', '!**/*.py', '!README.md']", "NO"),
        ("paths-ignore: ['**.md']", "YES"),
        ("paths-ignore: ['**']", "NO"),
    ],
)
def test_path_filters(filters: str, active: str) -> None:
    found = events(f"push: {{{filters}}}", paths=("src/a.py", "README.md"))
    assert found[0] == ("push", active)


def test_a_dead_path_filter_is_fake_f6() -> None:
    (run, *_) = runs("on: {push: {paths: [x]}}\njobs: {a: {runs-on: x, steps: []}}", paths=("y",))
    assert run.event.active.fake == "F6"
    assert run.event.paths == ("x",)


def test_each_schedule_has_its_line_and_label() -> None:
    found = runs(
        "on:\n  schedule:\n    - cron: '0 3 * * 1'\n    - cron: '0 4 * * 1'\njobs: {a: {runs-on: x, steps: []}}"
    )
    assert [(run.event.label, run.event.line) for run in found] == [
        ('schedule "0 3 * * 1"', 3),
        ('schedule "0 4 * * 1"', 4),
    ]


def test_a_job_for_tags_gives_a_bare_push_a_run_for_tags() -> None:
    jobs = "jobs: {a: {if: \"startsWith(github.ref, 'refs/tags/')\", runs-on: x, steps: []}}"
    assert events("push:", jobs) == [("push", "YES"), ("tag", "YES")]


def test_a_merge_counts_as_push_where_a_job_waits_for_it() -> None:
    jobs = "jobs: {a: {if: github.event.pull_request.merged == true, runs-on: x, steps: []}}"
    assert events("pull_request: {types: [closed], branches: [main]}", jobs) == [
        ("other", "YES"),
        ("push", "YES"),
    ]


def test_workflow_run_knows_names_and_outcomes() -> None:
    watcher = """
        on: {workflow_run: {workflows: [Build], types: [completed]}}
        jobs:
          ok: {if: github.event.workflow_run.conclusion == 'success', runs-on: x, steps: []}
          bad: {if: github.event.workflow_run.conclusion == 'failure', runs-on: x, steps: []}
    """
    found = read(
        {CI: "name: Build\non: push\njobs: {a: {runs-on: x, steps: []}}", ".github/workflows/w.yml": watcher}
    )
    after = next(pipeline for pipeline in found if pipeline.path.endswith("w.yml"))
    values = [{job.id: job.condition.value for job in run.jobs} for run in after.runs]
    assert values == [{"ok": Tri.YES, "bad": Tri.NO}, {"ok": Tri.NO, "bad": Tri.YES}]
    assert {run.event.kind for run in after.runs} == {"pipeline"}


# --- conditions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("false", Tri.NO),
        ("${{ false }}", Tri.NO),
        ('"false"', Tri.NO),
        ('"0"', Tri.NO),
        ("\"${{ '' }}\"", Tri.NO),
        ("\"${{ 'false' }}\"", Tri.UNKNOWN),
        ("\"${{ github.event_name }} == 'schedule'\"", Tri.YES),
        ('"!${{ true }}"', Tri.YES),
        ("github.event_name == 'push'", Tri.YES),
        ("github.event_name == 'schedule'", Tri.NO),
        ("github.event_name != 'pull_request'", Tri.YES),
        ("github.ref == 'refs/heads/main'", Tri.YES),
        ("github.ref_name == 'main'", Tri.YES),
        ("\"github.ref == format('refs/heads/{0}', github.event.repository.default_branch)\"", Tri.YES),
        ("\"startsWith(github.ref, 'refs/tags/')\"", Tri.NO),
        ("github.repository == 'x/y'", Tri.UNKNOWN),
        ("vars.X == 'y'", Tri.UNKNOWN),
        ("inputs.x", Tri.NO),
        ("\"contains(github.event.head_commit.message, '[deploy]')\"", Tri.UNKNOWN),
        ("\"!contains(github.event.head_commit.message, '[skip ci]')\"", Tri.YES),
        ("github.actor != 'dependabot[bot]'", Tri.YES),
        ("always()", Tri.YES),
        ("failure()", Tri.YES),
        ("'a b c'", Tri.UNKNOWN),
    ],
)
def test_conditions_for_a_push(text: str, value: Tri) -> None:
    assert conditions("push", text) == [value]


def test_conditions_for_a_pull_request() -> None:
    assert conditions(
        "pull_request",
        "github.ref == 'refs/heads/main'",
        "github.base_ref == 'main'",
        "github.event.pull_request.draft == false",
        "github.event.pull_request.head.repo.full_name == github.repository",
        "\"contains(github.event.pull_request.labels.*.name, 'deploy')\"",
        "\"!contains(github.event.pull_request.labels.*.name, 'skip')\"",
    ) == [Tri.NO, Tri.YES, Tri.YES, Tri.YES, Tri.UNKNOWN, Tri.YES]


def test_a_block_around_an_expression_is_always_true() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: x\n    if: |\n      ${{ false }}\n    steps: []\n"
    assert job(text).condition.value is Tri.YES
    assert "always true" in job(text).condition.reason


def test_a_folded_block_without_its_newline_is_an_expression() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: x\n    if: >-\n      ${{ false }}\n    steps: []\n"
    assert job(text).condition.value is Tri.NO


def test_the_repository_may_be_known() -> None:
    text = "on: push\njobs: {a: {if: github.repository == 'x/y', runs-on: x, steps: []}}"
    assert [runs(text, repository=name)[0].jobs[0].condition.value for name in ("X/Y", "me/y")] == [
        Tri.YES,
        Tri.NO,
    ]


def test_env_of_the_workflow_decides() -> None:
    text = "on: push\nenv: {RUN: 'no'}\njobs: {a: {runs-on: x, steps: [{run: y, if: env.RUN == 'yes'}]}}"
    assert job(text).steps[0].condition.value is Tri.NO


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("always()", True),
        ("failure()", True),
        ('"!cancelled()"', True),
        ("success() || failure()", True),
        ("success()", False),
        ("github.event_name == 'push'", False),
        ("always() && steps.t.outcome == 'success'", False),
    ],
)
def test_what_runs_after_a_failure(text: str, after: bool) -> None:
    found = job(f"on: push\njobs: {{a: {{runs-on: x, steps: [{{id: t, run: x}}, {{run: y, if: {text}}}]}}}}")
    assert found.steps[1].after_failure is after
    assert found.steps[1].condition.value is Tri.YES


# --- needs ---------------------------------------------------------------------------------------------------------

CHAIN = """
    on: push
    jobs:
      off: {if: false, runs-on: x, steps: []}
      mid: {needs: off, runs-on: x, steps: []}
      end: {needs: [mid], runs-on: x, steps: []}
      any: {needs: off, if: always(), runs-on: x, steps: []}
      calm: {needs: off, if: '!failure()', runs-on: x, steps: []}
      last: {needs: any, runs-on: x, steps: []}
      result: {needs: off, if: "always() && needs.off.result == 'success'", runs-on: x, steps: []}
      gone: {needs: nobody, runs-on: x, steps: []}
      x: {needs: y, runs-on: x, steps: []}
      y: {needs: x, runs-on: x, steps: []}
"""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("off", Tri.NO),
        ("mid", Tri.NO),
        ("end", Tri.NO),
        ("any", Tri.YES),
        ("calm", Tri.YES),
        ("last", Tri.NO),
        ("result", Tri.NO),
        ("gone", Tri.NO),
        ("x", Tri.NO),
        ("y", Tri.NO),
    ],
)
def test_chains_of_needs(name: str, value: Tri) -> None:
    found = job(CHAIN, name)
    assert found.condition.value is value
    assert (found.condition.fake == "F6") is (value is Tri.NO)


def test_a_deploy_that_always_runs_says_so() -> None:
    text = "on: push\njobs:\n  t: {runs-on: x, steps: []}\n  a: {needs: t, if: always(), runs-on: x, steps: []}\n"
    assert job(text).after_failure
    assert job(text).needs == ("t",)
    guarded = text.replace("always()", "\"always() && needs.t.result == 'success'\"")
    assert not job(guarded).after_failure


# --- failures ------------------------------------------------------------------------------------------------------


def test_continue_on_error() -> None:
    text = """
        on: push
        jobs:
          a:
            runs-on: x
            continue-on-error: ${{ vars.SOFT }}
            steps:
              - {run: one, continue-on-error: true}
              - {run: two, continue-on-error: "${{ inputs.soft || vars.X }}"}
              - {run: three}
          b: {runs-on: x, continue-on-error: true, steps: []}
    """
    assert [step.stops.value for step in job(text).steps] == [Tri.NO, Tri.UNKNOWN, Tri.YES]
    assert job(text).steps[0].stops.fake == "F5"
    assert job(text).stops.value is Tri.UNKNOWN
    assert job(text, "b").stops.value is Tri.NO


def test_a_matrix_that_is_strict_somewhere_stops() -> None:
    text = """
        on: push
        jobs:
          a:
            runs-on: x
            continue-on-error: ${{ matrix.soft }}
            strategy: {matrix: {soft: [true, false]}}
            steps: []
    """
    assert job(text).stops.value is Tri.YES
    assert job(text.replace("true, false", "true")).stops.value is Tri.NO


def test_a_forgiven_step_that_is_looked_at_stops_all_the_same() -> None:
    text = """
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - {id: t, run: pytest, continue-on-error: true}
              - {run: "exit 1", if: steps.t.outcome == 'failure'}
    """
    test, check = job(text).steps
    assert test.stops.value is Tri.YES
    assert check.condition.value is Tri.YES
    assert job(text.replace("exit 1", "echo bad")).steps[0].stops.value is Tri.NO


@pytest.mark.parametrize(
    ("keys", "shell", "errexit", "pipefail"),
    [
        ("", "bash", True, False),
        ("shell: bash", "bash", True, True),
        ("shell: sh", "sh", True, False),
        ("shell: 'bash {0}'", "bash", False, False),
        ("shell: 'bash -l {0}'", "bash", False, False),
        ("shell: 'bash -el {0}'", "bash", True, False),
        ("shell: 'bash --noprofile --norc -eo pipefail {0}'", "bash", True, True),
        ("shell: pwsh", "pwsh", False, False),
        ("shell: python", "python", True, False),
        ("shell: cmd", "cmd", False, False),
    ],
)
def test_shells(keys: str, shell: str, errexit: bool, pipefail: bool) -> None:
    step = job(f"on: push\njobs: {{a: {{runs-on: ubuntu-latest, steps: [{{run: x, {keys}}}]}}}}").steps[0]
    assert (step.shell, step.errexit, step.pipefail) == (shell, errexit, pipefail)


def test_defaults_are_inherited() -> None:
    text = """
        on: push
        defaults: {run: {shell: bash, working-directory: src}}
        jobs:
          a:
            runs-on: x
            defaults: {run: {working-directory: ./lib/}}
            steps: [{run: x}, {run: y, working-directory: ., shell: sh}, {uses: o/r@v1}]
    """
    first, second, third = job(text).steps
    assert (first.pipefail, first.folder) == (True, "lib")
    assert (second.pipefail, second.folder) == (False, "")
    assert (third.uses, third.ref, third.folder) == ("o/r", "v1", "")


def test_windows_runs_powershell_and_containers_run_sh() -> None:
    assert job("on: push\njobs: {a: {runs-on: windows-latest, steps: [{run: x}]}}").steps[0].shell == "pwsh"
    contained = job("on: push\njobs: {a: {runs-on: x, container: {image: 'py:3'}, steps: [{run: x}]}}")
    assert (contained.steps[0].shell, contained.image) == ("sh", "py:3")


def test_lines_of_scripts() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - name: n\n        run: |\n          one\n      - run: two\n"
    block, plain = job(text).steps
    assert (block.line, block.script_line, block.script) == (6, 8, "one\n")
    assert (plain.line, plain.script_line, plain.script) == (9, 9, "two")


def test_what_a_job_tells() -> None:
    text = """
        on: push
        env: {A: '1', B: '1'}
        jobs:
          a:
            runs-on: [self-hosted, gpu]
            environment: {name: production, url: x}
            container: python:3.12
            services: {db: {image: postgres}}
            env: {B: '2'}
            steps: [{run: "x ${{ env.B }}", env: {C: '3'}}]
    """
    found = job(text)
    assert (found.environment, found.runner, found.image) == ("production", "self-hosted, gpu", "python:3.12")
    assert found.services == ("postgres",)
    assert dict(found.steps[0].env) == {"A": "1", "B": "2", "C": "3"}
    assert found.steps[0].script == "x 2"


# --- matrices ------------------------------------------------------------------------------------------------------


def matrix(body: str, steps: str = "[{run: 'nox -s ${{ matrix.s }}'}]", more: str = "") -> tuple[Job, ...]:
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    {more}\n    strategy: {{matrix: {body}}}\n    steps: {steps}\n"
    return runs(text)[0].jobs


def test_legs_give_every_variant_of_a_step() -> None:
    (found,) = matrix("{s: [lint, tests], p: [3.10, '3.11']}")
    assert [step.script for step in found.steps] == ["nox -s lint", "nox -s tests"]
    # GitHub reads 3.10 as a number
    assert found.matrix == ("lint, 3.1", "lint, 3.11", "tests, 3.1", "tests, 3.11")


def test_include_and_exclude() -> None:
    (found,) = matrix("{s: [a, b], os: [x, y], exclude: [{os: y}], include: [{s: a, extra: z}, {s: c}]}")
    assert found.matrix == ("a, x, z", "b, x", "c")


@pytest.mark.parametrize("body", ["{s: []}", "{include: []}", "{s: [a], exclude: [{s: a}]}"])
def test_an_empty_matrix_never_runs(body: str) -> None:
    (found,) = matrix(body)
    assert (found.condition.value, found.condition.fake) == (Tri.NO, "F6")


FILTERED = """
on: push
jobs:
  changes:
    runs-on: x
    outputs: {{src: "${{{{ steps.filter.outputs.src }}}}"}}
    steps:
      - {{uses: "{action}", id: filter, with: {{filters: "src: [src/**]"}}}}
      - {{run: here, if: steps.filter.outputs.src == 'true'}}
      - {{run: elsewhere, if: steps.filter.outputs.src != 'true'}}
  a: {{needs: changes, if: needs.changes.outputs.src == 'true', runs-on: x, steps: [{{run: pytest}}]}}
"""


@pytest.mark.parametrize(
    ("action", "known"),
    [
        ("dorny/paths-filter@v3", Tri.YES),
        ("tj-actions/changed-files@v45", Tri.YES),
        ("acme/decide@v1", Tri.UNKNOWN),
    ],
)
def test_a_filter_of_changed_files_holds_for_some_changes_like_the_paths_of_an_event(action, known):
    text = FILTERED.format(action=action)
    assert [step.condition.value for step in job(text, "changes").steps] == [Tri.YES, known, known]
    assert job(text).condition.value is known


def test_a_matrix_from_a_job_is_unknown() -> None:
    (found,) = matrix("'${{ fromJSON(needs.x.outputs.m) }}'")
    assert found.steps[0].script == "nox -s ${{ matrix.s }}"
    assert found.matrix == ()


def test_a_literal_from_json_is_known() -> None:
    (found,) = matrix("{s: \"${{ fromJSON('[1, 2]') }}\"}")
    assert found.matrix == ("1", "2")


def test_environments_of_a_matrix_are_jobs_of_their_own() -> None:
    found = matrix("{s: [staging, prod]}", more="environment: ${{ matrix.s }}")
    assert [(job.id, job.environment, job.steps[0].script) for job in found] == [
        ("a (staging)", "staging", "nox -s staging"),
        ("a (prod)", "prod", "nox -s prod"),
    ]


def test_a_step_for_one_leg_runs() -> None:
    (found,) = matrix("{s: [a, b]}", "[{run: x, if: matrix.s == 'b'}, {run: y, if: matrix.s == 'c'}]")
    assert [step.condition.value for step in found.steps] == [Tri.YES, Tri.NO]


# --- reuse ---------------------------------------------------------------------------------------------------------

CALLEE = """
    on:
      workflow_call:
        inputs:
          env: {type: string, default: dev}
          soft: {type: boolean}
    jobs:
      build: {runs-on: x, steps: [{run: make}]}
      deploy:
        needs: build
        if: inputs.env != 'dev' && !inputs.soft
        environment: ${{ inputs.env }}
        runs-on: x
        steps: [{run: "deploy ${{ inputs.env }}"}]
"""


def call(caller: str) -> tuple[Job, ...]:
    files = {
        CI: f"on: push\njobs:\n{textwrap.indent(textwrap.dedent(caller), '  ')}",
        ".github/workflows/r.yml": CALLEE,
    }
    pipelines = {pipeline.path: pipeline for pipeline in read(files)}
    assert pipelines[".github/workflows/r.yml"].runs == ()
    return pipelines[CI].runs[0].jobs


def test_a_local_reusable_workflow_is_expanded() -> None:
    found = call("""
        first: {runs-on: x, steps: []}
        go: {needs: first, uses: ./.github/workflows/r.yml, with: {env: prod}}
        after: {needs: go, runs-on: x, steps: []}
    """)
    by_id = {job.id: job for job in found}
    assert by_id["go/build"].needs == ("first",)
    assert by_id["go/deploy"].needs == ("go/build",)
    assert by_id["go/deploy"].environment == "prod"
    assert by_id["go/deploy"].steps[0].script == "deploy prod"
    assert by_id["go/deploy"].path == ".github/workflows/r.yml"
    assert by_id["go/deploy"].condition.value is Tri.YES
    assert by_id["after"].needs == ("go/build", "go/deploy")


def test_defaults_and_disabled_callers() -> None:
    default = {job.id: job.condition.value for job in call("go: {uses: ./.github/workflows/r.yml}")}
    assert default == {"go/build": Tri.YES, "go/deploy": Tri.NO}
    off = call("go: {if: false, uses: ./.github/workflows/r.yml, with: {env: prod}}")
    assert {job.condition.value for job in off} == {Tri.NO}
    unknown = call("go: {uses: ./.github/workflows/r.yml, with: {env: '${{ vars.E }}'}}")
    assert unknown[1].condition.value is Tri.UNKNOWN


def test_a_matrix_of_calls() -> None:
    found = call(
        "go: {strategy: {matrix: {e: [qa, prod]}}, uses: ./.github/workflows/r.yml, with: {env: '${{ matrix.e }}'}}"
    )
    assert [(job.id, job.environment) for job in found] == [
        ("go/build", ""),
        ("go/deploy (qa)", "qa"),
        ("go/deploy (prod)", "prod"),
    ]


def test_a_missing_local_workflow_is_fake_f14() -> None:
    found = job("on: push\njobs: {a: {uses: ./.github/workflows/no.yml}}")
    assert (found.condition.value, found.condition.fake) == (Tri.NO, "F14")


REMOTE = "on: push\njobs: {a: {uses: o/r/.github/workflows/x.yml@v1}}"


def test_a_remote_workflow_is_unresolved_or_read_from_a_source() -> None:
    (pipeline,) = read(REMOTE)
    assert [(one.source, one.line) for one in pipeline.unresolved] == [("github.com/o/r", 2)]
    assert pipeline.runs[0].jobs[0].steps == ()
    source = {
        ".github/workflows/x.yml": facts("on: workflow_call\njobs: {t: {runs-on: x, steps: [{run: pytest}]}}")
    }
    (pipeline,) = read(REMOTE, sources={"github.com/o/r": source})
    assert pipeline.unresolved == ()
    found = pipeline.runs[0].jobs[0]
    assert (found.id, found.path) == ("a/t", "github.com/o/r/.github/workflows/x.yml")
    assert found.steps[0].script == "pytest"


def test_workflows_that_call_themselves_end() -> None:
    loop = "on: [push, workflow_call]\njobs: {a: {uses: ./.github/workflows/ci.yml}, b: {uses: ./.github/workflows/ci.yml}}"
    (pipeline,) = read(loop)
    assert any("deeper" in message or "more than" in message for _, _, message in pipeline.problems)


COMPOSITE = """
    inputs: {args: {default: -q}, run: {default: 'true'}}
    runs:
      using: composite
      steps:
        - run: pytest ${{ inputs.args }} ${{ github.action_path }}/t
          shell: bash
        - {run: lint, shell: bash, if: inputs.run == 'true', continue-on-error: true}
        - uses: actions/cache@v4
"""


def composite(step: str, path: str = "tools/test/action.yml") -> tuple[Step, ...]:
    files = {CI: f"on: push\njobs: {{a: {{runs-on: x, steps: [{step}]}}}}", path: COMPOSITE}
    return next(pipeline for pipeline in read(files) if pipeline.path == CI).runs[0].jobs[0].steps


@pytest.mark.parametrize("prefix", ["./", "$/"])
def test_a_local_composite_action_is_expanded(prefix: str) -> None:
    first, second, third = composite(f"{{uses: {prefix}tools/test, with: {{args: -x}}, env: {{A: b}}}}")
    assert (first.script, first.path, first.line) == ("pytest -x ./tools/test/t", "tools/test/action.yml", 6)
    assert first.pipefail
    assert dict(first.env)["A"] == "b"
    assert second.stops.value is Tri.NO
    assert (third.uses, third.ref) == ("actions/cache", "v4")


def test_a_composite_action_takes_over_what_its_step_says() -> None:
    first, second, _ = composite(
        "{uses: ./tools/test, if: false, continue-on-error: true, with: {run: 'no'}}"
    )
    assert first.condition.value is Tri.NO
    assert first.stops.value is Tri.NO
    assert second.condition.value is Tri.NO


def test_an_action_in_the_root() -> None:
    assert composite("{uses: ./}", "action.yaml")[0].script == "pytest -q ./t"


def test_other_actions_are_leaves() -> None:
    text = """
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - {uses: docker/build-push-action@v6, with: {push: true, tags: "a:${{ github.sha }}"}}
              - {uses: "docker://alpine:3"}
              - {uses: ./gone}
    """
    (pipeline,) = read(text)
    build, image, gone = pipeline.runs[0].jobs[0].steps
    assert (build.uses, build.ref) == ("docker/build-push-action", "v6")
    assert dict(build.inputs) == {"push": "true", "tags": "a:${{ github.sha }}"}
    assert image.uses == "docker://alpine:3"
    assert gone.uses == "./gone"
    assert [line for _, line, _ in pipeline.problems] == [9]


@pytest.mark.parametrize(
    ("uses", "name", "errexit"),
    [
        ("azure/CLI@v2", "inlineScript", True),
        ("appleboy/ssh-action@v1", "script", False),
        ("google-github-actions/ssh-compute@v0", "command", False),
        ("nick-fields/retry@v3", "command", False),
    ],
)
def test_an_action_that_is_given_a_script_runs_it(uses: str, name: str, errexit: bool) -> None:
    step = f"- uses: {uses}\n  with:\n    host: h\n    {name}: |\n      cd app\n      make deploy\n"
    steps = textwrap.indent(step, "      ")
    (found,) = job(f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}").steps
    assert (found.uses, found.script) == (uses.partition("@")[0], "cd app\nmake deploy\n")
    assert (found.script_line, found.errexit) == (10, errexit)


def test_a_script_of_another_action_is_not_run() -> None:
    steps = "[{uses: actions/github-script@v7, with: {script: pytest}}]"
    (found,) = job(f"on: push\njobs: {{a: {{runs-on: x, steps: {steps}}}}}").steps
    assert not found.script


def test_a_remote_composite_action_is_read_from_a_source() -> None:
    text = "on: push\njobs: {a: {runs-on: x, steps: [{uses: o/r/sub@v1}]}}"
    source = {"sub/action.yml": facts("runs: {using: composite, steps: [{run: pytest, shell: bash}]}")}
    (pipeline,) = read(text, sources={"github.com/o/r": source})
    assert pipeline.runs[0].jobs[0].steps[0].path == "github.com/o/r/sub/action.yml"


@pytest.mark.parametrize("on", ["push: {branches: [main, dev, staging]}", "push: {branches: ['*']}", "push:"])
def test_each_branch_that_the_workflow_names_is_an_event_of_its_own(on: str) -> None:
    text = f"""
        on: {{{on}}}
        jobs:
          a: {{runs-on: x, if: "github.ref == 'refs/heads/dev'", steps: [{{run: x}}]}}
          b: {{runs-on: x, if: "github.ref_name == 'staging'", steps: [{{run: y}}]}}
          c: {{runs-on: x, if: "github.ref == 'refs/heads/main'", steps: [{{run: z}}]}}
    """.replace("{push:}", "[push]")
    found = {
        run.event.label: [job.id for job in run.jobs if job.condition.value is Tri.YES] for run in runs(text)
    }
    assert found["push to dev"] == ["a"]
    assert found["push to staging"] == ["b"]
    assert ["c"] in found.values()
