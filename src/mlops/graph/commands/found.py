"""What a command runs, and how it is found: words, options, targets by name, file or folder."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from mlops.domain.logic import Tri
from mlops.domain.record import dataclass
from mlops.graph.context import Context


@dataclass(frozen=True, slots=True)
class Found:
    """A node that a command runs."""

    node: int
    label: str = "runs"
    possible: Tri = Tri.YES
    reason: str = ""
    fake: str = ""


Resolver = Callable[[Context, tuple[str, ...], str], Iterator[Found]]


#: Options of task runners that take a value.
_VALUED = {"-f", "--file", "-C", "--directory", "-j", "-e", "--justfile", "-d", "-c", "--config", "-s", "-k", "-p",
           "--working-directory", "-n", "--environment", "-t", "--taskfile", "--env", "-E", "--prefix", "-w"}  # fmt: skip


def positional(words: tuple[str, ...]) -> list[str]:
    """Return the words that are no options, nor values of options known to take one."""
    found: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _VALUED:
            skip = True
        elif not word.startswith("-") and "=" not in word:
            found.append(word)
    return found


def option(words: tuple[str, ...], *names: str) -> str | None:
    """Return the value of the first of these options: `-f X`, `--file X`, `--file=X`, `-fX` for none."""
    for position, word in enumerate(words):
        for name in names:
            if word == name and position + 1 < len(words):
                return words[position + 1]
            if word.startswith(f"{name}="):
                return word[len(name) + 1 :]
    return None


def named_targets(context: Context, kinds: tuple[str, ...], name: str | None, folder: str) -> Iterator[Found]:
    """Yield the targets of this name in the nearest file, from the folder upwards."""
    for kind in kinds:
        candidates = context.targets.get(kind, ())
        for base in ancestors(folder):
            here = [
                (path, target)
                for path, target in candidates
                if posixpath.dirname(path).removesuffix("/.mise").removesuffix("/.config") == base
                and (name is None or _same_name(target.name, name))
            ]
            if name is None and here and kind != "dvc-stage":
                here = [item for item in here if item[1].attrs.get("default") == "yes"] or here[:1]
            for path, target in here:
                yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")
            if here:
                return


def _same_name(target: str, name: str) -> bool:
    if target == name:
        return True
    return (
        "%" in target
        and name.startswith(target.partition("%")[0])
        and name.endswith(target.partition("%")[2])
    )


def ancestors(folder: str) -> Iterator[str]:
    """Yield a folder and all above it, the root ("") last."""
    while True:
        yield folder
        if not folder:
            return
        folder = posixpath.dirname(folder)


def in_files(context: Context, kinds: tuple[str, ...], paths: list[str]) -> Iterator[Found]:
    """Yield the targets of these kinds that lie in these files."""
    inside = set(paths)
    for kind in kinds:
        for path, target in context.targets.get(kind, ()):
            if path in inside:
                yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")


def given(context: Context, words: tuple[str, ...], folder: str, *options: str) -> list[str]:
    """Return the tracked files below what these options name."""
    found: list[str] = []
    for position, word in enumerate(words):
        name = None
        if word in options and position + 1 < len(words):
            name = words[position + 1]
        elif any(word.startswith(f"{option}=") for option in options):
            name = word.partition("=")[2]
        if name and "$" not in name:
            found += context.below(name, folder)
    return found


def nearest_targets(context: Context, kind: str, folder: str) -> Iterator[Found]:
    """Yield all targets of a kind in the nearest folder that has some, from this one upwards."""
    for base in ancestors(folder):
        here = [
            (path, target)
            for path, target in context.targets.get(kind, ())
            if posixpath.dirname(path) == base
        ]
        for path, target in here:
            yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")
        if here:
            return


def everywhere(context: Context, kind: str) -> Iterator[Found]:
    """Yield all targets of a kind."""
    for path, target in context.targets.get(kind, ()):
        yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")
