"""Task runners: make, just, npm and the like, tox and nox."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlops.graph.commands.found import Found, ancestors, named_targets, option, positional
from mlops.graph.context import Context, join

#: Task runners: command -> (kinds of targets, words between the command and the target's name).
RUNNERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "make": (("make",), ()),
    "gmake": (("make",), ()),
    "just": (("just",), ()),
    "task": (("task",), ()),
    "poe": (("poe",), ()),
    "invoke": (("invoke",), ()),
    "inv": (("invoke",), ()),
    "npm": (("npm",), ("run", "run-script")),
    "yarn": (("npm",), ("run",)),
    "pnpm": (("npm",), ("run",)),
    "bun": (("npm",), ("run",)),
    "mise": (("mise",), ("run", "r")),
    "pdm": (("pdm",), ("run",)),
    "hatch": (("hatch",), ("run",)),
    "pixi": (("pixi",), ("run",)),
    "rye": (("rye",), ("run",)),
    "taskipy": (("taskipy",), ()),
}


def task_runner(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """Yield the targets that a task runner is asked for; its default one where it is asked for none."""
    name = posixpath.basename(words[0])
    kinds, verbs = RUNNERS[name]
    rest = words[1:]
    moved = option(rest, "-C", "--directory", "--working-directory", "--prefix", "-w")
    here = join(folder, moved) if moved and "$" not in moved else folder
    if name in {"npm", "yarn", "pnpm", "bun"} and rest and rest[0] in {"test", "t", "start", "build"}:
        rest = ("run", "test" if rest[0] == "t" else rest[0], *rest[1:])
    names = positional(rest)
    if verbs and name not in {"yarn", "pnpm", "bun"}:
        if not names or names[0] not in verbs:
            return
        names = names[1:]
    elif verbs and names and names[0] in verbs:
        names = names[1:]
    if name == "hatch" and names:
        names = [names[0].rpartition(":")[2]]
    if name in {"pdm", "hatch", "pixi", "npm", "yarn", "pnpm", "mise", "rye", "bun", "just", "poe"}:
        names = names[:1]
    if not names:
        yield from named_targets(context, kinds, None, here)
    for target in names:
        yield from named_targets(context, kinds, target, here)


def environments(context: Context, words: tuple[str, ...], folder: str) -> Iterator[Found]:
    """Tox and nox: the named environments or sessions, else all."""
    kind = posixpath.basename(words[0])
    chosen = option(words[1:], "-e", "-s", "--session", "--sessions", "--env")
    rest = [word for word in positional(words[1:]) if word not in {"run", "r", "run-parallel", "p"}]
    names = [part for part in (chosen or "").split(",") if part]
    if kind == "nox":
        names += rest
    found = [
        (path, target)
        for path, target in context.targets.get(kind, ())
        if posixpath.dirname(path) in ancestors(folder)
    ]
    for path, target in found:
        if not names or any(_matches_env(target.name, name) for name in names):
            if not names and target.attrs.get("default") == "no":
                continue
            yield Found(context.target_nodes[(path, kind, target.name)], f"{kind} {target.name}")


def _matches_env(target: str, name: str) -> bool:
    """Tox's `py` or `py311` mean the plain test environment; factors are joined by dashes."""
    bare = name.split("-", maxsplit=1)[0]
    if target == name or name.startswith(f"{target}-") or name in target.split(","):
        return True
    return target in {"testenv", "py"} and (bare.startswith("py") or "$" in name or "{" in name)
