"""A committed file in place of a base: per practice what the repository had, only ever tightened."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from mlops import __version__, resources
from mlops.assess.levels import Ladder
from mlops.domain.assessment import Assessment, Attainment, Component, ConfigChange, Evidence, Verdict
from mlops.domain.diagnostic import Diagnostic
from mlops.domain.rules import Catalog, Model, Strength
from mlops.errors import MlopsError
from mlops.tree import Tree

_SCHEMA_VERSION = 1
_DIGITS = 12
#: Files kept of those that prove a practice.
_FILES = 20
_MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What a practice had, by which rules, and the files that proved it with the ids of their content."""

    strength: Strength = Strength.ABSENT
    edition: str = ""
    version: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Entries by part of the repository ("" for the whole) and practice, and what was let go on purpose."""

    parts: Mapping[str, Mapping[str, Entry]]
    accepted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def parse(name: str, content: bytes, catalog: Catalog) -> Baseline:
    """Read a baseline. Raises MlopsError for one that cannot be used."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  66 ms that only a baseline pays

    remedy = f"restore it from git, or write it anew with `mlops gate --baseline {name} --write-baseline`"
    try:
        data: Any = json.loads(content) if len(content) <= _MAX_BYTES else None
    except (ValueError, RecursionError) as error:
        raise MlopsError(f"the baseline {name} is no JSON: {remedy}") from error
    schema = json.loads((resources.RULES / "schemas" / "baseline.schema.json").read_text(encoding="utf-8"))
    fault = next(iter(Draft202012Validator(schema).iter_errors(data)), None)
    if fault is not None:
        where = "/".join(map(str, fault.absolute_path)) or "the file"
        raise MlopsError(f"the baseline {name} cannot be used: {where}: {fault.message[:200]}; {remedy}")
    parts = {part: _entries(entries, catalog) for part, entries in data.get("components", {}).items()}
    return Baseline(parts or {"": _entries(data["practices"], catalog)}, data.get("accepted", {}))


def _entries(data: Mapping[str, Any], catalog: Catalog) -> dict[str, Entry]:
    return {
        catalog.aliases.get(name, name): Entry(
            Strength[item["strength"].upper()], item["edition"], item["version"], item["files"]
        )
        for name, item in data.items()
    }


def dump(baseline: Baseline) -> str:
    """Write a baseline as text that lines up in a diff."""
    whole = {name: _plain(entries) for name, entries in baseline.parts.items()}
    data: dict[str, Any] = {"schema_version": _SCHEMA_VERSION, "practices": whole.pop("", {})}
    data |= {"components": whole} if whole else {}
    data |= {"accepted": dict(sorted(baseline.accepted.items()))} if baseline.accepted else {}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _plain(entries: Mapping[str, Entry]) -> dict[str, Any]:
    return {
        name: {
            "strength": str(entry.strength),
            "edition": entry.edition,
            "version": entry.version,
            "files": dict(sorted(entry.files.items())),
        }
        for name, entry in sorted(entries.items())
    }


def of(assessment: Assessment, tree: Tree) -> Baseline:
    """Return the baseline that an assessment gives."""
    parts = {name: part.verdicts for name, part in assessment.components.items()} or {"": assessment.verdicts}
    return Baseline({
        part: {name: _entry(verdict, assessment, tree) for name, verdict in verdicts.items()}
        for part, verdicts in parts.items()
    })  # fmt: skip


def _entry(verdict: Verdict, assessment: Assessment, tree: Tree) -> Entry:
    paths = dict.fromkeys(
        path for item in verdict.evidence for path in (item.path, *(link.path for link in item.chain))
    )
    blobs = {path: blob for path in [*paths][:_FILES] if path and (blob := tree.blob(path))}
    files = {path: blob[:_DIGITS] for path, blob in blobs.items()}
    return Entry(verdict.strength, assessment.edition, assessment.version, files)


def tightened(old: Baseline, new: Baseline, accepted: Collection[str], reason: str, today: date) -> Baseline:
    """Return the old baseline with what the new one has more, and what is accepted as the new one has it."""
    parts: dict[str, dict[str, Entry]] = {}
    let_go = dict(old.accepted)
    for part, entries in new.parts.items():
        before = old.parts.get(part, {})
        parts[part] = {}
        for name, entry in entries.items():
            was = before.get(name, Entry())
            lower = entry.strength < was.strength
            parts[part][name] = was if lower and name not in accepted else entry
            if lower and name in accepted:
                let_go[name] = {
                    "from": str(was.strength), "to": str(entry.strength), "reason": reason, "on": today.isoformat()
                }  # fmt: skip
    return Baseline(parts, let_go)


def loosened(old: Baseline, new: Baseline, path: str) -> Iterator[ConfigChange]:
    """Yield what one version of the file asks less than another."""
    for part, entries in old.parts.items():
        for name, was in entries.items():
            now = new.parts.get(part, {}).get(name, Entry())
            if part in new.parts and now.strength < was.strength:
                where = f" of {part}" if part else ""
                said = f"the baseline asks less: {name}{where}: {was.strength} became {now.strength}"
                yield ConfigChange(path, 0, said)


def by_newer_rules(
    baseline: Baseline, head: Assessment, tree: Tree, path: str
) -> tuple[Baseline, list[Diagnostic]]:
    """Return the baseline without the differences that newer rules alone make, and what to say of each.

    Rules alone make it where another edition or version judged then, and all files that proved the practice
    still lie in the tree with the same bytes.
    """
    rules = (head.edition, __version__)
    current = of(head, tree)
    suspects = [
        (part, name, entry)
        for part, entries in baseline.parts.items()
        for name, entry in entries.items()
        if (entry.edition, entry.version) != rules
        and entry.files
        and current.parts.get(part, {}).get(name, entry).strength < entry.strength
    ]
    if not suspects:
        return baseline, []
    blobs = {blob[:_DIGITS] for item in tree.paths() if (blob := tree.blob(item))}
    parts = {part: dict(entries) for part, entries in baseline.parts.items()}
    said = []
    for part, name, entry in suspects:
        if blobs.issuperset(entry.files.values()):
            now = current.parts[part][name]
            parts[part][name] = now
            said.append(Diagnostic(path, 0, (
                f"{name} was {entry.strength} by mlops {entry.version}, edition {entry.edition}, and is {now.strength} by "
                f"{__version__}, edition {head.edition}: the files that proved it are unchanged, newer rules alone make "
                "the difference"
            )))  # fmt: skip
    return replace(baseline, parts=parts), said


def as_base(baseline: Baseline, head: Assessment, catalog: Catalog, name: str) -> Assessment:
    """Return what the baseline says in the form of an assessment, its levels by today's formulas."""
    parts = {part: _verdicts(entries, catalog) for part, entries in baseline.parts.items()}
    if "" in parts:
        return _assessed(head, parts[""], catalog, name)
    components = {
        part: Component(part, "", _assessed(head, verdicts, catalog, name).models, verdicts)
        for part, verdicts in parts.items()
    }
    return replace(head, components=components, revision="", root=name)


def _assessed(head: Assessment, verdicts: Mapping[str, Verdict], catalog: Catalog, name: str) -> Assessment:
    ladder = Ladder(catalog.practices, verdicts)

    def attain(model: Model, *, ml: bool) -> Attainment:
        return ladder.attain(model, ml=ml, attested=frozenset(), attestations=catalog.attestations)

    # A level above 0 was one of machine learning, whatever the head is.
    models = {
        key: attain(model, ml=head.ml or attain(model, ml=True).formula_level > 0)
        for key, model in catalog.models.items()
    }
    return replace(head, models=models, verdicts=verdicts, components={}, revision="", root=name)


def _verdicts(entries: Mapping[str, Entry], catalog: Catalog) -> dict[str, Verdict]:
    found = {}
    for name, practice in catalog.practices.items():
        entry = entries.get(name, Entry())
        met = entry.strength >= practice.satisfied_at
        evidence = tuple(Evidence(path, 0, "", (), entry.strength) for path in entry.files)
        status = "met" if met else "partial" if entry.strength else "missing"
        found[name] = Verdict(name, entry.strength, entry.strength, entry.strength, status, evidence)
    return found
