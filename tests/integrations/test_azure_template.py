"""The Azure steps template, run by the emulator on shallow clones, by the pipeline that the docs show."""

from __future__ import annotations

import json
import os

import pytest
from forge import COPIED, SNIPPETS, Forge, files
from ruamel.yaml import YAML
from runners import azure, validators
from runners.azure_agent import AzureRun
from runners.tools import call, tool

(TEMPLATE,) = COPIED["azure"].values()
#: What the tasks leave, as far as the steps after them rely on it.
TASKS = {
    "UsePythonVersion@0": 'test "$INPUT_VERSIONSPEC" = 3.13',
    "PublishTestResults@2": 'test -s "$INPUT_SEARCHFOLDER/$INPUT_TESTRESULTSFILES" && test "$INPUT_TESTRESULTSFORMAT" = JUnit',
}


@pytest.fixture
def run(tmp_path, machine, monkeypatch):
    monkeypatch.setenv("PATH", f"{machine}:{os.environ['PATH']}")

    def start(forge: Forge, reference: str, **more: object) -> AzureRun:
        folder = forge.clone(reference)
        work = tmp_path / "work"
        work.mkdir()
        return azure.start(folder, work, tasks=TASKS, branch=reference, **more)

    return start


def pull_request(**variables: str) -> dict[str, object]:
    return {
        "reason": "PullRequest",
        "variables": {"System.PullRequest.TargetBranch": "refs/heads/main", **variables},
    }


def lost(run: AzureRun) -> list[str]:
    report = json.loads((run.artifacts / "mlops-reports" / "gate.json").read_text(encoding="utf-8"))
    return [item["practice"] for item in report["regressions"]]


def results(run: AzureRun) -> dict[str, str]:
    return {step.name: step.result for step in run.steps}


def test_a_pull_request_that_loses_a_practice_fails(run, tmp_path):
    forge = Forge(tmp_path, files("azure"))
    forge.lose_the_test()
    done = run(forge, "refs/pull/1/merge", **pull_request())
    assert done.jobs == {"stage/maturity": "Failed"}, done.log
    assert results(done)["Gate"] == "failed"
    assert results(done)["Publish the practices as tests"] == "stand-in"
    assert done.not_run == []
    assert lost(done) == ["unit-tests"]
    assert "##vso[task.logissue type=error" in done.log
    assert done.log.count("##vso[task.uploadsummary]") == 2


def test_a_pull_request_in_azure_repos_that_loses_nothing_passes(run, tmp_path):
    """The token of the job goes to the collection alone, so it does no harm to another remote."""
    forge = Forge(tmp_path, files("azure"))
    forge.write_prose()
    where = {
        "Build.Repository.Provider": "TfsGit",
        "System.CollectionUri": "https://dev.azure.com/acme/",
        "System.AccessToken": "secret-of-the-job",
    }
    done = run(forge, "refs/pull/1/merge", **pull_request(**where))
    assert done.jobs == {"stage/maturity": "Succeeded"}, done.log
    assert lost(done) == []
    assert "secret-of-the-job" not in done.log


def test_an_advisory_roll_out_tells_and_passes(run, tmp_path):
    forge = Forge(tmp_path, files("azure", "advisory"))
    forge.lose_the_test()
    done = run(forge, "refs/pull/1/merge", **pull_request())
    assert done.jobs == {"stage/maturity": "Succeeded"}, done.log
    assert lost(done) == ["unit-tests"]
    assert "ADVISORY" in (done.artifacts / "mlops-reports" / "gate.md").read_text(encoding="utf-8")


def test_a_push_to_the_default_branch_is_compared_with_its_first_parent(run, tmp_path):
    forge = Forge(tmp_path, files("azure"))
    forge.land(forge.lose_the_test())
    done = run(forge, "refs/heads/main")
    assert done.jobs == {"stage/maturity": "Failed"}, done.log
    assert lost(done) == ["unit-tests"]


def test_a_push_to_another_branch_is_compared_with_the_default_branch(run, tmp_path):
    forge = Forge(tmp_path, files("azure"))
    forge.lose_the_test()
    forge.history.git("checkout", "-q", "work")
    forge.history.commit("one commit more")
    forge.history.git("checkout", "-q", "main")
    done = run(forge, "refs/heads/work")
    assert done.jobs == {"stage/maturity": "Failed"}, done.log
    assert lost(done) == ["unit-tests"]


def test_schema_and_language_service_accept_the_template_and_the_snippets(need):
    need("check-jsonschema", "node", "azure-language-service")
    paths = [TEMPLATE, *sorted((SNIPPETS / "azure").glob("*.yml"))]
    assert validators.azure_schema(paths) == ()
    assert validators.azure_service(paths) == ()


def test_the_scripts_satisfy_shellcheck_and_take_parameters_by_the_environment(need, tmp_path):
    need("shellcheck")
    template = YAML(typ="safe").load(TEMPLATE)
    scripts = [step["bash"] for step in template["steps"] if "bash" in step]
    assert len(scripts) == 4
    for number, script in enumerate(scripts):
        assert "${{" not in script
        assert script.startswith("set -euo pipefail\n")  # an agent's bash stops at no failure by itself
        file = tmp_path / f"{number}.sh"
        file.write_text(script, encoding="utf-8")
        done = call([tool("shellcheck"), "--norc", "--shell=bash", file], tmp_path)
        assert done.code == 0, done.text
    text = TEMPLATE.read_text(encoding="utf-8").partition("\nsteps:")[2]
    for parameter in template["parameters"]:
        assert f"${{{{ parameters.{parameter['name']} }}}}" in text
