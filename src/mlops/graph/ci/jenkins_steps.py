"""The steps of a Jenkins stage: shell scripts, and what decides whether they run and whether their failure counts."""

from __future__ import annotations

from mlops.domain.document import Map, entries_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition, Step
from mlops.domain.record import replace
from mlops.graph.ci.common import weaker
from mlops.graph.ci.jenkins_calls import SETTINGS, Place, argument, body_of, every, name_of

_SHELLS = {"sh": "sh", "bat": "cmd", "powershell": "pwsh", "pwsh": "pwsh"}
#: Blocks that change nothing about whether and how their steps run.
_TRANSPARENT = frozenset(
    {
        "pipeline", "node", "stages", "steps", "script", "withEnv", "withCredentials", "container", "timeout",
        "timestamps", "ansiColor", "retry", "ws", "lock", "parallel", "wrap", "sshagent", "docker.image", "inside",
        "withDockerContainer", "docker.withRegistry", "withAWS", "configFileProvider", "tool", "throttle",
    }
)  # fmt: skip


def steps_of(calls: list[Map], place: Place) -> list[Step]:
    """Return the steps of some calls, one after the other."""
    found: list[Step] = []
    for index, call in enumerate(calls):
        name = name_of(call)
        if name in _SHELLS:
            found.extend(_shell(call, place))
        elif name == "dir":
            folder = argument(call, "0", "path")
            text = folder.text if folder is not None else ""
            found.extend(steps_of(body_of(call), replace(place, folder=f"{place.folder}/{text}".strip("/"))))
        elif name in {"catchError", "warnError"}:
            found.extend(steps_of(body_of(call), replace(place, stops=_caught(call, name))))
        elif name == "try":
            handler = next(
                (after for after in calls[index + 1 : index + 2] if name_of(after) == "catch"), None
            )
            found.extend(
                steps_of(body_of(call), replace(place, stops=weaker(place.stops, _handled(handler))))
            )
        elif name in {"if", "else", "catch", "for", "while"} or name.endswith((".each", ".eachWithIndex")):
            found.extend(steps_of(body_of(call), replace(place, condition=_branch(call, name, place))))
        elif name in _TRANSPARENT or body_of(call):
            found.extend(steps_of(body_of(call), place))
        elif name not in SETTINGS:
            found.append(_opaque(call, place))
    return found


def _base(call: Map, place: Place, name: str) -> Step:
    return Step(
        name,
        place.path,
        call.line,
        folder=place.folder,
        condition=place.condition,
        stops=place.stops,
        after_failure=place.after_failure,
    )


def _shell(call: Map, place: Place) -> list[Step]:
    written = argument(call, "script", "0")
    if written is None:
        return []
    status = argument(call, "returnStatus")
    stops = place.stops
    if status is not None and status.text == "true":
        forgiven = Condition(
            Tri.NO, "its exit status is returned by `returnStatus` and not used", "F5", call.line
        )
        if call.get("kept") is not None:
            forgiven = Condition(Tri.UNKNOWN, "its exit status is kept by `returnStatus`", "", call.line)
        stops = weaker(stops, forgiven)
    shell = _SHELLS[name_of(call)]
    first = written.text.partition("\n")[0]
    # Jenkins runs `sh -xe` unless the script names an interpreter of its own
    errexit = shell == "sh" and (not first.startswith("#!") or " -e" in first)
    name = written.text.strip().partition("\n")[0][:80]
    step = replace(_base(call, place, name), script=written.text, script_line=written.line, stops=stops)
    named = "bash" if first.startswith("#!") and "bash" in first else shell
    return [replace(step, shell=named, errexit=errexit)]


def _opaque(call: Map, place: Place) -> Step:
    inputs = tuple((key.text, text_of(value)) for key, value in entries_of(call.get("args")))
    return replace(_base(call, place, name_of(call)), uses=name_of(call), inputs=inputs)


def _caught(call: Map, name: str) -> Condition:
    result = argument(call, "buildResult")
    if name == "catchError" and (result is None or result.text not in {"SUCCESS", "UNSTABLE", "null"}):
        return ALWAYS
    return Condition(Tri.NO, f"its failure is caught by `{name}`", "F5", call.line)


def _handled(handler: Map | None) -> Condition:
    """Tell whether a `catch` lets the failure through."""
    if handler is None or any(name_of(call) in {"throw", "error"} for call in every(body_of(handler))):
        return ALWAYS
    return Condition(Tri.NO, "its failure is caught by a `try` that goes on", "F15", handler.line)


def _branch(call: Map, name: str, place: Place) -> Condition:
    written = argument(call, "0")
    if name == "if" and written is not None and not written.quoted and written.text == "false":
        return Condition(Tri.NO, "it stands under `if (false)`", "F6", call.line)
    return weaker(
        place.condition, Condition(Tri.UNKNOWN, f"it stands under `{name}` in Groovy code", "", call.line)
    )
