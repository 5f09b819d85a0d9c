"""The union lock, pruned to what one project reaches; the `# via` lines are the graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.errors import RuleError

_ENTRY = regex(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==")
_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VIA = regex(r"\s+#\s+(?:via\s+)?([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*$")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One pinned distribution: its lines, and who asks for it."""

    name: str
    lines: tuple[str, ...]
    via: frozenset[str]


def canonical(name: str) -> str:
    """Return a distribution's name as indexes spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def prune(lock: str, requirements: Iterable[str]) -> str:
    """Return the lock with only what these requirements reach, and who asks for it. Raises RuleError for one that it lacks."""
    entries = list(_entries(lock))
    roots = {canonical(match[0]) for text in requirements if (match := _NAME.match(text.strip()))}
    missing = sorted(roots - {entry.name for entry in entries})
    if missing:
        raise RuleError(
            f"the lock in templates/lock does not hold {', '.join(missing)}; run templates/lock/update"
        )
    kept = _reached(entries, roots)
    return "".join(_shown(entry, kept, entry.name in roots) for entry in entries if entry.name in kept)


def _entries(lock: str) -> Iterable[_Entry]:
    block: list[str] = []
    for line in [*lock.splitlines(), "end=="]:
        if _ENTRY.match(line):
            if block and (match := _ENTRY.match(block[0])):
                via = {canonical(found[1]) for text in block if (found := _VIA.match(text))}
                yield _Entry(canonical(match[1]), tuple(block), frozenset(via))
            block = [line]
        elif block:
            block.append(line)


def _reached(entries: Iterable[_Entry], roots: set[str]) -> set[str]:
    wants: dict[str, set[str]] = {}
    for entry in entries:
        for parent in entry.via:
            wants.setdefault(parent, set()).add(entry.name)
    kept: set[str] = set()
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in kept:
            kept.add(name)
            pending.extend(wants.get(name, ()))
    return kept


def _shown(entry: _Entry, kept: set[str], direct: bool) -> str:
    body = [line for line in entry.lines if not line.lstrip().startswith("#") and line.strip()]
    parents = [*(["pyproject.toml"] if direct else []), *sorted(entry.via & kept)]
    note = (
        f"    # via {parents[0]}"
        if len(parents) == 1
        else "\n".join(["    # via", *(f"    #   {p}" for p in parents)])
    )
    return "\n".join([*body, note]) + "\n"


def requirements_of(pyproject: Mapping[str, object]) -> list[str]:
    """Return all requirements of a parsed pyproject: run, extras, dependency groups and build."""
    project = _table(pyproject.get("project"))
    found = _texts(project.get("dependencies"))
    for extra in _table(project.get("optional-dependencies")).values():
        found += _texts(extra)
    for group in _table(pyproject.get("dependency-groups")).values():
        found += _texts(group)
    return found + _texts(_table(pyproject.get("build-system")).get("requires"))


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
