"""The GitLab template, run by gitlab-ci-local on shallow clones, by the pipeline that the docs show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from forge import COPIED, SNIPPETS, Forge, files
from junitparser import JUnitXml
from ruamel.yaml import YAML
from runners import gitlab, validators
from runners.tools import call, tool

(TEMPLATE,) = COPIED["gitlab"].values()
REPORTS = ".gitlab-ci-local/artifacts/mlops-gate/mlops-reports"


@pytest.fixture
def run(need, tmp_path, machine):
    need("gitlab-ci-local", "node", "rsync")

    def start(clone: Path, source: str, **variables: str) -> gitlab.GitlabRun:
        return gitlab.run(
            clone,
            source,
            tmp_path / "work",
            expected={"mlops-gate"},
            path=machine,
            variables=variables,
            cloned=True,
        )

    return start


def lost(run: gitlab.GitlabRun) -> list[str]:
    report = json.loads((run.root / REPORTS / "gate.json").read_text(encoding="utf-8"))
    return [item["practice"] for item in report["regressions"]]


def test_a_merge_request_that_loses_a_practice_fails(run, tmp_path):
    forge = Forge(tmp_path, files("gitlab"))
    change = forge.lose_the_test()
    done = run(
        forge.clone("refs/merge-requests/1/head"),
        "merge_request_event",
        CI_MERGE_REQUEST_DIFF_BASE_SHA=change.base,
    )
    assert done.jobs == {"mlops-gate": "failed"}, done.log
    assert lost(done) == ["unit-tests"]
    junit = JUnitXml.fromfile(str(done.root / REPORTS / "gate.xml"))
    assert junit.failures == 1
    quality = json.loads((done.root / REPORTS / "codequality.json").read_text(encoding="utf-8"))
    assert {"description", "check_name", "fingerprint", "severity", "location"} <= set(quality[0])


def test_a_long_merge_request_that_loses_nothing_passes(run, tmp_path):
    forge = Forge(tmp_path, files("gitlab"))
    forge.write_prose(commits=60)
    done = run(forge.clone("refs/merge-requests/1/head"), "merge_request_event")
    assert done.jobs == {"mlops-gate": "success"}, done.log
    assert lost(done) == []


def test_an_advisory_roll_out_tells_and_passes(run, tmp_path):
    forge = Forge(tmp_path, files("gitlab", "advisory"))
    change = forge.lose_the_test()
    done = run(
        forge.clone("refs/merge-requests/1/head"),
        "merge_request_event",
        CI_MERGE_REQUEST_DIFF_BASE_SHA=change.base,
    )
    assert done.jobs == {"mlops-gate": "success"}, done.log
    assert lost(done) == ["unit-tests"]
    assert "ADVISORY" in (done.root / REPORTS / "gate.md").read_text(encoding="utf-8")


def test_a_push_to_the_default_branch_is_compared_with_what_was_there_before(run, tmp_path):
    forge = Forge(tmp_path, files("gitlab"))
    change = forge.lose_the_test()
    forge.land(change)
    done = run(forge.clone("refs/heads/main"), "push", CI_COMMIT_BEFORE_SHA=change.main)
    assert done.jobs == {"mlops-gate": "failed"}, done.log
    assert lost(done) == ["unit-tests"]


def test_a_branch_without_a_merge_request_starts_no_pipeline(need, tmp_path):
    need("gitlab-ci-local", "node", "rsync")
    forge = Forge(tmp_path, files("gitlab"))
    forge.write_prose()
    clone = forge.clone("refs/heads/work")
    gitlab.run(clone, "push", tmp_path / "work", expected=None, branch="work", cloned=True)


def _documents() -> list[dict]:
    return list(YAML(typ="safe").load_all(TEMPLATE.read_text(encoding="utf-8")))


def test_the_schema_accepts_the_job_and_the_snippets(need, tmp_path):
    need("check-jsonschema")
    job = tmp_path / "job.yml"
    job.write_text(TEMPLATE.read_text(encoding="utf-8").partition("\n---\n")[2], encoding="utf-8")
    assert validators.gitlab_schema([job, *sorted((SNIPPETS / "gitlab").glob("*.yml"))]) == ()


def test_every_input_is_used_and_nothing_may_fail_unseen(need):
    header, jobs = _documents()
    text = TEMPLATE.read_text(encoding="utf-8").partition("\n---\n")[2]
    for name in header["spec"]["inputs"]:
        assert f"$[[ inputs.{name} ]]" in text
    (job,) = jobs.values()
    assert "allow_failure" not in job
    assert job["artifacts"]["when"] == "always"


def test_the_scripts_satisfy_shellcheck(need, tmp_path):
    need("shellcheck")
    (job,) = _documents()[1].values()
    file = tmp_path / "job.sh"
    file.write_text("\n".join(["set -eu", *job["before_script"], *job["script"]]), encoding="utf-8")
    names = "SC2154"  # variables of GitLab and of the job
    done = call([tool("shellcheck"), "--norc", "--shell=sh", f"--exclude={names}", file], tmp_path)
    assert done.code == 0, done.text
