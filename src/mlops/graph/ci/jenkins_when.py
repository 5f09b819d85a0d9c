"""The `when` of a Jenkins stage, judged for one event."""

from __future__ import annotations

from mlops.domain.document import Map, Scalar, Seq, text_of
from mlops.domain.logic import Tri, all_of, any_of, tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event
from mlops.graph.ci.globs import matches

_SETTINGS = frozenset({"beforeAgent", "beforeInput", "beforeOptions"})


def judge(when: Map, event: Event, config: CiConfig) -> Condition:
    """Tell whether a stage runs for an event."""
    value = all_of(
        _value(call, event, config) for call in _calls(when) if text_of(call.get("call")) not in _SETTINGS
    )
    if value is Tri.YES:
        return ALWAYS
    if value is Tri.NO:
        return Condition(value, f"its `when` never holds for {event.label}", "F6", when.line)
    return Condition(value, "its `when` depends on what the file does not tell", "", when.line)


def _calls(call: Map) -> list[Map]:
    body = call.get("body")
    return [item for item in body.items if isinstance(item, Map)] if isinstance(body, Seq) else []


def _value(call: Map, event: Event, config: CiConfig) -> Tri:
    name = text_of(call.get("call"))
    written = call.get("args", "0") or call.get("args", "pattern")
    text = written.text if isinstance(written, Scalar) else ""
    inner = [_value(item, event, config) for item in _calls(call)]
    if name == "not":
        return ~all_of(inner)
    if name == "allOf":
        return all_of(inner)
    if name == "anyOf":
        return any_of(inner)
    if name == "branch":
        return _branch(text, event, config)
    if name in {"buildingTag", "tag"}:
        return tri(event.kind == "tag")
    if name == "changeRequest":
        return tri(event.kind == "pull_request")
    if name == "changeset":
        # Like a filter by paths: some change meets it.
        return Tri.YES
    if name == "triggeredBy" and "Timer" in text:
        return tri(event.kind == "schedule")
    if name == "expression":
        words = [text_of(item.get("call")) for item in _calls(call)]
        values = [word for item in _calls(call) for word in [text_of(item.get("args", "0"))] if word]
        if [*words, *values] in (["false"], ["return", "false"]):
            return Tri.NO
        if [*words, *values] in (["true"], ["return", "true"]):
            return Tri.YES
    return Tri.UNKNOWN


def _branch(pattern: str, event: Event, config: CiConfig) -> Tri:
    if event.kind == "pull_request":
        return tri(matches((pattern,), "PR-1"))
    defaults = any(matches((pattern,), name) for name in config.default_branches)
    if event.kind == "branch":
        return Tri.NO if defaults and pattern in config.default_branches else Tri.UNKNOWN
    return tri(defaults)
