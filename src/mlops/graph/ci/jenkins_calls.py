"""The calls of a Jenkinsfile: what they are named, what they are given, what stands in their block."""

from __future__ import annotations

from mlops.domain.document import Document, Map, Scalar, Seq, text_of
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event
from mlops.domain.record import dataclass

#: Blocks that set something up and hold no steps.
SETTINGS = frozenset(
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
class Place:
    """What is known of where a step stands."""

    path: str
    event: Event
    config: CiConfig
    condition: Condition = ALWAYS
    stops: Condition = ALWAYS
    folder: str = ""
    after_failure: bool = False


def calls_of(node: Document | None) -> list[Map]:
    """Return the calls of a block."""
    return [item for item in node.items if isinstance(item, Map)] if isinstance(node, Seq) else []


def name_of(call: Map) -> str:
    """Return the name of a call."""
    return text_of(call.get("call"))


def body_of(call: Map) -> list[Map]:
    """Return the calls in the block of a call."""
    return calls_of(call.get("body"))


def argument(call: Map, *names: str) -> Scalar | None:
    """Return the first of the named arguments that is written out."""
    for name in names:
        found = call.get("args", name)
        if isinstance(found, Scalar):
            return found
    return None


def every(calls: list[Map]) -> list[Map]:
    """Return calls and all calls in their blocks."""
    found = list(calls)
    for call in found:
        found.extend(body_of(call))
    return found
