"""Travis CI: phases, the jobs of a matrix, and the failures that it allows."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, plain, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event, Job, Pipeline, Run, Step
from mlops.domain.record import replace
from mlops.graph.ci.common import FORGIVEN, OUTSIDE, first_map, maps, problems_of, script, texts
from mlops.graph.ci.globs import matches

PATHS = (".travis.yml", ".travis.yaml")

#: Phase -> whether a failing line fails the job (that `script` goes on until its end makes no difference).
_PHASES = {
    "before_install": True,
    "install": True,
    "before_script": True,
    "script": True,
    "after_success": False,
    "after_failure": False,
    "after_script": False,
}


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read the Travis configuration of a repository."""
    return [
        Pipeline("travis", path, path, _runs(path, root, config), problems=problems_of(path, files[path]))
        for path in PATHS
        if path in files and (root := first_map(files[path])) is not None
    ]


def _runs(path: str, root: Map, config: CiConfig) -> tuple[Run, ...]:
    only, excluded = texts(root.get("branches", "only")), texts(root.get("branches", "except"))
    guards = not only or any(matches(only, name) for name in config.default_branches)
    guards = guards and not all(name in excluded for name in config.default_branches)
    line = root.line
    kind = "push" if guards else "branch"
    label = "push" if guards else f"push to {' or '.join(only)}"
    events = [
        Event(kind, label, path, line),
        Event("pull_request" if guards else "branch", "pull request", path, line),
    ]
    jobs = _jobs(root)
    conditions = [text_of(root.get("if")), *(text_of(job.get("if")) for job in jobs)]
    if any("cron" in text for text in conditions):
        events.append(Event("schedule", "cron", path, line, OUTSIDE, origin="outside"))
    if any("tag" in text for text in conditions):
        events.append(Event("tag", "push of a tag", path, line))
    return tuple(
        Run(event, tuple(_job(path, root, job, index, event) for index, job in enumerate(jobs)))
        for event in events
    )


def _jobs(root: Map) -> list[Map]:
    """Return the included jobs, or the file itself as the only job."""
    found = [job for name in ("jobs", "matrix") for job in maps(root.get(name, "include"))]
    return found or [root]


def _job(path: str, root: Map, body: Map, index: int, event: Event) -> Job:
    name = (
        text_of(body.get("name"))
        or text_of(body.get("stage"))
        or ("build" if body is root else f"build {index + 1}")
    )
    condition = _condition(root.get("if"), event)
    if body is not root:
        condition = min(condition, _condition(body.get("if"), event), key=lambda one: one.value)
    steps: list[Step] = []
    for phase, stops in _PHASES.items():
        node = body.get(phase) if body.get(phase) is not None else root.get(phase)
        if isinstance(node, Scalar) and node.text in {"skip", "true", "false"}:
            continue
        like = Step("", path, 0, stops=ALWAYS if stops else FORGIVEN)
        steps.extend(script(node, replace(like, after_failure=phase in {"after_failure", "after_script"})))
    steps.extend(_deploy(path, deploy) for deploy in maps(body.get("deploy") or root.get("deploy")))
    return Job(
        f"{name} {index + 1}" if len(_jobs(root)) > 1 else name,
        path,
        body.line,
        tuple(steps),
        condition=condition,
        stops=_allowed(root, body),
        runner=text_of(body.get("os")) or text_of(root.get("os")) or "linux",
    )


def _deploy(path: str, body: Map) -> Step:
    provider = text_of(body.get("provider"))
    command = body.get("script")
    step = Step(f"deploy {provider}", path, body.line)
    if provider == "script" and isinstance(command, Scalar):
        return replace(step, script=command.text, script_line=command.line)
    inputs = tuple((key.text, text_of(value)) for key, value in body.items if isinstance(value, Scalar))
    return replace(step, uses=f"travis-deploy/{provider}", inputs=inputs)


def _condition(node: Document | None, event: Event) -> Condition:
    """Judge an `if` as far as it only names the kind of build."""
    if not isinstance(node, Scalar):
        return ALWAYS
    kinds = {
        "push": "push",
        "branch": "push",
        "pull_request": "pull_request",
        "schedule": "cron",
        "tag": "push",
    }
    text = " ".join(node.text.replace("==", "=").split())
    known = {
        f"type = {name}": name == kinds.get(event.kind) for name in ("push", "pull_request", "cron", "api")
    }
    known |= {
        "tag IS present": event.kind == "tag",
        "tag IS blank": event.kind != "tag",
        "true": True,
        "false": False,
    }
    if text in known:
        reason = f"its condition `{text}` never holds for {event.label}"
        return ALWAYS if known[text] else Condition(Tri.NO, reason, "F6", node.line)
    return Condition(Tri.UNKNOWN, f"its condition `{text[:80]}` is not understood", "", node.line)


def _allowed(root: Map, body: Map) -> Condition:
    """Tell whether `allow_failures` names a job."""
    for name in ("jobs", "matrix"):
        for entry in maps(root.get(name, "allow_failures")):
            wanted = plain(entry)
            given = plain(body)
            if isinstance(wanted, dict) and isinstance(given, dict) and body is not root:
                if wanted.items() <= given.items():
                    return replace(
                        FORGIVEN, reason="its failure is allowed by `allow_failures`", line=entry.line
                    )
            else:
                return Condition(
                    Tri.UNKNOWN, "`allow_failures` forgives some legs of the matrix", "", entry.line
                )
    return ALWAYS
