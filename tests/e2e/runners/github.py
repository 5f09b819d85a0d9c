"""Run the workflows of a repository for one event with `act`, and say what each job came to."""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from runners.tools import HERE, HarnessError, call, node, tool

RUNNERS = ("ubuntu-24.04", "ubuntu-latest")
BUILT_IN = "actions/checkout"  # act copies the work tree itself
REMOTE_USES = re.compile(r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?P<sub>/[\w./-]+)?@(?P<ref>[\w./-]+)")


@dataclass(frozen=True, slots=True)
class ActionCall:
    """How a job called an action that cannot run here."""

    action: str
    ref: str
    job: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One finished step of a job."""

    job: str
    name: str
    result: str


@dataclass(frozen=True, slots=True)
class GithubRun:
    """What an event came to: results of each job (one per matrix leg), steps, recorded actions and summaries."""

    code: int
    jobs: Mapping[str, tuple[str, ...]]
    steps: tuple[Step, ...]
    calls: tuple[ActionCall, ...]
    summary: str
    artifacts: Path
    log: str

    @property
    def succeeded(self) -> set[str]:
        """Name the jobs all of whose legs succeeded."""
        return {job for job, results in self.jobs.items() if set(results) == {"success"}}

    @property
    def failed(self) -> set[str]:
        """Name the jobs of which a leg failed."""
        return {job for job, results in self.jobs.items() if "failure" in results}


def workflows(repo: Path) -> dict[str, Any]:
    """Read all workflows of a repository by file name."""
    folder = repo / ".github" / "workflows"
    found = {path.name: YAML(typ="base").load(path) for path in sorted(folder.glob("*.y*ml"))}
    if not found:
        raise HarnessError(f"{repo} has no workflow")
    return found


def _refuse_unmodelled(file: str, workflow: Any) -> None:
    """Refuse what act would skip or get wrong in silence."""
    for name, job in workflow["jobs"].items():
        where = f"{file}: job {name}"
        if "uses" not in job and job.get("runs-on") not in RUNNERS:
            raise HarnessError(
                f"{where} runs on {job.get('runs-on')}: act would skip it and call the run a success"
            )
        for key in ("services", "container"):
            if key in job:
                raise HarnessError(f"{where} has {key}: act ignores it on the host")
        if job.get("continue-on-error", "false") != "false":
            raise HarnessError(f"{where} continues on error: act fails the run where GitHub does not")
        for uses in _uses(job):
            if uses.startswith("$/"):
                raise HarnessError(f"{where} uses {uses}: act cannot read that form")


def _uses(job: Any) -> Iterator[str]:
    if "uses" in job:
        yield str(job["uses"])
    yield from (str(step["uses"]) for step in job.get("steps", ()) if "uses" in step)


def remote_actions(repo: Path, own: Mapping[str, Path]) -> set[str]:
    """Collect the remote actions of all workflows, of local composite actions and of those in `own`."""
    files = [*repo.glob(".github/workflows/*.y*ml"), *repo.glob(".github/actions/**/action.y*ml")]
    files += [folder / "action.yml" for folder in own.values()]
    found: set[str] = set()
    for path in files:
        document = YAML(typ="base").load(path)
        jobs = document["jobs"].values() if "jobs" in document else [document.get("runs", {})]
        found |= {uses for job in jobs for uses in _uses(job) if not uses.startswith(".")}
    return found


def _stand_ins(repo: Path, work: Path, own: Mapping[str, Path]) -> list[str]:
    roots: dict[str, Path] = dict(own)
    for uses in sorted(remote_actions(repo, own) - set(own)):
        match = REMOTE_USES.fullmatch(uses)
        if match is None:
            raise HarnessError(f"not an action with a ref: {uses}")
        repository, sub = f"{match['owner']}/{match['name']}", (match["sub"] or "").strip("/")
        if repository == BUILT_IN:
            continue
        own = HERE / "actions" / match["name"]
        source = (
            own if match["owner"] == "actions" and own.is_dir() and not sub else HERE / "actions" / "record"
        )
        root = work / "actions" / f"{match['owner']}+{match['name']}+{match['ref']}"
        shutil.copytree(source, root / sub, dirs_exist_ok=True)
        roots[f"{repository}@{match['ref']}"] = root
    return [flag for ref, root in roots.items() for flag in ("--local-repository", f"{ref}={root}")]


def _environment(work: Path, path: str) -> dict[str, str]:
    binary = node()
    if binary is None:
        raise HarnessError("Node.js is not installed: run `make tools`")
    home = work / "home"
    home.mkdir(parents=True, exist_ok=True)
    leaks = ("GITHUB_", "CI", "ACT", "GIT_", "VIRTUAL_ENV", "PYTEST", "COV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(leaks)}
    search = ":".join(filter(None, (path, str(binary.parent), os.environ["PATH"])))
    return {**kept, "HOME": str(home), "XDG_CACHE_HOME": str(work / "cache"), "PATH": search}


def _payload(event: str, branch: str, given: Mapping[str, Any]) -> dict[str, Any]:
    base: dict[str, Any] = {
        "ref": f"refs/heads/{branch}",
        "repository": {"default_branch": "main", "full_name": "acme/demo"},
    }
    if event == "pull_request":
        base |= {
            "number": 1,
            "pull_request": {"number": 1, "base": {"ref": "main"}, "head": {"ref": branch}, "draft": False},
        }
    return {**base, **given}


def _read(log: str) -> tuple[dict[str, tuple[str, ...]], list[Step], list[str]]:
    jobs: dict[str, tuple[str, ...]] = {}
    steps: list[Step] = []
    lines: list[str] = []
    for line in log.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            lines.append(line)
            continue
        job = record.get("jobID", "")
        lines.append(f"[{job}] {record.get('msg', '').rstrip()}")
        if "jobResult" in record:
            jobs[job] = (*jobs.get(job, ()), record["jobResult"])
        elif "stepResult" in record and record.get("stage") == "Main":
            steps.append(Step(job, str(record.get("step", "")), record["stepResult"]))
    return jobs, steps, lines


def run(
    repo: Path,
    event: str,
    work: Path,
    *,
    expected: set[str],
    path: str = "",
    branch: str = "main",
    payload: Mapping[str, Any] | None = None,
    inputs: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    workflow: str | None = None,
    own: Mapping[str, Path] | None = None,
) -> GithubRun:
    """Run an event and insist that each expected job came to a result and that no other job did.

    `own` gives the folders of remote actions, by `owner/name@ref`, that are really to run.
    """
    for file, document in workflows(repo).items():
        _refuse_unmodelled(file, document)
    work.mkdir(parents=True, exist_ok=True)
    event_file, calls_file, artifacts = work / "event.json", work / "calls.jsonl", work / "artifacts"
    event_file.write_text(json.dumps(_payload(event, branch, payload or {})), encoding="utf-8")
    settings = {
        "HARNESS_ARTIFACTS": str(artifacts),
        "HARNESS_CALLS": str(calls_file),
        "HARNESS_PYTHON": sys.executable,
        "HARNESS_HOME": str(HERE),
        **(env or {}),
    }
    argv: list[str | Path] = [
        tool("act"),
        event,
        "-C",
        repo,
        "--json",
        "--no-cache-server",
        "--defaultbranch",
        "main",
        "-e",
        event_file,
    ]
    argv += [flag for label in RUNNERS for flag in ("-P", f"{label}=-self-hosted")]
    argv += [flag for name, value in settings.items() for flag in ("--env", f"{name}={value}")]
    argv += [flag for name, value in (variables or {}).items() for flag in ("--var", f"{name}={value}")]
    argv += [flag for name, value in (inputs or {}).items() for flag in ("--input", f"{name}={value}")]
    argv += ["-W", repo / ".github" / "workflows" / workflow] if workflow else []
    done = call([*argv, *_stand_ins(repo, work, own or {})], repo, _environment(work, path))
    jobs, steps, lines = _read(done.out + done.err)
    log = "\n".join(lines)
    if set(jobs) != expected:
        raise HarnessError(
            f"{event}: jobs with a result are {sorted(jobs)}, expected {sorted(expected)}\n{log[-6000:]}"
        )
    recorded = (
        [json.loads(line) for line in calls_file.read_text(encoding="utf-8").splitlines()]
        if calls_file.exists()
        else []
    )
    calls = tuple(
        ActionCall(call_["action"], call_["ref"], call_["job"], call_["inputs"]) for call_ in recorded
    )
    summary = "\n".join(line for line in lines if "Summary - " in line)
    return GithubRun(done.code, jobs, tuple(steps), calls, summary, artifacts, log)
