"""Drone and Woodpecker: pipelines of steps in containers."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event, Job, Pipeline, Run, Step
from mlops.domain.record import replace
from mlops.domain.regex import regex
from mlops.graph.ci.common import FORGIVEN, OUTSIDE, maps, problems_of, script, texts, variables
from mlops.graph.ci.globs import matches

_PATH = regex(r"\.drone\.ya?ml|\.woodpecker\.ya?ml|\.woodpecker/[^/]+\.ya?ml")
#: Event of the file -> kind and label.
_EVENTS = {
    "push": ("push", "push"),
    "pull_request": ("pull_request", "pull request"),
    "tag": ("tag", "push of a tag"),
    "release": ("release", "release"),
    "cron": ("schedule", "cron"),
    "promote": ("manual", "promote"),
    "rollback": ("manual", "rollback"),
    "deployment": ("manual", "deployment"),
    "manual": ("manual", "manual"),
    "custom": ("signal", "custom"),
}


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read every Drone or Woodpecker pipeline of a repository."""
    found: list[Pipeline] = []
    for path in sorted(path for path in files if _PATH.fullmatch(path)):
        provider = "drone" if path.startswith(".drone") else "woodpecker"
        for root in files[path].documents:
            if not isinstance(root, Map) or text_of(root.get("kind"), "pipeline") != "pipeline":
                continue
            name = text_of(root.get("name")) or path
            runs = tuple(_runs(path, root, provider, config))
            found.append(Pipeline(provider, path, name, runs, problems=problems_of(path, files[path])))
    return found


def _constraints(node: Document | None, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a filter includes and excludes."""
    if isinstance(node, Seq):
        # Woodpecker takes a list of alternatives: together they include what any of them does
        parts = [_constraints(item, key) for item in node.items]
        return tuple(text for part in parts for text in part[0]), ()
    found = node.get(key) if isinstance(node, Map) else None
    if isinstance(found, Map):
        return texts(found.get("include")), texts(found.get("exclude"))
    return texts(found), ()


def _runs(path: str, root: Map, provider: str, config: CiConfig) -> list[Run]:
    trigger = root.get("trigger") if provider == "drone" else root.get("when")
    include, exclude = _constraints(trigger, "event")
    wanted = [event for event in include or ("push", "pull_request", "tag") if event not in exclude]
    branches, ignored = _constraints(trigger, "branch")
    guards = (not branches or any(matches(branches, name) for name in config.default_branches)) and not any(
        matches((one,), name) for one in ignored for name in config.default_branches
    )
    line = trigger.line if trigger is not None else root.line
    found: list[Run] = []
    for name in dict.fromkeys(wanted):
        kind, label = _EVENTS.get(name, ("other", name))
        if kind in {"push", "pull_request"} and not guards:
            kind, label = "branch", f"{label} to {' or '.join(branches) or 'another branch'}"
        outside = kind == "schedule"
        event = Event(
            kind, label, path, line, OUTSIDE if outside else ALWAYS, origin="outside" if outside else "native"
        )
        found.append(Run(event, (_job(path, root, name, event, config),)))
    return found


def _job(path: str, root: Map, name: str, event: Event, config: CiConfig) -> Job:
    node = root.get("steps") if root.get("steps") is not None else root.get("pipeline")
    bodies = [(text_of(body.get("name")), body) for body in maps(node)] if isinstance(node, Seq) else [
        (key.text, body) for key, body in entries_of(node) if isinstance(body, Map)
    ]  # fmt: skip
    steps = tuple(_step(path, label, body, name, event, config) for label, body in bodies)
    services = tuple(text_of(body.get("image")) for body in maps(root.get("services")))
    return Job(text_of(root.get("name")) or "pipeline", path, root.line, steps, services=services)


def _step(path: str, name: str, body: Map, event_name: str, event: Event, config: CiConfig) -> Step:
    failure = body.get("failure")
    stops = ALWAYS
    if isinstance(failure, Scalar) and failure.text == "ignore":
        stops = replace(FORGIVEN, reason="its failure is forgiven by `failure: ignore`", line=failure.line)
    when = body.get("when")
    status, _ = _constraints(when, "status")
    step = Step(  # noqa: S604 (`shell` names one, nothing is started)
        name,
        path,
        body.line,
        shell="sh",
        env=variables(body.get("environment")),
        condition=_condition(when, event_name, event, config),
        stops=stops,
        after_failure="failure" in status,
    )
    if found := script(body.get("commands"), step):
        return found[0]
    image = text_of(body.get("image"))
    return replace(step, uses=f"docker://{image}", inputs=variables(body.get("settings")))


def _condition(when: Document | None, name: str, event: Event, config: CiConfig) -> Condition:
    events, without = _constraints(when, "event")
    line = when.line if when is not None else 0
    if (events and name not in events) or name in without:
        return Condition(Tri.NO, f"its `when` leaves out {event.label}", "", line)
    branches, ignored = _constraints(when, "branch")
    if (
        event.kind == "push"
        and branches
        and not any(matches(branches, one) for one in config.default_branches)
    ):
        return Condition(Tri.NO, f"its `when` admits only {', '.join(branches)}", "", line)
    if event.kind == "push" and any(
        matches((one,), each) for one in ignored for each in config.default_branches
    ):
        return Condition(Tri.NO, "its `when` leaves out the default branch", "", line)
    known = {"event", "branch", "status"}
    others = {key.text for part in (maps(when) or ()) for key, _ in part.items} - known
    if others:
        return Condition(Tri.UNKNOWN, f"it depends on {', '.join(sorted(others))}", "", line)
    return ALWAYS
