"""What took a practice away: a file that is gone, evidence that is now refused, or the line that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from mlops.domain.assessment import Assessment, Rejection, Verdict
from mlops.domain.facts import Location
from mlops.domain.record import dataclass, field

#: Longer files are not compared line by line.
_MAX_LINES = 20_000
_SHOWN = 100
#: Fakes that only tell where something lies; others tell what was done to it.
_WEAK_FAKES = frozenset({"", "F8", "F9", "F22"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two trees: its judgement, its paths and its text."""

    assessment: Assessment
    paths: frozenset[str]
    #: Lines of a file, () where it is not there or no text.
    lines: Callable[[str], Sequence[str]]
    #: Path in the base -> path in the head, for files that moved as they are.
    moved: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cause:
    """What took it away, and where that is in the head (in the base for what is gone)."""

    places: tuple[Location, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Lines that differ: from `line` on in the head, `old` and `new` as written."""

    path: str
    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    first_old: int


def undecided(was: Verdict, now: Verdict) -> Cause | None:
    """Return the reference that cannot be resolved now, one that was there before last."""
    if not now.unknown:
        return None
    known = {(item.path, item.reason) for item in was.unknown}
    ordered = sorted(now.unknown, key=lambda item: (item.path, item.reason) in known)
    outside = f" ({ordered[0].source})" if ordered[0].source else ""
    return Cause(
        tuple(Location(item.path, item.line) for item in ordered[:3]), f"{ordered[0].reason}{outside}"
    )


def blame(was: Verdict, now: Verdict, base: Side, head: Side) -> Cause:
    """Return what took a practice away."""
    places = _places(was)
    gone = [path for path in dict.fromkeys(path for path, _ in places) if not _there(path, head)]
    hunks = list(_hunks(dict.fromkeys(path for path, _ in places if path not in gone), base, head))
    refused = _refused(was, now, hunks)
    removed = [path for path in gone if path in base.paths]
    if refused and refused[0].fake not in _WEAK_FAKES and _touches(refused[0], hunks):
        return _refusal(refused[0])
    if removed:
        return Cause(
            tuple(Location(path) for path in removed[:3]), f"{', '.join(removed[:3])} is not there any more"
        )
    touched = _on_chain(hunks, places)
    if refused and (refused[0].fake not in _WEAK_FAKES or not touched):
        return _refusal(refused[0])
    if touched:
        return Cause((Location(touched.path, touched.line),), _said(touched))
    first = was.evidence[0] if was.evidence else None
    return Cause((Location(first.path, first.line),) if first else (), "")


def _places(was: Verdict) -> list[tuple[str, int]]:
    """The places of the strongest evidence and its chain first, each once; those nearest the entry come first."""
    found: dict[tuple[str, int], None] = {}
    for item in sorted(was.evidence, key=lambda item: -item.strength):
        for link in item.chain:
            found[link.path, link.line] = None
        found[item.path, item.line] = None
    return [place for place in found if place[0]]


def _there(path: str, head: Side) -> bool:
    return path in head.paths or path in head.moved


def _hunks(paths: Mapping[str, None], base: Side, head: Side) -> Iterator[_Hunk]:
    for path in paths:
        new_path = path if path in head.paths else head.moved.get(path, path)
        old, new = base.lines(path), head.lines(new_path)
        if not old or old == new or len(old) > _MAX_LINES or len(new) > _MAX_LINES:
            continue
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                line = min(j1 + 1, max(len(new), 1))
                yield _Hunk(new_path, line, tuple(old[i1:i2]), tuple(new[j1:j2]), i1 + 1)


def _refused(was: Verdict, now: Verdict, hunks: Sequence[_Hunk]) -> list[Rejection]:
    """What the head refuses and the base did not: first what stands in changed lines, then known fakes."""
    before = {(item.path, item.reason) for item in was.rejected}
    proved = {(item.path, item.message) for item in was.evidence}
    fresh = [item for item in now.rejected if (item.path, item.reason) not in before]
    near = {path for path, _ in _places(was)} | {hunk.path for hunk in hunks}
    return sorted(
        (item for item in fresh if (item.path, item.reason) not in proved),
        key=lambda item: (item.fake in _WEAK_FAKES, not _touches(item, hunks), item.path not in near),
    )


def _touches(item: Rejection, hunks: Sequence[_Hunk]) -> bool:
    """Tell whether a refusal, or the chain that led to it, stands in or beside changed lines."""
    places = [(item.path, item.line), *((link.path, link.line) for link in item.chain)]
    return any(
        hunk.path == path and hunk.line - 1 <= line <= hunk.line + max(len(hunk.new), 1)
        for hunk in hunks
        for path, line in places
    )


def _refusal(item: Rejection) -> Cause:
    return Cause((Location(item.path, item.line),), item.reason)


def _on_chain(hunks: Sequence[_Hunk], places: Sequence[tuple[str, int]]) -> _Hunk | None:
    """Return the change that meets a line of the evidence or its chain, else the first of the same files."""
    lines = {line for _, line in places}
    for hunk in hunks:
        if any(hunk.first_old <= line < hunk.first_old + len(hunk.old) for line in lines):
            return hunk
    return hunks[0] if hunks else None


def _said(hunk: _Hunk) -> str:
    old = next((text.strip() for text in hunk.old if text.strip()), "")
    new = next((text.strip() for text in hunk.new if text.strip()), "")
    old, new = old[:_SHOWN], new[:_SHOWN]
    if old and new:
        return f"`{old}` became `{new}`"
    return f"`{old}` was removed" if old else f"`{new}` was added" if new else "the file changed"
