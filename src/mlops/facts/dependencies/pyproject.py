"""The dependency tables of pyproject.toml, pixi.toml and Pipfile."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of
from mlops.domain.facts import Fact
from mlops.facts.dependencies.requirement import (
    Requirement,
    dependency,
    normalised,
    parse,
    parse_conda,
    pin,
    url_pin,
)

_PIXI = (
    ("dependencies", "conda"),
    ("host-dependencies", "conda"),
    ("build-dependencies", "conda"),
    ("pypi-dependencies", "pypi"),
)


def pyproject(document: Document) -> Iterator[Fact]:
    """Yield the dependencies that a pyproject.toml declares, whichever tool reads them."""
    if not isinstance(document, Map):
        return
    sources = dict(_sources(document.get("tool", "uv", "sources")))
    for fact in _declared(document):
        source = sources.get(fact.value, {}) if fact.kind == "dependency" else {}
        yield Fact(fact.kind, fact.value, fact.line, {**fact.attrs, **source}) if source else fact


def _declared(document: Map) -> Iterator[Fact]:
    yield from _lines(document.get("project", "dependencies"), "main")
    for group, items in entries_of(document.get("project", "optional-dependencies")):
        yield from _lines(items, group.text)
    for group, items in entries_of(document.get("dependency-groups")):
        yield from _lines(items, group.text)
    yield from _lines(document.get("build-system", "requires"), "build")
    yield from _lines(document.get("tool", "uv", "dev-dependencies"), "dev")
    yield from _lines(document.get("tool", "flit", "metadata", "requires"), "main")
    for group, items in entries_of(document.get("tool", "pdm", "dev-dependencies")):
        yield from _lines(items, group.text)
    for name, environment in entries_of(document.get("tool", "hatch", "envs")):
        if isinstance(environment, Map):
            yield from _lines(environment.get("dependencies"), name.text)
            yield from _lines(environment.get("extra-dependencies"), name.text)
    yield from _poetry(document.get("tool", "poetry"))
    yield from pixi(document.get("tool", "pixi"))
    for item in items_of(document.get("project", "dynamic")):
        if text_of(item) == "dependencies":
            yield from _dynamic(document.get("tool", "setuptools", "dynamic"))


def pixi(document: Document | None) -> Iterator[Fact]:
    """Yield the dependencies of a pixi table: of the default feature, of targets and of named features."""
    if not isinstance(document, Map):
        return
    places = [("main", document)]
    places += [
        (name.text, part) for name, part in entries_of(document.get("feature")) if isinstance(part, Map)
    ]
    for group, place in list(places):
        places += [(group, part) for _, part in entries_of(place.get("target")) if isinstance(part, Map)]
    for group, place in places:
        for table, ecosystem in _PIXI:
            yield from _table(
                place.get(table), "build" if table == "build-dependencies" else group, ecosystem
            )


def pipfile(document: Document) -> Iterator[Fact]:
    """Yield the dependencies of a Pipfile."""
    for section, table in entries_of(document):
        if section.text not in {"source", "requires", "scripts", "pipenv"}:
            names = {"packages": "main", "dev-packages": "dev"}
            yield from _table(table, names.get(section.text, section.text), "pypi")


def _poetry(document: Document | None) -> Iterator[Fact]:
    if not isinstance(document, Map):
        return
    extras = {
        normalised(text_of(item)): name.text
        for name, items in entries_of(document.get("extras"))
        for item in items_of(items)
    }
    for fact in _table(document.get("dependencies"), "main", "pypi"):
        group = extras.get(fact.value)
        yield Fact(fact.kind, fact.value, fact.line, {**fact.attrs, "group": group}) if group else fact
    yield from _table(document.get("dev-dependencies"), "dev", "pypi")
    for group_name, part in entries_of(document.get("group")):
        if isinstance(part, Map):
            yield from _table(part.get("dependencies"), group_name.text, "pypi")


def _dynamic(document: Document | None) -> Iterator[Fact]:
    """Follow `dependencies = {file = [...]}` of setuptools."""
    if not isinstance(document, Map):
        return
    places = [
        document.get("dependencies"),
        *(part for _, part in entries_of(document.get("optional-dependencies"))),
    ]
    for place in places:
        if isinstance(place, Map):
            for item in items_of(place.get("file")):
                yield Fact("include-requirements", text_of(item), item.line, {"constraint": "no"})


def _lines(node: Document | None, group: str) -> Iterator[Fact]:
    """Read a list of requirements; a group included by name is read at its own place."""
    for item in items_of(node) if isinstance(node, Seq) else ():
        found = parse(item.text) if isinstance(item, Scalar) else None
        if found:
            yield dependency(found, item.line, group)


def _table(node: Document | None, group: str, ecosystem: str) -> Iterator[Fact]:
    """Read a table from name to version, or to a table with version, git, url or path."""
    for key, value in entries_of(node):
        for part in value.items if isinstance(value, Seq) else (value,):  # Poetry: one per Python version
            if key.text != "python" or ecosystem == "conda":
                found, source = _entry(key.text, part, ecosystem)
                yield dependency(found, key.line, group, ecosystem, source=source)


def _entry(name: str, value: Document, ecosystem: str) -> tuple[Requirement, str]:
    """Read one entry of a table, with where it comes from unless that is an index."""
    spec = text_of(value)
    source = pinned = ""
    if isinstance(value, Map):
        spec = text_of(value.get("version"))
        source, url, pinned = _origin(value)
        spec = spec or url
    if ecosystem == "conda":
        match = parse_conda(
            f"{name} {spec}" if not spec.startswith(("=", ">", "<", "~", "!")) else f"{name}{spec}"
        )
        return match or Requirement(normalised(name), spec), source
    return Requirement(normalised(name), spec, pinned or _poetry_pin(spec)), source


def _poetry_pin(spec: str) -> str:
    """Read a version as Poetry does: a bare version is exact."""
    if spec[:1].isdigit() and not any(char in spec for char in "*,| x"):
        return "exact"
    return pin(spec)


def _origin(value: Map) -> tuple[str, str, str]:
    """Return the kind of a source, its URL or path, and how closely it binds."""
    for kind in ("git", "url", "path", "file", "workspace", "index"):
        found = value.get(kind)
        if found is not None:
            url = text_of(found)
            commit = text_of(value.get("rev"))
            fixed = (
                len(commit) == 40
                or (kind == "url" and url_pin(url) == "exact")
                or value.get("tag") is not None
            )
            return (
                kind,
                f"{url}@{commit}" if commit else url,
                "exact" if fixed else "none" if kind != "index" else "",
            )
    return "", "", ""


def _sources(node: Document | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Read `tool.uv.sources`: a source says more than the version beside the name."""
    for key, value in entries_of(node):
        first = value.items[0] if isinstance(value, Seq) and value.items else value
        if isinstance(first, Map):
            kind, _, pinned = _origin(first)
            if kind:
                yield (
                    normalised(key.text),
                    {"source": kind} | ({"pinned": pinned} if pinned == "exact" else {}),
                )
