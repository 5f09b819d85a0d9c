"""How a change removes, softens or unpins what runs the gate."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import zip_longest

from mlops.app.guard.find import Gate
from mlops.domain.assessment import ConfigChange
from mlops.domain.logic import Tri
from mlops.domain.pipeline import EVENT_KINDS
from mlops.domain.regex import regex
from mlops.tree import Tree

#: How the distribution is asked for in a script or a file of requirements: with an exact version, or without.
_ASKED = regex(r"mlops-maturity(?:\[[\w,-]*\])?(?P<pin>\s*(?:==\s*|@)v?\d[\w.]*)?(?![\w/-])")
_COMMIT = regex(r"[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_EXACT = regex(r"v?\d+\.\d+\.\d+")
_MAJOR = regex(r"v?\d+(?:\.\d+)?$")


def gate_changes(
    before: tuple[Gate, ...], after: tuple[Gate, ...], base: Tree, head: Tree
) -> list[ConfigChange]:
    """Return how a change removes, softens or unpins what runs the gate."""
    if not before:
        return []
    if not after:
        return [ConfigChange(gate.path, 0, "what runs the gate here was removed") for gate in before]
    return [
        *_unhooked(before, after),
        *_softened(before, after),
        *_asked_differently(before, after),
        *_unpinned(before, after),
        *_other_image(before, after),
        *_loose(before, after, base, head),
    ]


def _unhooked(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    """Yield the hooks that are gone: they watch commits that CI never sees."""
    kept = {gate.pinned.rsplit(" ", 1)[-1] for gate in after if gate.runs is None}
    for gate in before:
        name = gate.pinned.rsplit(" ", 1)[-1]
        if gate.runs is None and name not in kept:
            yield ConfigChange(gate.path, 0, f"{name}, which runs the gate, was removed")


def _softened(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    """Yield the events that a gate watched or stopped and does no more.

    Gates that are asked the same stand in for each other, file by file: one of two that gets softer is told, one that
    moves is not.
    """
    said: dict[tuple[str, int, str], list[str]] = {}
    asked_now = {gate.asked for gate in after if gate.runs}
    for asked in dict.fromkeys(gate.asked for gate in before if gate.runs):
        had = [gate for gate in before if gate.runs and gate.asked == asked]
        # Where nothing is asked that any more, another finding says so; the best of what is left stands in.
        has = [gate for gate in after if gate.runs and (gate.asked == asked or asked not in asked_now)]
        for what, verb in (("stops", "stop"), ("runs", "run on")):
            for kind in EVENT_KINDS:
                if _weaker(_strengths(had, what, kind), _strengths(has, what, kind)):
                    place = _place(had, has, kind)
                    if not any(kind in text for text in said.get(place, ())):
                        said.setdefault(place, []).append(f"{verb} {kind.replace('_', ' ')}")
    for (path, line, reason), texts in said.items():
        yield ConfigChange(path, line, f"the gate does not surely {', '.join(texts)} any more: {reason}")


def _strengths(gates: list[Gate], what: str, kind: str) -> list[Tri]:
    """Return how surely the gates of each file run on an event, or stop it; the surest first."""
    found: dict[str, Tri] = {}
    for gate in gates:
        found[gate.path] = max(found.get(gate.path, Tri.NO), getattr(gate, what)[kind])
    return sorted(found.values(), reverse=True)


def _weaker(had: list[Tri], has: list[Tri]) -> bool:
    return any(now < was for was, now in zip_longest(had, has[: len(had)], fillvalue=Tri.NO))


def _place(before: list[Gate], after: list[Gate], kind: str) -> tuple[str, int, str]:
    reasons = [gate.reasons[kind] for gate in after if gate.reasons and kind in gate.reasons]
    if reasons:
        return reasons[0]
    there = {gate.path for gate in after}
    gone = next((gate for gate in before if gate.path not in there), before[0])
    return gone.path, 0, "what runs the gate here was removed"


def _asked_differently(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    asked = {gate.asked for gate in after}
    for gate in before:
        gone = gate.runs is None and gate.path not in {other.path for other in after}
        if gate.asked not in asked and not gone:
            alike = sorted(after, key=lambda other: (other.pinned != gate.pinned, other.path != gate.path))
            now = alike[0]
            yield ConfigChange(
                now.path,
                now.line,
                f"the gate was asked `{gate.asked or 'nothing more'}`, now `{now.asked or 'nothing more'}`",
            )
            return


def _unpinned(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    now = {gate.pinned: gate for gate in after if gate.pinned}
    for gate in before:
        other = now.get(gate.pinned) if gate.pinned else None
        if other is not None and _rank(other.revision) < _rank(gate.revision):
            said = f"{gate.pinned} was pinned to {gate.revision}, now {other.revision or 'to nothing'}"
            yield ConfigChange(other.path, other.line, said)


def _other_image(before: tuple[Gate, ...], after: tuple[Gate, ...]) -> Iterator[ConfigChange]:
    """Yield the first gate that ran in an image fixed by its digest and does no more, in its file or where it went."""
    for gate in before:
        alike = [other for other in after if other.runs and other.asked == gate.asked]
        alike = [other for other in alike if other.path == gate.path] or alike
        if "@sha256:" in gate.image and alike and not any("@sha256:" in other.image for other in alike):
            now = alike[0]
            said = f"the gate's image was pinned by its digest, now it is {now.image or 'none'}"
            yield ConfigChange(now.path, now.line, said)
            return


def _rank(revision: str) -> int:
    revision = revision.removeprefix("refs/tags/")
    if _COMMIT.match(revision):
        return 3
    if _EXACT.match(revision):
        return 2
    return 1 if _MAJOR.match(revision) else 0


def _loose(
    before: tuple[Gate, ...], after: tuple[Gate, ...], base: Tree, head: Tree
) -> Iterator[ConfigChange]:
    """Yield the first place where the distribution lost its exact version."""
    had, _ = _mentions(base, before)
    has, loose = _mentions(head, after)
    _, loose_before = _mentions(base, before)
    if has < had and len(loose) > len(loose_before):
        path, line = loose[0]
        yield ConfigChange(path, line, "mlops-maturity was pinned to an exact version and is not any more")


def _mentions(tree: Tree, found: tuple[Gate, ...]) -> tuple[int, list[tuple[str, int]]]:
    """Count exact versions, and list the places without one, in the files of the gate and of requirements."""
    paths = {gate.path for gate in found} | {path for path in tree.paths() if _requirements(path)}
    exact, loose = 0, []
    for path in sorted(paths & set(tree.paths())):
        source = tree.read(path)
        text = source.decode("utf-8", "replace") if isinstance(source, bytes) else ""
        for number, line in enumerate(text.splitlines() if "mlops-maturity" in text else (), 1):
            for mention in _ASKED.finditer(line):
                if mention["pin"]:
                    exact += 1
                elif not line[mention.end() :].lstrip().startswith(("gate", "lint")) or "uvx" in line:
                    loose.append((path, number))
    return exact, loose


def _requirements(path: str) -> bool:
    name = posixpath.basename(path)
    return (name.endswith((".txt", ".in", ".lock")) and "require" in name) or name in {
        "pyproject.toml",
        "setup.cfg",
    }
