"""Two renderings of a project and the files of a person -> the changes that bring one from the first to the second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mlops.domain.record import dataclass

#: (mine, base, new) -> the merged text, and whether it holds conflict markers; None for what cannot be merged.
Merge = Callable[[bytes, bytes, bytes], tuple[bytes, bool] | None]


@dataclass(frozen=True, slots=True)
class File:
    """What a file holds, and whether it may be run."""

    content: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one file.

    `action` is add, replace, merge, conflict, remove or keep; `file` is what is written (None for remove and keep);
    `note` says why a file is kept.
    """

    path: str
    action: str
    file: File | None = None
    note: str = ""


def changes(
    base: Mapping[str, File], new: Mapping[str, File], mine: Mapping[str, File], merge: Merge
) -> Iterator[Change]:
    """Yield what is to be done, by path; files that both renderings share or that are as wanted are left out.

    A file that a person has deleted stays deleted; one that a person has changed is never lost.
    """
    for path in sorted({*base, *new}):
        before, after, has = base.get(path), new.get(path), mine.get(path)
        if _same(before, after) or _same(has, after):
            continue
        if after is None:
            if has is not None:
                yield _without(path, before, has)
        elif has is None:
            yield (
                Change(path, "add", after) if before is None else Change(path, "keep", note="you deleted it")
            )
        elif _same(has, before):
            yield Change(path, "replace", after)
        else:
            yield _merged(path, before, after, has, merge)


def _without(path: str, before: File | None, has: File) -> Change:
    if _same(has, before):
        return Change(path, "remove")
    return Change(path, "keep", note="you changed it; the new level does without it")


def _merged(path: str, before: File | None, after: File, has: File, merge: Merge) -> Change:
    """Merge in the line endings of the person's file."""
    windows = b"\r\n" in has.content
    base = before.content if before else b""
    found = merge(has.content.replace(b"\r\n", b"\n"), base, after.content)
    if found is None:
        return Change(path, "conflict", note="it is no text: compare it with a new project by hand")
    content, conflicts = found
    written = File(
        content.replace(b"\n", b"\r\n") if windows else content, has.executable or after.executable
    )
    return Change(path, "conflict" if conflicts else "merge", written)


def _same(one: File | None, other: File | None) -> bool:
    """Tell whether two files say the same, line endings apart."""
    if one is None or other is None:
        return one is other
    return one.content.replace(b"\r\n", b"\n") == other.content.replace(b"\r\n", b"\n")
