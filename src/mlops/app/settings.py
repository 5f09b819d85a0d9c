"""`.mlops.yaml` or `[tool.mlops]` -> Config, with faults that name file, line and the nearest known key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches

from mlops import resources
from mlops.catalog.validate import explain
from mlops.domain.assessment import Waiver
from mlops.domain.config import AttestationEntry, Config, EntryPoint, WaiverEntry
from mlops.domain.diagnostic import Diagnostic, Problem
from mlops.domain.document import Document, Map, Seq, entries_of, items_of, text_of
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.facts import toml, yaml
from mlops.tree import Tree

FILE = ".mlops.yaml"
#: An attestation is good for so long when it names no end (catalog section 11, point 8).
_ATTESTED_DAYS = 365


def load(tree: Tree) -> Config:
    """Return the configuration of a tree; the default one where there is none.

    Raises MlopsError for a file that cannot be used, naming file, line and remedy.
    """
    own = _document(tree, FILE)
    pyproject = _document(tree, "pyproject.toml")
    table = pyproject.get("tool", "mlops") if isinstance(pyproject, Map) else None
    if own is not None and table is not None:
        extra = [key.text for key, _ in entries_of(own) if key.text != "scaffold"]
        if extra:
            raise MlopsError(
                f"{FILE} and [tool.mlops] of pyproject.toml both configure mlops: keep one of them "
                f"({FILE} may then hold `scaffold` alone)"
            )
    if table is not None:
        config = _convert("pyproject.toml", table)
        scaffold = own.get("scaffold") if isinstance(own, Map) else None
        return config if scaffold is None else _with_scaffold(config, scaffold)
    return Config() if own is None else _convert(FILE, own)


def _document(tree: Tree, path: str) -> Document | None:
    if path not in set(tree.paths()):
        return None
    source = tree.read(path)
    if isinstance(source, Problem):
        raise MlopsError(f"{path} cannot be read: {source.message}")
    if path.endswith(".toml"):
        documents, problems = toml.documents(source)
        if problems and b"[tool.mlops" not in source:
            return None
    else:
        documents, problems = yaml.documents(source)
    if problems:
        raise MlopsError(f"{path}:{problems[0].line}: {problems[0].message}; mend it, then run again")
    return documents[0] if documents else None


def _convert(path: str, document: Document) -> Config:
    _validate(path, document)
    assert isinstance(document, Map)  # noqa: S101  the schema wants an object
    level = text_of(document.get("level"))
    return Config(
        path=path,
        model=text_of(document.get("model"), "google"),
        level=int(level) if level else None,
        strict=text_of(document.get("strict")).lower() == "true",
        edition=text_of(document.get("edition")),
        default_branch=text_of(document.get("default_branch")),
        exclude=_texts(document.get("exclude")),
        components={
            key.text: text_of(value).strip("/") for key, value in entries_of(document.get("components"))
        },
        waivers=tuple(
            WaiverEntry(line=item.line, **_fields(item, "practice", "reason", "owner", "until"))
            for item in items_of(document.get("waivers"))
        ),
        attestations=tuple(
            AttestationEntry(line=item.line, **_fields(item, "id", "by", "on", "until", "evidence"))
            for item in items_of(document.get("attestations"))
        ),
        entrypoints=tuple(
            EntryPoint(
                line=item.line,
                **_fields(item, "path", "command", "platform", "trigger", "evidence", "by", "until"),
            )
            for item in items_of(document.get("entrypoints"))
        ),
        practices=_texts(document.get("practices")),
        tools=_texts(document.get("tools")),
        scaffold=_plain_map(document.get("scaffold")),
        lines={key.text: key.line for key, _ in document.items},
    )


def _with_scaffold(config: Config, scaffold: Document) -> Config:
    from dataclasses import replace  # noqa: PLC0415  rarely needed

    return replace(config, scaffold=_plain_map(scaffold))


def _texts(node: Document | None) -> tuple[str, ...]:
    return tuple(text_of(item) for item in items_of(node))


def _fields(item: Document, *names: str) -> dict[str, str]:
    return {name: text_of(item.get(name)) if isinstance(item, Map) else "" for name in names}


def _plain_map(node: Document | None) -> Mapping[str, object]:
    value = _plain(node)
    return value if isinstance(value, dict) else {}


def _plain(node: Document | None) -> object:
    """Return a tree as plain data with the types that YAML gives."""
    if isinstance(node, Map):
        return {key.text: _plain(value) for key, value in node.items}
    if isinstance(node, Seq):
        return [_plain(item) for item in node.items]
    if node is None or node.tag == "null":
        return None
    if node.tag == "bool":
        return node.text.lower() in {"true", "yes", "on"}
    if node.tag == "int":
        try:
            return int(node.text)
        except ValueError:
            return node.text
    return node.text


def _validate(path: str, document: Document) -> None:
    from jsonschema import Draft202012Validator  # noqa: PLC0415  66 ms that only a configured repository pays
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    schema = json.loads((resources.RULES / "schemas" / "config.schema.json").read_text(encoding="utf-8"))
    fault = best_match(Draft202012Validator(schema).iter_errors(_plain(document)))
    if fault is None:
        return
    route, message = explain(fault)
    where = f"{'.'.join(map(str, fault.absolute_path))}: " if fault.absolute_path else ""
    raise MlopsError(f"{path}:{_line(document, route)}: {where}{message}")


def _line(document: Document, path: list[str | int]) -> int:
    node, line = document, document.line
    for part in path:
        if isinstance(node, Map):
            key = node.key(str(part))
            line = key.line if key else line
            found = node.get(str(part))
        elif isinstance(node, Seq) and isinstance(part, int) and part < len(node.items):
            found = node.items[part]
            line = found.line
        else:
            break
        if found is None:
            break
        node = found
    return line


def check(config: Config, catalog: Catalog) -> None:
    """Refuse a model, level, edition, practice, attestation or date that does not exist; name the nearest one."""
    _known(config, "model", config.model, catalog.models, config.lines.get("model", 1))
    for waiver in config.waivers:
        practice = catalog.aliases.get(waiver.practice, waiver.practice)
        _known(config, "waivers", practice, catalog.practices, waiver.line)
    for attestation in config.attestations:
        _known(config, "attestations", attestation.id, catalog.attestations, attestation.line)
    dates = [(waiver.until, waiver.line) for waiver in config.waivers]
    dates += [(claim.until, claim.line) for claim in config.entrypoints]
    dates += [(text, entry.line) for entry in config.attestations for text in (entry.on, entry.until)]
    for text, line in dates:
        if text and _date(text) is None:
            raise MlopsError(f"{config.path}:{line}: {text} is no date; write YYYY-MM-DD")
    if config.level is not None and config.level > catalog.models[config.model].max_level:
        raise MlopsError(
            f"{config.path}:{config.lines.get('level', 1)}: {config.model} has levels 0 to "
            f"{catalog.models[config.model].max_level}, not {config.level}"
        )
    if config.edition and config.edition != catalog.edition:
        raise MlopsError(
            f"{config.path}:{config.lines.get('edition', 1)}: this release of mlops judges by the edition "
            f"{catalog.edition}, not by {config.edition}; change `edition`, or install the release that has it"
        )


def check_goal(model: str, level: int | None, config: Config, catalog: Catalog) -> None:
    """Refuse a model that does not exist, and a level that it does not have; `level` None is the configuration's."""
    if model not in catalog.models:
        near = get_close_matches(model, list(catalog.models), 1)
        hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(sorted(catalog.models))}"
        raise MlopsError(f"there is no model {model}; {hint}")
    wanted = config.level if level is None else level
    highest = catalog.models[model].max_level
    if wanted is not None and wanted > highest:
        raise MlopsError(f"{model} has levels 0 to {highest}, not {wanted}; give one of them")


def _known(config: Config, key: str, name: str, known: Mapping[str, object], line: int) -> None:
    if name not in known:
        near = get_close_matches(name, list(known), 1)
        hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(list(known)[:8])}"
        raise MlopsError(f"{config.path}:{line}: {key}: unknown `{name}`; {hint}")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def waivers(config: Config, today: date, catalog: Catalog) -> tuple[dict[str, Waiver], list[Diagnostic]]:
    """Return the waivers in force by practice, and a diagnostic for each that has expired or soon will."""
    found: dict[str, Waiver] = {}
    said: list[Diagnostic] = []
    for entry in config.waivers:
        practice = catalog.aliases.get(entry.practice, entry.practice)
        until = _date(entry.until)
        left = (until - today).days if until else -1
        if left < 0:
            said.append(
                Diagnostic(config.path, entry.line, f"the waiver of {practice} expired on {entry.until}")
            )
            continue
        if left <= 30:
            said.append(Diagnostic(config.path, entry.line, f"the waiver of {practice} ends in {left} days"))
        found[practice] = Waiver(
            practice, entry.reason, entry.owner, entry.until, left, config.path, entry.line
        )
    return found, said


def attested(config: Config, today: date) -> tuple[frozenset[str], list[Diagnostic]]:
    """Return the ids of attestations in force, and a diagnostic for each that has expired or soon will."""
    found: set[str] = set()
    said: list[Diagnostic] = []
    for entry in config.attestations:
        made = _date(entry.on)
        until = _date(entry.until) or (made + timedelta(days=_ATTESTED_DAYS) if made else None)
        left = (until - today).days if until else -1
        if left < 0:
            said.append(Diagnostic(config.path, entry.line, f"the attestation {entry.id} has expired"))
            continue
        if left <= 30:
            said.append(
                Diagnostic(config.path, entry.line, f"the attestation {entry.id} ends in {left} days")
            )
        found.add(entry.id)
    return frozenset(found), said


def claims_in_force(config: Config, today: date) -> tuple[tuple[EntryPoint, ...], list[Diagnostic]]:
    """Return the claimed entry points that have not expired, and a diagnostic for each that has."""
    kept, said = [], []
    for entry in config.entrypoints:
        until = _date(entry.until)
        if until is not None and until < today:
            said.append(
                Diagnostic(
                    config.path,
                    entry.line,
                    f"the entry point {entry.path or entry.command} expired on {entry.until}",
                )
            )
        else:
            kept.append(entry)
    return tuple(kept), said
