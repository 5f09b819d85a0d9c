"""Kubernetes manifests of any kind, Argo's workflows, kustomizations and Helm charts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of, walk
from mlops.domain.facts import Fact, Target
from mlops.domain.regex import regex
from mlops.facts.config.values import Found, command, maps, named, resource, script_line, strings

_KIND = regex(r"^kind:\s*([A-Z][A-Za-z]+)\s*$", re.MULTILINE)
_API = regex(r"^apiVersion:\s*(\S+)", re.MULTILINE)
_MAX_CONTAINERS = 200
_WORD = regex(r"[A-Za-z0-9_-]+")


def is_manifest(document: Document) -> bool:
    """Tell whether a document is an object of Kubernetes (of any CRD)."""
    return isinstance(document, Map) and bool(
        text_of(document.get("kind")) and text_of(document.get("apiVersion"))
    )


def read(document: Document) -> Found:
    """Read one manifest; a List gives those in it."""
    if not isinstance(document, Map):
        return (), ()
    if text_of(document.get("kind")) == "List":
        parts = [read(item) for item in maps(document.get("items")) if is_manifest(item)]
        return tuple(f for facts, _ in parts for f in facts), tuple(
            t for _, targets in parts for t in targets
        )
    return tuple(_facts(document)), tuple(_targets(document))


def _facts(document: Map) -> Iterator[Fact]:
    kind = document.get("kind")
    shown = document
    if text_of(kind) == "Secret":  # what it holds is nobody's business
        shown = Map(
            tuple(pair for pair in document.items if pair[0].text not in {"data", "stringData"}),
            document.line,
        )
    yield from resource(f"k8s:{text_of(kind)}", _name(document), kind.line if kind else document.line, shown)
    for key, value in entries_of(document.get("metadata", "annotations")):
        yield Fact(
            "key",
            f"metadata.annotations.{key.text}",
            key.line,
            {"value": text_of(value)[:200], "format": "yaml"},
        )
    for path, node in walk(document):
        if path[-1:] == ("image",) and text_of(node):
            yield Fact("image", text_of(node), node.line, {"use": "k8s"})
        if path[-1:] == ("env",):
            for item in maps(node):
                name, given = text_of(item.get("name")), item.get("value")
                if name and given is not None:
                    yield Fact("setting", f"{name}={text_of(given)}", item.line)


def _name(document: Map) -> str:
    metadata = document.get("metadata")
    return named(metadata, "name", "generateName") if isinstance(metadata, Map) else ""


def _schedule(document: Map) -> dict[str, str]:
    """Return when the cluster starts the object by itself."""
    spec = document.get("spec")
    if not isinstance(spec, Map):
        return {}
    schedule = text_of(spec.get("schedule")) or next(iter(strings(spec.get("schedules"))), "")
    schedule = schedule or text_of(spec.get("trigger", "cronSchedule", "cron"))
    if not schedule:
        return {}
    enabled = text_of(spec.get("enabled")).lower()
    suspend = text_of(spec.get("suspend")) or ("true" if enabled == "false" else "")
    return {"schedule": schedule} | ({"suspend": suspend} if suspend else {})


def _targets(document: Map) -> Iterator[Target]:
    """Yield each container with a command; one that is only scheduled keeps its schedule."""
    kind, name, schedule = text_of(document.get("kind")), _name(document), _schedule(document)
    needs = _order(document, name)
    count = 0
    for template, container in _containers(document):
        text, line = _script(container)
        label = f"{name}/{template or named(container, 'name', default='main')}"
        count += 1
        if text or schedule:
            yield Target(
                "k8s-container",
                label,
                container.line,
                script=text,
                script_line=line,
                needs=needs.get(label, ()),
                attrs={"kind": kind, "image": text_of(container.get("image")), **schedule},
            )
    if schedule and not count:
        reference = text_of(document.get("spec", "workflowSpec", "workflowTemplateRef", "name"))
        yield Target("k8s-container", name, document.line, attrs={"kind": kind, "ref": reference, **schedule})


def _script(container: Map) -> tuple[str, int]:
    """Return the shell text of a container and its line: a script (of Argo or Tekton) in a shell, else its command."""
    words = strings(container.get("command"))
    inline = container.get("source") or container.get("script")
    if isinstance(inline, Scalar):
        first = inline.text.lstrip().partition("\n")[0]
        interpreter = first if first.startswith("#!") else words[0] if words else "sh"
        text = inline.text if interpreter.split()[-1].rpartition("/")[2] in {"sh", "bash"} else ""
        return text, script_line(inline, container.line)
    given = container.get("command") or container.get("args")
    return command([*words, *strings(container.get("args"))]), script_line(given, container.line)


def _containers(document: Map) -> Iterator[tuple[str, Map]]:
    """Yield containers with the Argo template or Tekton step that names them."""
    found = 0
    pending: list[tuple[str, Document]] = [("", document)]
    while pending:
        template, node = pending.pop()
        if isinstance(node, Seq):
            pending.extend((template, item) for item in reversed(node.items))
        if not isinstance(node, Map):
            continue
        if node.get("image") is not None and any(
            node.get(key) is not None for key in ("command", "args", "source", "script", "name")
        ):
            found += 1
            if found > _MAX_CONTAINERS:
                return
            yield template, node
            continue
        for key, value in reversed(node.items):
            inner = text_of(node.get("name")) if key.text in {"container", "script"} else template
            pending.append((inner, value))


def _order(document: Map, name: str) -> dict[str, tuple[str, ...]]:
    """Return which Argo template needs which, from its `dag` or its `steps`."""
    needs: dict[str, set[str]] = {}
    templates = [node for path, node in walk(document) if path and path[-1] == "templates"]
    for template in (item for node in templates for item in maps(node)):
        tasks = maps(template.get("dag", "tasks"))
        uses = {text_of(task.get("name")): text_of(task.get("template")) for task in tasks}
        for task in tasks:
            before = {*strings(task.get("dependencies")), *_WORD.findall(text_of(task.get("depends")))}
            needs.setdefault(text_of(task.get("template")), set()).update(
                uses[each] for each in before if each in uses
            )
        done: set[str] = set()
        for group in items_of(template.get("steps")):
            group_uses = {text_of(step.get("template")) for step in maps(group)}
            for use in group_uses:
                needs.setdefault(use, set()).update(done - group_uses)
            done |= group_uses
    return {
        f"{name}/{use}": tuple(f"{name}/{each}" for each in sorted(before))
        for use, before in needs.items()
        if before
    }


def kustomization(path: str, document: Map) -> Iterator[Fact]:
    """Yield a kustomization and the images that it sets."""
    folder = posixpath.basename(posixpath.dirname(path))
    yield from resource("kustomize:kustomization", folder, document.line, document)
    for item in maps(document.get("images")):
        name = text_of(item.get("newName")) or text_of(item.get("name"))
        tag = text_of(item.get("digest")) or text_of(item.get("newTag"))
        separator = "@" if item.get("digest") else ":"
        yield Fact("image", f"{name}{separator}{tag}" if tag else name, item.line, {"use": "k8s"})


def helm(path: str, document: Map) -> Iterator[Fact]:
    """Yield a Helm chart, or the values of one with the images that they name."""
    if posixpath.basename(path).startswith("Chart."):
        yield from resource("helm:chart", text_of(document.get("name")), document.line, document)
        return
    yield from resource("helm:values", posixpath.basename(posixpath.dirname(path)), document.line, document)
    for where, node in walk(document):
        if where and where[-1] == "image" and isinstance(node, Map) and text_of(node.get("repository")):
            tag = text_of(node.get("tag"))
            image = text_of(node.get("repository")) + (f":{tag}" if tag else "")
            yield Fact("image", image, node.line, {"use": "k8s"})


def template(text: str) -> Iterator[Fact]:
    """Yield the kinds that a template of Helm names; it is no YAML before Helm fills it in."""
    api = _API.search(text)
    for match in _KIND.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        attrs = {"name": "", "template": "yes", "apiVersion": api[1] if api else ""}
        yield Fact("resource", f"k8s:{match[1]}", line, attrs)
