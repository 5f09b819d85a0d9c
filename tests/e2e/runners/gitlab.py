"""Run a GitLab pipeline for one source with gitlab-ci-local's shell executor, and say what each job came to."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from runners.repository import commit, copy_project
from runners.tools import Completed, HarnessError, node, run_node, tool

RESULT = re.compile(r"^\s*(PASS|WARN|FAIL)\s+(\S+)", re.MULTILINE)
WORDS = {"PASS": "success", "WARN": "warning", "FAIL": "failed"}
ENTRY = ".gitlab-ci.yml"
PROBE = ".gitlab-ci-probe.yml"
#: Where the runner keeps the cache with the key `state`.
CACHE = Path(".gitlab-ci-local") / "cache" / "state"
GLOBAL_KEYS = frozenset(
    {
        "stages",
        "default",
        "variables",
        "include",
        "workflow",
        "image",
        "services",
        "before_script",
        "after_script",
        "cache",
        "spec",
    }
)
GIVEN = "CI_PIPELINE_SOURCE,CI_COMMIT_TAG,CI_COMMIT_BRANCH,CI_MERGE_REQUEST_IID,CI_MERGE_REQUEST_TARGET_BRANCH_NAME,CI_COMMIT_REF_NAME,CI_JOB_TOKEN,GITLAB_USER_LOGIN,CI_API_V4_URL"


@dataclass(frozen=True, slots=True)
class GitlabRun:
    """What a pipeline came to: results of the jobs that ran, the names of all that were in it, and what was left out."""

    code: int
    jobs: Mapping[str, str]
    listed: frozenset[str]
    unmodelled: tuple[str, ...]
    root: Path
    log: str


def _gcl(root: Path, home: Path, arguments: list[str], path: str, env: Mapping[str, str]) -> Completed:
    binary = node()
    if binary is None:
        raise HarnessError("Node.js is not installed: run `make tools`")
    home.mkdir(parents=True, exist_ok=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CI_", "GITLAB_", "GCL_", "GIT_", "VIRTUAL_ENV", "PYTEST", "COV"))
    }
    search = ":".join(filter(None, (path, str(binary.parent), os.environ["PATH"])))
    whole = {**kept, "HOME": str(home), "PATH": search, "GCL_IGNORE_PREDEFINED_VARS": GIVEN, **env}
    return run_node(tool("gitlab-ci-local"), ["--no-color", "--home", str(home), *arguments], root, whole)


def _files(root: Path) -> list[Path]:
    return [root / ENTRY, *sorted((root / ".gitlab").rglob("*.yml"))]


def _prepare(root: Path) -> tuple[list[str], Any]:
    """Refuse what the runner gets wrong, take out what it cannot start, and return the workflow's rules."""
    left_out: list[str] = []
    rules: Any = None
    for path in _files(root):
        yaml = YAML()
        document = yaml.load(path)
        rules = document.get("workflow", {}).get("rules", rules)
        changed = False
        for name, job in document.items():
            if name in GLOBAL_KEYS or not isinstance(job, dict):
                continue
            if {"only", "except"} & set(job):
                raise HarnessError(f"{path.name}: job {name} has only or except, which the runner ignores")
            if "trigger" in job:
                raise HarnessError(f"{path.name}: job {name} starts another pipeline, which is not modelled")
            if job.get("when") == "manual":
                raise HarnessError(
                    f"{path.name}: job {name} is manual outside rules, which the runner reports wrongly"
                )
            if job.pop("services", None) is not None:
                left_out.append(f"services of {name}")
                changed = True
        if changed:
            yaml.dump(document, path)
    return left_out, rules


def _variables(source: str, branch: str, tag: str, more: Mapping[str, str]) -> list[str]:
    given = {"CI_PIPELINE_SOURCE": source, "GITLAB_USER_LOGIN": "ada", **more}
    unset: list[str] = []
    if source == "merge_request_event":
        given |= {"CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
        unset = ["CI_COMMIT_BRANCH"]
    elif tag:
        given |= {"CI_COMMIT_TAG": tag, "CI_COMMIT_REF_NAME": tag}
        unset = ["CI_COMMIT_BRANCH"]
    else:
        given |= {"CI_COMMIT_BRANCH": branch}
    pairs = [argument for name, value in given.items() for argument in ("--variable", f"{name}={value}")]
    return [*pairs, *(argument for name in unset for argument in ("--unset-variable", name))]


def _listed(root: Path, home: Path, flags: list[str], path: str) -> list[dict[str, Any]]:
    done = _gcl(root, home, [*flags, "--list-json"], path, {})
    start = done.out.find("[\n")
    if done.code or start < 0:
        raise HarnessError(f"the pipeline cannot be listed: {done.text[-3000:]}")
    jobs: list[dict[str, Any]] = json.loads(done.out[start:])
    return jobs


def _admitted(root: Path, home: Path, rules: Any, flags: list[str], path: str) -> bool:
    """Ask the runner about the workflow's rules, which it would ignore, as if they were a job's."""
    if rules is None:
        raise HarnessError("no workflow: rules, so branch and merge request pipelines would both run")
    with (root / PROBE).open("w", encoding="utf-8") as file:
        YAML().dump({"probe": {"script": ["true"], "rules": rules}}, file)
    try:
        (probe,) = _listed(root, home, [*flags, "--file", PROBE], path)
    finally:
        (root / PROBE).unlink()
    return bool(probe["when"] != "never")


def run(
    repo: Path,
    source: str,
    work: Path,
    *,
    expected: set[str] | None,
    path: str = "",
    branch: str = "main",
    tag: str = "",
    variables: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    manual: tuple[str, ...] = (),
    state: Path | None = None,
    cloned: bool = False,
) -> GitlabRun:
    """Run a pipeline and insist that exactly the expected jobs came to a result; None expects no pipeline at all.

    A repository that is `cloned` already keeps its history and its remote. `state` is what the cache of that name holds.
    """
    root, home = repo if cloned else copy_project(repo, work / "repo"), work / "home"
    left_out, rules = _prepare(root)
    if not cloned:
        commit(root, remote="git@gitlab.com:acme/demo.git")
    if state is not None:
        copy_project(state, root / CACHE)
    flags = _variables(source, branch, tag, variables or {})
    if not _admitted(root, home, rules, flags, path):
        if expected is not None:
            raise HarnessError(f"{source}: workflow: rules admit no pipeline, expected {sorted(expected)}")
        return GitlabRun(0, {}, frozenset(), tuple(left_out), root, "")
    if expected is None:
        raise HarnessError(f"{source}: workflow: rules admit a pipeline, expected none")
    listed = frozenset(job["name"] for job in _listed(root, home, flags, path) if job["when"] != "never")
    pressed = [argument for name in manual for argument in ("--manual", name)]
    options = ["--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source", *pressed]
    done = _gcl(root, home, [*flags, *options], path, env or {})
    jobs = {name: WORDS[word] for word, name in RESULT.findall(done.out)}
    if set(jobs) != expected:
        raise HarnessError(
            f"{source}: jobs with a result are {sorted(jobs)}, expected {sorted(expected)}\n{done.text[-6000:]}"
        )
    return GitlabRun(done.code, jobs, listed, tuple(left_out), root, done.text)
