"""Jenkins pipelines, declarative above all: stages, shell steps, conditions and forgiven failures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.document import Map
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Event, Job, Pipeline, Run, Step
from mlops.domain.record import dataclass, replace
from mlops.domain.regex import regex
from mlops.graph.ci.common import OUTSIDE, problems_of, weaker
from mlops.graph.ci.jenkins_calls import SETTINGS, Place, argument, body_of, calls_of, every, name_of
from mlops.graph.ci.jenkins_steps import steps_of
from mlops.graph.ci.jenkins_when import judge

_PATH = regex(r"(?:.*/)?Jenkinsfile[^/]*|.*\.jenkinsfile|jenkins/[^/]+\.(?:groovy|jenkins)", re.IGNORECASE)
#: Conditions that only builds of proposed changes meet.
_REVIEWS = frozenset({"changeRequest", "env.CHANGE_ID", "env.CHANGE_TARGET", "CHANGE_ID"})


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read every Jenkinsfile of a repository."""
    found: list[Pipeline] = []
    for path in sorted(path for path in files if _PATH.fullmatch(path) and files[path].documents):
        calls = calls_of(files[path].documents[0])
        if not any(name_of(call) in {"pipeline", "node", "stage"} for call in calls):
            continue
        events = _events(path, calls)
        runs = tuple(Run(event, tuple(_jobs(calls, Place(path, event, config)))) for event in events)
        found.append(Pipeline("jenkins", path, path, runs, problems=problems_of(path, files[path])))
    return found


def _events(path: str, calls: list[Map]) -> list[Event]:
    """Return the change of the repository, which every job is set up for, and the declared triggers."""
    pipeline = next((call for call in calls if name_of(call) == "pipeline"), None)
    line = pipeline.line if pipeline is not None else 1
    found = [Event("push", "push", path, line), Event("branch", "push to another branch", path, line)]
    # Whether changes proposed by others are built stands in the job's settings, unless the file speaks of them.
    reviewed = ALWAYS if any(name_of(call) in _REVIEWS for call in every(calls)) else OUTSIDE
    found.append(
        Event(
            "pull_request",
            "pull request",
            path,
            line,
            reviewed,
            origin="outside" if reviewed is OUTSIDE else "native",
        )
    )
    for block in body_of(pipeline) if pipeline is not None else []:
        for trigger in body_of(block) if name_of(block) == "triggers" else []:
            written = argument(trigger, "0", "spec", "upstreamProjects")
            text = written.text if written is not None else ""
            if name_of(trigger) in {"cron", "parameterizedCron"}:
                found.append(Event("schedule", f'cron "{text.strip()}"', path, trigger.line))
            elif name_of(trigger) == "upstream":
                found.append(Event("pipeline", f"upstream {text}", path, trigger.line))
            elif name_of(trigger) in {"GenericTrigger", "genericTrigger"}:
                found.append(Event("signal", "webhook", path, trigger.line))
    return found


@dataclass(slots=True)
class _Stage:
    """A stage while its jobs are gathered."""

    before: tuple[str, ...] = ()
    approval: bool = False


def _jobs(calls: list[Map], place: Place) -> list[Job]:
    jobs: list[Job] = []
    state = _Stage()
    image = _image(calls)
    _gather(calls, place, jobs, state, image, parallel=False)
    return jobs


def _image(calls: list[Map]) -> str:
    for call in calls:
        if name_of(call) in {"pipeline", "agent", "docker", "stage"}:
            written = argument(call, "0") if name_of(call) == "docker" else None
            found = written.text if written is not None else _image(body_of(call))
            if found:
                return found
        if name_of(call) == "image":
            written = argument(call, "0")
            return written.text if written is not None else ""
    return ""


def _gather(
    calls: list[Map], place: Place, jobs: list[Job], state: _Stage, image: str, *, parallel: bool
) -> None:
    """Turn stages into jobs one after the other; the steps between them become jobs too."""
    start = state.before
    ends: list[str] = []
    for call in calls:
        name = name_of(call)
        if name in SETTINGS:
            continue
        if name == "stage":
            if parallel:
                state.before = start
            _stage(call, place, jobs, state, image)
            ends.extend(state.before)
        elif name == "post":
            _post(call, place, jobs, state)
        elif _holds_stages(call):
            _gather(body_of(call), place, jobs, state, image, parallel=name == "parallel")
            ends.extend(state.before)
        else:
            steps = steps_of([call], place)
            if steps:
                _append(
                    jobs,
                    state,
                    Job(f"{len(jobs) + 1} {name}", place.path, call.line, tuple(steps), image=image),
                )
    if parallel and ends:
        state.before = tuple(dict.fromkeys(ends))


def _holds_stages(call: Map) -> bool:
    return any(
        name_of(inner) in {"stage", "stages", "parallel"} or _holds_stages(inner) for inner in body_of(call)
    )


def _append(jobs: list[Job], state: _Stage, job: Job) -> None:
    before = tuple(state.before)
    jobs.append(replace(job, needs=before, approval=state.approval))
    if job.condition.value is not Tri.NO:
        # a stage that is passed over holds nothing up
        state.before = (job.id,)


def _stage(call: Map, place: Place, jobs: list[Job], state: _Stage, image: str) -> None:
    title = argument(call, "0", "name")
    body = body_of(call)
    when = next((inner for inner in body if name_of(inner) == "when"), None)
    condition = (
        weaker(place.condition, judge(when, place.event, place.config))
        if when is not None
        else place.condition
    )
    inside = replace(place, condition=condition)
    image = _image(body) or image
    if any(name_of(inner) == "input" for inner in every(body)):
        # what follows the question waits for an answer
        state.approval = True
    if any(name_of(inner) in {"stage", "stages", "parallel"} for inner in body):
        _gather(body, inside, jobs, state, image, parallel=False)
        return
    steps = [
        step
        for inner in body
        if name_of(inner) not in {*SETTINGS, "post"}
        for step in steps_of([inner], inside)
    ]
    name = title.text if title is not None else "stage"
    job = Job(
        f"{len(jobs) + 1} {name}", place.path, call.line, tuple(steps), condition=condition, image=image
    )
    _append(jobs, state, job)
    for inner in body:
        if name_of(inner) == "post":
            _post(inner, inside, jobs, state)


def _post(call: Map, place: Place, jobs: list[Job], state: _Stage) -> None:
    after = replace(place, after_failure=True)
    steps: list[Step] = []
    for block in body_of(call):
        calm = name_of(block) == "success"
        steps.extend(steps_of(body_of(block), place if calm else after))
    if steps:
        needs = tuple(state.before)
        name = f"{len(jobs) + 1} post"
        jobs.append(
            Job(name, place.path, call.line, tuple(steps), needs, place.condition, after_failure=True)
        )
