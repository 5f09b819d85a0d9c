"""DVC: stages, locks, tracked files and remotes; and the artefacts of GTO."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of
from mlops.domain.facts import Fact, Target
from mlops.domain.regex import regex
from mlops.facts.config.values import Found, resource, script_line, strings

_MAX_EXPANDED = 200
_REMOTE = regex(r"""\[\s*'?remote\s+"([^"]+)"'?\s*\]""")


def matches(path: str) -> bool:
    """Tell whether a YAML file is one of DVC's."""
    name = posixpath.basename(path)
    return name in {"dvc.yaml", "dvc.lock", "artifacts.yaml"} or (name.endswith(".dvc") and name != ".dvc")


def read_yaml(path: str, document: Document) -> Found:
    """Read dvc.yaml, dvc.lock, a .dvc file or artifacts.yaml."""
    name = posixpath.basename(path)
    if not isinstance(document, Map):
        return (), ()
    if name == "dvc.yaml":
        targets = [
            target for key, stage in entries_of(document.get("stages")) for target in _stages(key, stage)
        ]
        return tuple(_facts(document)), tuple(targets)
    if name == "dvc.lock":
        return tuple(_lock(document)), ()
    if name == "artifacts.yaml":
        return tuple(
            fact
            for key, value in entries_of(document)
            for fact in resource("gto:artifact", key.text, key.line, value)
        ), ()
    return tuple(_tracked(path, document)), ()


def _facts(document: Map) -> Iterator[Fact]:
    for key, stage in entries_of(document.get("stages")):
        body = _body(stage)
        # A stage without a command does nothing.
        if body is not None and body.get("cmd") is not None:
            yield from resource("dvc:stage", key.text, key.line, body)
            for name, line, extra in _outputs(body, "outs"):
                yield Fact("resource", "dvc:output", line, {"name": name, "stage": key.text, **extra})
            yield from _listed(body, key.text)
    yield from _listed(document, "")
    for key, value in entries_of(document.get("artifacts")):
        yield from resource("dvc:artifact", key.text, key.line, value)


def _listed(body: Map, stage: str) -> Iterator[Fact]:
    for section in ("metrics", "plots", "params"):
        for name, line, extra in _outputs(body, section):
            yield Fact("resource", f"dvc:{section}", line, {"name": name, "stage": stage, **extra})


def _body(stage: Document) -> Map | None:
    """Return what a stage does; with foreach it stands below `do`."""
    if not isinstance(stage, Map):
        return None
    inner = stage.get("do")
    return inner if isinstance(inner, Map) else stage


def _outputs(body: Map, section: str) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield name, line and settings of the items of a section, written as strings or mappings."""
    found = body.get(section)
    for item in items_of(found) if not isinstance(found, Map) else (found,):
        if isinstance(item, Scalar):
            yield item.text, item.line, {}
        for key, value in entries_of(item):
            settings = {
                name.text: text_of(each) for name, each in entries_of(value) if isinstance(each, Scalar)
            }
            keys = ", ".join(strings(value)) if isinstance(value, Seq) else ""
            yield key.text, key.line, {**settings, **({"keys": keys[:200]} if keys else {})}


def _stages(key: Scalar, stage: Document) -> Iterator[Target]:
    """Yield a stage, once for each item of `foreach` or `matrix`."""
    body = _body(stage)
    if body is None or not isinstance(stage, Map) or body.get("cmd") is None:
        return
    cmd = body.get("cmd")
    outputs = [name for section in ("outs", "metrics", "plots") for name, _, _ in _outputs(body, section)]
    attrs = {name: text_of(body.get(name)) for name in ("frozen", "always_changed", "desc") if body.get(name)}
    for suffix in _suffixes(stage):
        yield Target(
            "dvc-stage",
            key.text + suffix,
            key.line,
            script="\n".join(strings(cmd)),
            script_line=script_line(items_of(cmd)[0] if items_of(cmd) else cmd, key.line),
            folder=text_of(body.get("wdir")),
            attrs=attrs | {"params": ", ".join(name for name, _, _ in _outputs(body, "params"))[:200]},
            inputs=tuple(strings(body.get("deps"))),
            outputs=tuple(outputs),
        )


def _suffixes(stage: Map) -> list[str]:
    """Return what `foreach` and `matrix` put behind a stage's name; values that a template gives stay unknown."""
    each, matrix = stage.get("foreach"), stage.get("matrix")
    if isinstance(each, Seq):
        names = [text_of(item, str(index)) for index, item in enumerate(each.items)]
        return [f"@{name}" for name in names[:_MAX_EXPANDED]] or [""]
    if isinstance(each, Map):
        return [f"@{key.text}" for key, _ in each.items[:_MAX_EXPANDED]] or [""]
    if isinstance(matrix, Map):
        suffixes = [""]
        for key, values in matrix.items:
            names = [text_of(item, f"{key.text}{index}") for index, item in enumerate(items_of(values))]
            suffixes = [f"{left}-{name}" if left else f"@{name}" for left in suffixes for name in names][
                :_MAX_EXPANDED
            ]
        return suffixes or [""]
    return [""]


def _lock(document: Map) -> Iterator[Fact]:
    stages = document.get("stages")
    for key, stage in entries_of(stages if stages is not None else document):
        if not isinstance(stage, Map):
            continue
        yield Fact("resource", "dvc:lock", key.line, {"name": key.text})
        for section in ("deps", "outs"):
            for item in items_of(stage.get(section)):
                if isinstance(item, Map):
                    value = "dvc:output" if section == "outs" else "dvc:dependency"
                    yield from resource(value, text_of(item.get("path")), item.line, item, stage=key.text)


def _tracked(path: str, document: Map) -> Iterator[Fact]:
    for section, value in (("outs", "dvc:output"), ("deps", "dvc:import")):
        for item in items_of(document.get(section)):
            if isinstance(item, Map):
                name = text_of(item.get("path")) or posixpath.basename(path).removesuffix(".dvc")
                # With a remote that keeps versions the hashes stand at the files of a folder.
                hashes = (
                    text_of(file.get("md5")) for file in items_of(item.get("files")) if isinstance(file, Map)
                )
                inner = next((text for text in hashes if text), "")
                yield from resource(value, name, item.line, item, **({"md5": inner} if inner else {}))


def config(text: str) -> Iterator[Fact]:
    """Yield the remotes of .dvc/config."""
    remote, start, attrs = "", 0, dict[str, str]()
    for line, written in enumerate([*text.split("\n"), "["], 1):
        stripped = written.strip()
        if stripped.startswith("["):
            if remote:
                yield Fact("resource", "dvc:remote", start, {**attrs, "name": remote})
            match = _REMOTE.match(stripped)
            remote, start, attrs = (match[1] if match else ""), line, {}
        elif "=" in stripped and not stripped.startswith(("#", ";")):
            key, _, value = stripped.partition("=")
            attrs[key.strip()] = value.strip()
