"""Azure: the YAML of Azure ML, ARM templates and Bicep."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.domain.document import Document, Map, entries_of, text_of, walk
from mlops.domain.facts import Fact, Target
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.facts.config.values import MAX_ATTRIBUTES, MAX_TEXT, Found, maps, named, resource, script_line

_ML_SCHEMA = regex(r"azureml", re.IGNORECASE)
_STEM = regex(r"/([A-Za-z]+)(?:\.schema)?\.json")
_PARENT = regex(r"parent\.jobs\.([\w-]+)")
_HEADER = regex(r"\s*(resource|module)\s+(\w+)\s+'([^']+)'(\s+existing)?\s*=")
_PROPERTY = regex(r"\s*'?([\w.$-]+)'?\s*:\s*(.*?)\s*$")
_BLOCK_COMMENT = regex(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_MAX_RESOURCES = 2000


@dataclass(slots=True)
class _Open:
    """A resource of Bicep whose end has not come; `depth` and `inner` are the brackets open before and in it."""

    depth: int
    line: int
    value: str
    name: str
    attrs: dict[str, str]
    inner: int = 0

    def fact(self) -> Fact:
        """Return what has been read of it."""
        return Fact(
            "resource", self.value, self.line, {**self.attrs, "name": self.attrs.get("name", self.name)}
        )


def ml_kind(document: Document) -> str:
    """Return what an Azure ML document describes, as its schema names it (`commandJob`), or ""."""
    if not isinstance(document, Map):
        return ""
    schema = text_of(document.get("$schema"))
    if _ML_SCHEMA.search(schema):
        stem = _STEM.search(schema)
        return stem[1][:1].lower() + stem[1][1:] if stem else ""
    if schema:
        return ""
    has = {key.text for key, _ in document.items}
    kind = text_of(document.get("type"))
    if {"command", "environment"} <= has and (has & {"code", "compute", "inputs"} or kind == "command"):
        return "commandComponent" if "version" in has and "compute" not in has else "commandJob"
    if (
        kind == "pipeline"
        and "jobs" in has
        and has & {"settings", "inputs", "display_name", "experiment_name", "outputs"}
    ):
        return "pipelineJob"
    if {"endpoint_name", "model"} <= has:
        return "managedOnlineDeployment"
    if {"name", "auth_mode"} <= has:
        return "managedOnlineEndpoint"
    if "create_job" in has or "create_monitor" in has:
        return "schedule"
    return ""


def is_run_configuration(path: str) -> bool:
    """Tell whether a file is a run configuration of Azure ML v1, by its name."""
    return path.endswith(".runconfig")


def run_configuration(document: Map) -> Found:
    """Read a run configuration of Azure ML v1: where the script of a run is run, and in which environment."""
    name = named(document, "script", "target")
    return tuple(resource("azureml:runConfiguration", name, document.line, document)), ()


def ml(document: Document) -> Found:
    """Read a document of Azure ML: the resource, its settings, and what its jobs run."""
    kind = ml_kind(document)
    if not kind or not isinstance(document, Map):
        return (), ()
    name = named(document, "name", "display_name", "experiment_name")
    facts = list(resource(f"azureml:{kind}", name, document.line, document))
    for path, node in walk(document):
        if path[-1:] == ("environment_variables",):
            facts += [
                Fact("setting", f"{key.text}={text_of(value)}", key.line) for key, value in entries_of(node)
            ]
        elif path[-1:] == ("image",) and text_of(node):
            facts.append(Fact("image", text_of(node), node.line, {"use": "job"}))
    return tuple(facts), tuple(_ml_targets(document, kind, name))


def _ml_targets(document: Map, kind: str, name: str) -> Iterator[Target]:
    if kind == "schedule":
        trigger = document.get("trigger")
        when = named(trigger, "expression", "frequency") if isinstance(trigger, Map) else ""
        inner = document.get("create_job")
        attrs = {
            "schedule": when,
            "job": text_of(inner),
            "suspend": "true" if text_of(document.get("is_enabled")) == "false" else "",
        }
        yield Target(
            "azureml-job",
            name or "schedule",
            document.line,
            attrs={key: text for key, text in attrs.items() if text},
        )
        document = inner if isinstance(inner, Map) else Map((), document.line)
    if document.get("command") is not None:
        yield _job(name or kind, document, (), text_of(document.get("code")))
    trial = document.get("trial")
    if isinstance(trial, Map) and trial.get("command") is not None:
        yield _job(f"{name or kind}/trial", trial, (), text_of(trial.get("code")))
    for key, job in entries_of(document.get("jobs")):
        if isinstance(job, Map):
            texts = (text_of(node) for _, node in walk(job))
            needs = tuple(
                dict.fromkeys(need for text in texts for need in _PARENT.findall(text) if need != key.text)
            )
            component = job.get("component")
            body = component if isinstance(component, Map) else job
            inner_trial = job.get("trial")
            body = inner_trial if isinstance(inner_trial, Map) else body
            yield _job(
                key.text,
                body,
                needs,
                text_of(body.get("code")),
                component=text_of(component) or text_of(inner_trial),
            )


def _job(name: str, body: Map, needs: tuple[str, ...], code: str, component: str = "") -> Target:
    command = body.get("command")
    attrs = {
        "compute": text_of(body.get("compute")),
        "component": component,
        "environment": text_of(body.get("environment")),
    }
    return Target(
        "azureml-job",
        name,
        body.line,
        script=text_of(command),
        script_line=script_line(command, body.line),
        needs=needs,
        folder="" if ":" in code else code,
        attrs={key: text for key, text in attrs.items() if text},
    )


def is_arm(document: Document) -> bool:
    """Tell whether a JSON document is an ARM template."""
    return isinstance(document, Map) and "deploymentTemplate.json" in text_of(document.get("$schema"))


def arm(document: Document) -> Iterator[Fact]:
    """Yield the resources of an ARM template, children with their parent's type before their own."""
    pending = [("", item) for item in reversed(_arm_items(document))]
    count = 0
    while pending and count < _MAX_RESOURCES:
        parent, item = pending.pop()
        count += 1
        kind = text_of(item.get("type"))
        full = f"{parent}/{kind}" if parent and "." not in kind else kind
        if full:
            own = Map(tuple(pair for pair in item.items if pair[0].text != "resources"), item.line)
            yield from resource(f"arm:{full}", text_of(item.get("name")), item.line, own)
        pending += [(full, child) for child in reversed(_arm_items(item))]
        pending += [("", child) for child in reversed(_arm_items(item.get("properties", "template")))]


def _arm_items(node: Document | None) -> list[Map]:
    if not isinstance(node, Map):
        return []
    found = node.get("resources")
    return (
        [value for _, value in found.items if isinstance(value, Map)]
        if isinstance(found, Map)
        else list(maps(found))
    )


def bicep(text: str) -> Iterator[Fact]:
    """Yield the resources and modules of a Bicep file with the scalars in their bodies."""
    text = _BLOCK_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    open_ones: list[_Open] = []
    path: list[str] = []
    for line, written in enumerate(text.split("\n"), 1):
        code = _without_comment(written)
        header = _HEADER.match(code)
        if header and not header[4]:
            opened = _Open(len(path), line, *_declared(header, open_ones))
            open_ones.append(opened)
            _step(path, code[header.end() :], "*")
            opened.inner = len(path)
        else:
            match = _PROPERTY.match(code)
            if match and match[2] and match[2][0] not in "{[" and open_ones:
                opened = open_ones[-1]
                key = ".".join([*path[opened.inner :], match[1]])
                if len(opened.attrs) < MAX_ATTRIBUTES:
                    opened.attrs.setdefault(key, match[2].strip("'")[:MAX_TEXT])
            _step(path, code, match[1] if match else "*")
        while open_ones and len(path) <= open_ones[-1].depth:
            yield open_ones.pop().fact()
    for opened in open_ones:
        yield opened.fact()


def _declared(header: re.Match[str], around: list[_Open]) -> tuple[str, str, dict[str, str]]:
    """Return value, name and first attributes of a header; a child's type lengthens its parent's."""
    if header[1] == "module":
        return "bicep-module", header[2], {"source": header[3]}
    kind = header[3].partition("@")[0]
    if around and "." not in kind.split("/")[0]:
        kind = f"{around[-1].value.removeprefix('bicep:')}/{kind}"
    return f"bicep:{kind}", header[2], {}


def _without_comment(line: str) -> str:
    """Cut a `//` comment that stands in no string."""
    quoted = False
    for index, char in enumerate(line):
        if char == "'":
            quoted = not quoted
        elif char == "/" and not quoted and line[index + 1 : index + 2] == "/":
            return line[:index]
    return line


def _step(path: list[str], code: str, key: str) -> None:
    """Follow the brackets of a line: an opening one lengthens the path by the line's key."""
    quoted = False
    for char in code:
        if char == "'":
            quoted = not quoted
        elif not quoted and char in "{[(":
            path.append(key)
            key = "*"
        elif not quoted and char in "}])" and path:
            path.pop()
