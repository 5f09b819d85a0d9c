"""AWS: CloudFormation and SAM templates, Step Functions, and the Serverless Framework."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, entries_of, items_of, text_of, walk
from mlops.domain.facts import Fact, Target
from mlops.domain.regex import regex
from mlops.facts.config.values import Found, resource

_TYPE = regex(r"(?:AWS|Alexa|Custom)::[\w:]+")


def is_template(document: Document) -> bool:
    """Tell whether a document is a CloudFormation template."""
    if not isinstance(document, Map):
        return False
    found = entries_of(document.get("Resources"))
    return any(isinstance(value, Map) and _TYPE.match(text_of(value.get("Type"))) for _, value in found)


def template(document: Document) -> Found:
    """Read a template: its resources, and the functions that SAM starts from code."""
    facts: list[Fact] = []
    targets: list[Target] = []
    for key, value in entries_of(document.get("Resources") if isinstance(document, Map) else None):
        if isinstance(value, Map) and text_of(value.get("Type")):
            kind = text_of(value.get("Type"))
            facts += resource(f"cfn:{kind}", key.text, key.line, value)
            facts += _variables(value.get("Properties", "Environment", "Variables"))
            handler = text_of(value.get("Properties", "Handler"))
            if handler:
                code = text_of(value.get("Properties", "CodeUri"))
                schedules = [
                    _sam_schedule(event) for _, event in entries_of(value.get("Properties", "Events"))
                ]
                targets.append(_function(key, handler, code, next(filter(None, schedules), "")))
    return tuple(facts), tuple(targets)


def _sam_schedule(event: Document) -> str:
    if not isinstance(event, Map) or text_of(event.get("Type")) not in {"Schedule", "ScheduleV2"}:
        return ""
    enabled = text_of(event.get("Properties", "Enabled")).lower() != "false"
    state = text_of(event.get("Properties", "State")) != "DISABLED"
    when = text_of(event.get("Properties", "Schedule")) or text_of(
        event.get("Properties", "ScheduleExpression")
    )
    return when if enabled and state else ""


def _function(key: Scalar, handler: str, code: str, schedule: str) -> Target:
    """Write `folder/app.handler` as Python's `folder.app:handler`."""
    module, _, name = handler.rpartition(".")
    prefix = "" if ":" in code else code.strip("./")
    dotted = ".".join(part for part in f"{prefix}/{module}".split("/") if part)
    return Target(
        "serverless-function",
        key.text,
        key.line,
        function=f"{dotted}:{name}",
        attrs={"schedule": schedule} if schedule else {},
    )


def _variables(node: Document | None) -> Iterator[Fact]:
    for key, value in entries_of(node):
        yield Fact("setting", f"{key.text}={text_of(value)}", key.line)


def is_state_machine(document: Document) -> bool:
    """Tell whether a document is a state machine in the Amazon States Language."""
    return (
        isinstance(document, Map)
        and document.get("StartAt") is not None
        and isinstance(document.get("States"), Map)
    )


def state_machine(document: Document) -> Iterator[Fact]:
    """Yield a state machine and its states, those of nested machines too."""
    if not isinstance(document, Map):
        return
    yield from resource("asl:StateMachine", text_of(document.get("Comment")), document.line)
    for path, node in walk(document):
        if path[-1:] == ("States",):
            for key, state in entries_of(node):
                if isinstance(state, Map):
                    yield from resource(f"asl:{text_of(state.get('Type'))}", key.text, key.line, state)


def serverless(document: Document) -> Found:
    """Read serverless.yml: functions with their events, and the CloudFormation resources in it."""
    if not isinstance(document, Map):
        return (), ()
    facts: list[Fact] = []
    targets: list[Target] = []
    for key, value in entries_of(document.get("functions")):
        if isinstance(value, Map):
            facts += resource("serverless:function", key.text, key.line, value)
            facts += _variables(value.get("environment"))
            schedule = ""
            for event in items_of(value.get("events")):
                if isinstance(event, Map) and event.get("schedule") is not None:
                    schedule = (
                        text_of(event.get("schedule")) or text_of(event.get("schedule", "rate")) or "schedule"
                    )
            targets.append(_function(key, text_of(value.get("handler")), "", schedule))
    inner = document.get("resources")
    more = template(inner) if inner is not None else ((), ())
    return (*facts, *more[0]), (*targets, *more[1])
