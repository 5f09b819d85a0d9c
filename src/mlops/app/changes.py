"""What a change does to the configuration that judges it: every difference, with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlops.app import settings
from mlops.domain.assessment import ConfigChange
from mlops.domain.config import AttestationEntry, Config, EntryPoint, WaiverEntry
from mlops.errors import MlopsError
from mlops.tree import Tree

_Entry = WaiverEntry | AttestationEntry | EntryPoint
_SCALARS = ("model", "level", "strict", "edition", "default_branch")


def config_changes(base: Tree, before: Config, head: Tree) -> tuple[Config, list[ConfigChange]]:
    """Return the head's configuration (the base's where the head's cannot be used) and how it differs."""
    removed = bool(before.path) and before.path in head.paths() and head.size(before.path) < 0
    try:
        # A file that git still lists and the working tree has lost is removed, not unreadable.
        after = Config() if removed else settings.load(head)
    except MlopsError as error:
        return before, [ConfigChange(before.path or settings.FILE, 0, f"it cannot be used: {error}")]
    found = list(_differences(before, after))
    if before.path and not after.path:
        found = [ConfigChange(before.path, 0, "the configuration was removed"), *found]
    return after, [*found, *_own_rules(base, before, head, after)]


def _differences(before: Config, after: Config) -> Iterator[ConfigChange]:
    path = after.path or before.path
    for name in _SCALARS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield ConfigChange(path, after.lines.get(name, 0), f"{name}: {_shown(old)} became {_shown(new)}")
    for name in ("exclude", "practices", "tools"):
        old, new = getattr(before, name), getattr(after, name)
        yield from _lists(path, name, after.lines.get(name, 0), old, new)
    old_parts, new_parts = before.components, after.components
    line = after.lines.get("components", 0)
    for name in dict.fromkeys((*old_parts, *new_parts)):
        if old_parts.get(name) != new_parts.get(name):
            said = f"components: {name}: {_shown(old_parts.get(name))} became {_shown(new_parts.get(name))}"
            yield ConfigChange(path, line, said)
    for name in ("waivers", "attestations", "entrypoints"):
        yield from _entries(path, name, after, getattr(before, name), getattr(after, name))


def _shown(value: object) -> str:
    return "nothing" if value in {None, ""} else str(value)


def _lists(
    path: str, name: str, line: int, before: Sequence[str], after: Sequence[str]
) -> Iterator[ConfigChange]:
    for text in after:
        if text not in before:
            yield ConfigChange(path, line, f"{name}: {text} was added")
    for text in before:
        if text not in after:
            yield ConfigChange(path, line, f"{name}: {text} was removed")


def _entries(
    path: str, name: str, after: Config, old: Sequence[_Entry], new: Sequence[_Entry]
) -> Iterator[ConfigChange]:
    known = {_key(entry): entry for entry in old}
    kept = {_key(entry) for entry in new}
    label = name.removesuffix("s")
    for entry in new:
        was = known.get(_key(entry))
        if was is None:
            yield ConfigChange(path, entry.line, f"{label} of {_key(entry)} was added{_end(entry)}")
        elif _plain(was) != _plain(entry):
            yield ConfigChange(path, entry.line, f"{label} of {_key(entry)} was changed{_end(entry)}")
    for entry in old:
        if _key(entry) not in kept:
            line = after.lines.get(name, 0)
            yield ConfigChange(path, line, f"{label} of {_key(entry)} was removed")


def _key(entry: _Entry) -> str:
    if isinstance(entry, WaiverEntry):
        return entry.practice
    return entry.id if isinstance(entry, AttestationEntry) else entry.path or entry.command


def _end(entry: _Entry) -> str:
    return f", until {entry.until}" if entry.until else ""


def _plain(entry: _Entry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in entry.__slots__ if name != "line")


def _own_rules(base: Tree, before: Config, head: Tree, after: Config) -> Iterator[ConfigChange]:
    """Yield the rule files of the repository itself that differ."""
    old, new = _rule_files(base, before), _rule_files(head, after)
    for path in sorted({*old, *new}):
        if path not in new:
            yield ConfigChange(path, 0, "a rule of your own was removed")
        elif path not in old:
            yield ConfigChange(path, 0, "a rule of your own was added")
        elif old[path] != new[path]:
            yield ConfigChange(path, 0, "a rule of your own was changed")


def _rule_files(tree: Tree, config: Config) -> dict[str, str | None]:
    places = [place.strip("/").removeprefix("./") for place in (*config.practices, *config.tools)]
    return {
        path: tree.blob(path)
        for path in (tree.paths() if places else ())
        if any(not place or path == place or path.startswith(f"{place}/") for place in places)
    }
