"""Jenkins pipelines, declarative above all: stages, shell steps, conditions and forgiven failures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event, Job, Pipeline, Run, Step
from mlops.domain.record import dataclass, replace
from mlops.domain.regex import regex
from mlops.graph.ci.common import OUTSIDE, problems_of, weaker
from mlops.graph.ci.jenkins_when import judge

_PATH = regex(r"(?:.*/)?Jenkinsfile[^/]*|.*\.jenkinsfile|jenkins/[^/]+\.(?:groovy|jenkins)", re.IGNORECASE)
_SHELLS = {"sh": "sh", "bat": "cmd", "powershell": "pwsh", "pwsh": "pwsh"}
#: Blocks that change nothing about whether and how their steps run.
_TRANSPARENT = frozenset(
    {
        "pipeline", "node", "stages", "steps", "script", "withEnv", "withCredentials", "container", "timeout",
        "timestamps", "ansiColor", "retry", "ws", "lock", "parallel", "wrap", "sshagent", "docker.image", "inside",
        "withDockerContainer", "docker.withRegistry", "withAWS", "configFileProvider", "tool", "throttle",
    }
)  # fmt: skip
#: Conditions that only builds of proposed changes meet.
_REVIEWS = frozenset({"changeRequest", "env.CHANGE_ID", "env.CHANGE_TARGET", "CHANGE_ID"})
_SETTINGS = frozenset(
    {
        "agent",
        "environment",
        "options",
        "parameters",
        "triggers",
        "tools",
        "when",
        "libraries",
        "properties",
        "matrix",
    }
)


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    event: Event
    config: CiConfig
    condition: Condition = ALWAYS
    stops: Condition = ALWAYS
    folder: str = ""
    after_failure: bool = False


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read every Jenkinsfile of a repository."""
    found: list[Pipeline] = []
    for path in sorted(path for path in files if _PATH.fullmatch(path) and files[path].documents):
        calls = _calls(files[path].documents[0])
        if not any(_name(call) in {"pipeline", "node", "stage"} for call in calls):
            continue
        events = _events(path, calls)
        runs = tuple(Run(event, tuple(_jobs(calls, _Place(path, event, config)))) for event in events)
        found.append(Pipeline("jenkins", path, path, runs, problems=problems_of(path, files[path])))
    return found


def _calls(node: Document | None) -> list[Map]:
    return [item for item in node.items if isinstance(item, Map)] if isinstance(node, Seq) else []


def _name(call: Map) -> str:
    return text_of(call.get("call"))


def _body(call: Map) -> list[Map]:
    return _calls(call.get("body"))


def _argument(call: Map, *names: str) -> Scalar | None:
    for name in names:
        found = call.get("args", name)
        if isinstance(found, Scalar):
            return found
    return None


def _events(path: str, calls: list[Map]) -> list[Event]:
    """Return the change of the repository, which every job is set up for, and the declared triggers."""
    pipeline = next((call for call in calls if _name(call) == "pipeline"), None)
    line = pipeline.line if pipeline is not None else 1
    found = [Event("push", "push", path, line), Event("branch", "push to another branch", path, line)]
    # Whether changes proposed by others are built stands in the job's settings, unless the file speaks of them.
    reviewed = ALWAYS if any(_name(call) in _REVIEWS for call in _every(calls)) else OUTSIDE
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
    for block in _body(pipeline) if pipeline is not None else []:
        for trigger in _body(block) if _name(block) == "triggers" else []:
            written = _argument(trigger, "0", "spec", "upstreamProjects")
            text = written.text if written is not None else ""
            if _name(trigger) in {"cron", "parameterizedCron"}:
                found.append(Event("schedule", f'cron "{text.strip()}"', path, trigger.line))
            elif _name(trigger) == "upstream":
                found.append(Event("pipeline", f"upstream {text}", path, trigger.line))
            elif _name(trigger) in {"GenericTrigger", "genericTrigger"}:
                found.append(Event("signal", "webhook", path, trigger.line))
    return found


@dataclass(slots=True)
class _Stage:
    """A stage while its jobs are gathered."""

    before: tuple[str, ...] = ()
    approval: bool = False


def _jobs(calls: list[Map], place: _Place) -> list[Job]:
    jobs: list[Job] = []
    state = _Stage()
    image = _image(calls)
    _gather(calls, place, jobs, state, image, parallel=False)
    return jobs


def _image(calls: list[Map]) -> str:
    for call in calls:
        if _name(call) in {"pipeline", "agent", "docker", "stage"}:
            written = _argument(call, "0") if _name(call) == "docker" else None
            found = written.text if written is not None else _image(_body(call))
            if found:
                return found
        if _name(call) == "image":
            written = _argument(call, "0")
            return written.text if written is not None else ""
    return ""


def _gather(
    calls: list[Map], place: _Place, jobs: list[Job], state: _Stage, image: str, *, parallel: bool
) -> None:
    """Turn stages into jobs one after the other; the steps between them become jobs too."""
    start = state.before
    ends: list[str] = []
    for call in calls:
        name = _name(call)
        if name in _SETTINGS:
            continue
        if name == "stage":
            if parallel:
                state.before = start
            _stage(call, place, jobs, state, image)
            ends.extend(state.before)
        elif name == "post":
            _post(call, place, jobs, state)
        elif _holds_stages(call):
            _gather(_body(call), place, jobs, state, image, parallel=name == "parallel")
            ends.extend(state.before)
        else:
            steps = _steps([call], place)
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
        _name(inner) in {"stage", "stages", "parallel"} or _holds_stages(inner) for inner in _body(call)
    )


def _append(jobs: list[Job], state: _Stage, job: Job) -> None:
    before = tuple(state.before)
    jobs.append(replace(job, needs=before, approval=state.approval))
    if job.condition.value is not Tri.NO:
        # a stage that is passed over holds nothing up
        state.before = (job.id,)


def _stage(call: Map, place: _Place, jobs: list[Job], state: _Stage, image: str) -> None:
    title = _argument(call, "0", "name")
    body = _body(call)
    when = next((inner for inner in body if _name(inner) == "when"), None)
    condition = (
        weaker(place.condition, judge(when, place.event, place.config))
        if when is not None
        else place.condition
    )
    inside = replace(place, condition=condition)
    image = _image(body) or image
    if any(_name(inner) == "input" for inner in _every(body)):
        # what follows the question waits for an answer
        state.approval = True
    if any(_name(inner) in {"stage", "stages", "parallel"} for inner in body):
        _gather(body, inside, jobs, state, image, parallel=False)
        return
    steps = [
        step for inner in body if _name(inner) not in {*_SETTINGS, "post"} for step in _steps([inner], inside)
    ]
    name = title.text if title is not None else "stage"
    job = Job(
        f"{len(jobs) + 1} {name}", place.path, call.line, tuple(steps), condition=condition, image=image
    )
    _append(jobs, state, job)
    for inner in body:
        if _name(inner) == "post":
            _post(inner, inside, jobs, state)


def _every(calls: list[Map]) -> list[Map]:
    found = list(calls)
    for call in found:
        found.extend(_body(call))
    return found


def _post(call: Map, place: _Place, jobs: list[Job], state: _Stage) -> None:
    after = replace(place, after_failure=True)
    steps: list[Step] = []
    for block in _body(call):
        calm = _name(block) == "success"
        steps.extend(_steps(_body(block), place if calm else after))
    if steps:
        needs = tuple(state.before)
        name = f"{len(jobs) + 1} post"
        jobs.append(
            Job(name, place.path, call.line, tuple(steps), needs, place.condition, after_failure=True)
        )


def _steps(calls: list[Map], place: _Place) -> list[Step]:
    found: list[Step] = []
    for index, call in enumerate(calls):
        name = _name(call)
        if name in _SHELLS:
            found.extend(_shell(call, place))
        elif name == "dir":
            folder = _argument(call, "0", "path")
            text = folder.text if folder is not None else ""
            found.extend(_steps(_body(call), replace(place, folder=f"{place.folder}/{text}".strip("/"))))
        elif name in {"catchError", "warnError"}:
            found.extend(_steps(_body(call), replace(place, stops=_caught(call, name))))
        elif name == "try":
            handler = next((after for after in calls[index + 1 : index + 2] if _name(after) == "catch"), None)
            found.extend(_steps(_body(call), replace(place, stops=weaker(place.stops, _handled(handler)))))
        elif name in {"if", "else", "catch", "for", "while"} or name.endswith((".each", ".eachWithIndex")):
            found.extend(_steps(_body(call), replace(place, condition=_branch(call, name, place))))
        elif name in _TRANSPARENT or _body(call):
            found.extend(_steps(_body(call), place))
        elif name not in _SETTINGS:
            found.append(_opaque(call, place))
    return found


def _base(call: Map, place: _Place, name: str) -> Step:
    return Step(
        name,
        place.path,
        call.line,
        folder=place.folder,
        condition=place.condition,
        stops=place.stops,
        after_failure=place.after_failure,
    )


def _shell(call: Map, place: _Place) -> list[Step]:
    written = _argument(call, "script", "0")
    if written is None:
        return []
    status = _argument(call, "returnStatus")
    stops = place.stops
    if status is not None and status.text == "true":
        forgiven = Condition(
            Tri.NO, "its exit status is returned by `returnStatus` and not used", "F5", call.line
        )
        if call.get("kept") is not None:
            forgiven = Condition(Tri.UNKNOWN, "its exit status is kept by `returnStatus`", "", call.line)
        stops = weaker(stops, forgiven)
    shell = _SHELLS[_name(call)]
    first = written.text.partition("\n")[0]
    # Jenkins runs `sh -xe` unless the script names an interpreter of its own
    errexit = shell == "sh" and (not first.startswith("#!") or " -e" in first)
    name = written.text.strip().partition("\n")[0][:80]
    step = replace(_base(call, place, name), script=written.text, script_line=written.line, stops=stops)
    named = "bash" if first.startswith("#!") and "bash" in first else shell
    return [replace(step, shell=named, errexit=errexit)]


def _opaque(call: Map, place: _Place) -> Step:
    inputs = tuple((key.text, text_of(value)) for key, value in entries_of(call.get("args")))
    return replace(_base(call, place, _name(call)), uses=_name(call), inputs=inputs)


def _caught(call: Map, name: str) -> Condition:
    result = _argument(call, "buildResult")
    if name == "catchError" and (result is None or result.text not in {"SUCCESS", "UNSTABLE", "null"}):
        return ALWAYS
    return Condition(Tri.NO, f"its failure is caught by `{name}`", "F5", call.line)


def _handled(handler: Map | None) -> Condition:
    """Tell whether a `catch` lets the failure through."""
    if handler is None or any(_name(call) in {"throw", "error"} for call in _every(_body(handler))):
        return ALWAYS
    return Condition(Tri.NO, "its failure is caught by a `try` that goes on", "F15", handler.line)


def _branch(call: Map, name: str, place: _Place) -> Condition:
    written = _argument(call, "0")
    if name == "if" and written is not None and not written.quoted and written.text == "false":
        return Condition(Tri.NO, "it stands under `if (false)`", "F6", call.line)
    return weaker(
        place.condition, Condition(Tri.UNKNOWN, f"it stands under `{name}` in Groovy code", "", call.line)
    )
