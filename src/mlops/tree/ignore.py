"""The syntax of .gitignore, and a walk that honours it where there is no git."""
# Names of any bytes: only os takes them as they are.
# ruff: noqa: PTH118, PTH123

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from mlops.domain.diagnostic import Diagnostic
from mlops.tree.base import MAX_FILES, VCS

#: What one .gitignore says of a path: True, False, or None where no pattern of it names the path.
_Decide = Callable[[str], bool | None]


def walk(top: str, problems: list[Diagnostic]) -> Iterator[str]:
    """Yield the files of a folder that is in no repository, honouring its .gitignore files."""
    pending: list[tuple[str, tuple[tuple[str, _Decide], ...]]] = [("", ())]
    seen = 0
    while pending:
        folder, rules = pending.pop()
        try:
            with os.scandir(
                os.path.join(os.fsencode(top), folder.encode("utf-8", "surrogateescape"))
            ) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            problems.append(Diagnostic(folder, 0, f"cannot be listed: {error.strerror}"))
            continue
        for entry in entries:
            if entry.name == b".gitignore" and entry.is_file(follow_symlinks=False):
                rules = (*rules, (folder, _gitignore(entry.path)))
        for entry in entries:
            name = entry.name.decode("utf-8", "surrogateescape")
            path = f"{folder}/{name}" if folder else name
            is_folder = entry.is_dir(follow_symlinks=False)
            seen += 1
            if seen > 2 * MAX_FILES:
                return
            if (is_folder and name in VCS) or _ignored(path + "/" * is_folder, rules):
                continue
            if is_folder:
                pending.append((path, rules))
            else:
                yield path


def _ignored(path: str, rules: Sequence[tuple[str, _Decide]]) -> bool:
    """Tell what the nearest .gitignore that names the path says."""
    for folder, decide in reversed(rules):
        verdict = decide(path[len(folder) + 1 :] if folder else path)
        if verdict is not None:
            return verdict
    return False


def _gitignore(full: bytes) -> _Decide:
    """Read one .gitignore."""
    try:
        with open(full, "rb") as file:
            text = file.read(1 << 20).decode("utf-8", "replace")
    except OSError:
        text = ""
    return ignores(text.splitlines(), lambda _: None)


def ignores(patterns: Iterable[str], complain: Callable[[str], None]) -> _Decide:
    """Return what .gitignore patterns say of a path: True, False, or None where none names it."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  # 20 ms that most runs do not need

    usable = []
    for pattern in patterns:
        # A pattern becomes a regular expression: many stars in a row of text would take ages to fail.
        costly = pattern.count("**") > 3 or any(
            part.count("*") > 4 for part in pattern.replace("**", "").split("/")
        )
        if len(pattern) > 1000 or costly:
            complain(f"{pattern[:80]!r} is left out: too many wildcards")
            continue
        try:
            GitIgnoreSpec.from_lines([pattern])
        except ValueError as error:
            complain(f"{pattern[:80]!r} is left out: {error}")
        else:
            usable.append(pattern)
    spec = GitIgnoreSpec.from_lines(usable)
    return lambda path: spec.check_file(path).include
