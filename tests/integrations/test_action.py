"""The GitHub action, run by act on the shallow clones that actions/checkout makes, by the workflow that the docs show."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from forge import PIPELINE, ROOT, Forge, files
from ruamel.yaml import YAML
from runners import github, validators
from runners.tools import call, tool

USES = "acme/mlops@0123456789abcdef0123456789abcdef01234567"
ACTION = ROOT / "action.yml"
ZERO = "0" * 40


class Runner:
    """Runs the workflow of a clone with our action."""

    def __init__(self, tmp_path: Path, machine: str) -> None:
        self.work = tmp_path / "work"
        self.machine = machine
        self.action = tmp_path / "action"
        self.action.mkdir()
        (self.action / "action.yml").write_bytes(ACTION.read_bytes())

    def __call__(self, clone: Path, event: str, **payload: object) -> github.GithubRun:
        return github.run(
            clone,
            event,
            self.work,
            expected={"gate"},
            path=self.machine,
            branch="work" if event == "pull_request" else "main",
            payload=payload,
            own={USES: self.action},
        )


@pytest.fixture
def run(need, tmp_path, machine) -> Runner:
    need("act", "node")
    return Runner(tmp_path, machine)


def report(run: github.GithubRun, name: str) -> dict:
    return json.loads((run.artifacts / "mlops-reports" / name).read_text(encoding="utf-8"))


def step(run: github.GithubRun, name: str) -> str:
    """Return the log of one step of the action."""
    return run.log.rpartition(f"Run Main {name}\n")[2].partition("Run Main ")[0]


def test_a_pull_request_that_loses_a_practice_fails(run, tmp_path):
    forge = Forge(tmp_path, files("github"))
    change = forge.lose_the_test()
    done = run(forge.clone("refs/pull/1/merge"), "pull_request")
    assert done.failed == {"gate"}
    assert "::error" in step(done, "Gate")
    assert "unit-tests" in step(done, "Gate")
    found = report(done, "gate.json")
    assert [item["practice"] for item in found["regressions"]] == ["unit-tests"]
    assert found["head"].startswith(change.merge[:12])
    assert "unit-tests" in done.summary
    (sent,) = [item for item in done.calls if item.action.startswith("github/codeql-action")]
    assert sent.inputs["category"] == "mlops"
    sarif = json.loads(Path(sent.inputs["sarif_file"]).read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"
    assert {path.name for path in (done.artifacts / "mlops-reports").iterdir()} == {
        f"{verb}.{name}" for verb in ("lint", "gate") for name in ("json", "junit", "sarif", "html")
    }


def test_a_pull_request_that_loses_nothing_passes(run, tmp_path):
    forge = Forge(tmp_path, files("github"))
    forge.write_prose()
    done = run(forge.clone("refs/pull/1/merge"), "pull_request")
    assert done.succeeded == {"gate"}
    assert report(done, "gate.json")["regressions"] == []
    assert "::error" not in step(done, "Gate")


def test_an_advisory_roll_out_tells_and_passes(run, tmp_path):
    forge = Forge(tmp_path, files("github", "advisory"))
    forge.lose_the_test()
    done = run(forge.clone("refs/pull/1/merge"), "pull_request")
    assert done.succeeded == {"gate"}
    assert "ADVISORY" in done.summary
    assert [item["practice"] for item in report(done, "gate.json")["regressions"]] == ["unit-tests"]


def test_a_push_is_compared_with_what_was_there_before(run, tmp_path):
    forge = Forge(tmp_path, files("github"))
    change = forge.lose_the_test()
    forge.land(change)
    done = run(forge.clone("refs/heads/main"), "push", before=change.main)
    assert done.failed == {"gate"}
    assert [item["practice"] for item in report(done, "gate.json")["regressions"]] == ["unit-tests"]


@pytest.mark.parametrize("before", [ZERO, "1" * 40])
def test_a_push_with_nothing_before_it_is_compared_with_the_default_branch(run, tmp_path, before):
    forge = Forge(tmp_path, files("github"))
    forge.write_prose()
    done = run(forge.clone("refs/heads/main"), "push", before=before)
    assert done.succeeded == {"gate"}
    assert report(done, "gate.json")["regressions"] == []


def test_a_fork_sends_no_sarif_and_a_lint_alone_needs_no_base(run, tmp_path):
    content = files("github")
    content[PIPELINE["github"]] += '        with:\n          gate: "false"\n          formats: markdown\n'
    forge = Forge(tmp_path, content)
    forge.lose_the_test()
    payload = {
        "number": 1,
        "base": {"ref": "main"},
        "head": {"ref": "work", "repo": {"fork": True}},
        "draft": False,
    }
    done = run(forge.clone("refs/pull/1/merge"), "pull_request", pull_request=payload)
    assert done.succeeded == {"gate"}
    assert done.calls == ()
    assert [path.name for path in (done.artifacts / "mlops-reports").iterdir()] == ["lint.markdown"]


def test_a_locked_install_of_a_wheel(need, tmp_path, reachable):
    """Nothing is installed beforehand: the lock's hashes are checked, and the wheel of the repository is taken."""
    need("act", "node")
    lock = tmp_path / "mlops.txt"
    subprocess.run(
        [Path(sys.executable).with_name("uv"), "pip", "compile", "-q", "--generate-hashes", "--no-header", "-o", str(lock), "-"],
        input="mlops-maturity==0.1.0\n", text=True, check=True,
    )  # fmt: skip
    locked = lock.read_text(encoding="utf-8")
    ours = re.search(r"^mlops-maturity==(?:.*\\\n)*.*\n", locked, re.MULTILINE)
    assert ours is not None
    content = files("github")
    content[PIPELINE["github"]] += (
        f'        with:\n          python-version: ""\n          requirements: mlops.txt\n'
        f"          wheel: {reachable.wheel}\n"
    )
    content["mlops.txt"] = locked.replace(ours[0], "")
    forge = Forge(tmp_path, content)
    forge.write_prose()
    done = Runner(tmp_path, "")(forge.clone("refs/pull/1/merge"), "pull_request")
    assert done.succeeded == {"gate"}, done.log[-3000:]
    assert "wanted Python" not in done.log


@pytest.mark.parametrize(
    ("validator", "tools"),
    [
        (validators.zizmor, ("zizmor",)),
        (validators.github_parser, ("node", "workflow-parser")),
        (validators.github_action_schema, ("check-jsonschema",)),
        (validators.action_pins, ()),
    ],
)
def test_the_action_satisfies_the_validators(need, validator, tools):
    need(*tools)
    assert validator([ACTION]) == ()


def test_the_scripts_satisfy_shellcheck_and_hold_no_expression(need, tmp_path):
    need("shellcheck")
    scripts = [item["run"] for item in YAML(typ="safe").load(ACTION)["runs"]["steps"] if "run" in item]
    assert len(scripts) == 4
    for number, script in enumerate(scripts):
        assert "${{" not in script
        file = tmp_path / f"{number}.sh"
        file.write_text(f"set -eo pipefail\n{script}", encoding="utf-8")  # as `shell: bash` runs it
        done = call([tool("shellcheck"), "--norc", "--shell=bash", file], tmp_path)
        assert done.code == 0, done.text
