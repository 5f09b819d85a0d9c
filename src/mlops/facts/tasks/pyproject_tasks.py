"""Tasks and console scripts that Python projects declare in pyproject.toml, pixi.toml and mise.toml."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mlops.domain.diagnostic import Problem
from mlops.domain.facts import FileFacts, Target
from mlops.domain.regex import regex
from mlops.facts.decode import text as decoded
from mlops.facts.tasks.tables import table_key_line
from mlops.facts.tasks.tox import targets_of_table

_MISE = frozenset({"mise.toml", ".mise.toml"})
_ENTRY = regex(r"[\w.]+(?::[\w.]+)?$")


def matches(path: str) -> bool:
    """Tell whether a path names a TOML file that can declare tasks."""
    name = path.rsplit("/", 1)[-1]
    return name in {"pyproject.toml", "pixi.toml"} or _is_mise(path)


def _is_mise(path: str) -> bool:
    return path.rsplit("/", 1)[-1] in _MISE or path.endswith(("mise/config.toml", ".config/mise.toml"))


def read(source: bytes) -> FileFacts:
    """Read the tasks and console scripts of a pyproject.toml, pixi.toml or mise.toml."""
    text, problem = decoded(source)
    if problem:
        return FileFacts("toml", problems=(problem,))
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        line = re.search(r"at line (\d+)", str(fault))
        return FileFacts("toml", problems=(Problem(int(line[1]) if line else 0, f"invalid TOML: {fault}"),))
    return FileFacts("toml", targets=tuple(_targets(table, text)))


def _targets(table: dict[str, Any], text: str) -> Iterator[Target]:
    yield from _console(table, text)
    for path, kind, reader in _TABLES:
        yield from (
            found
            for key, value in _table(table, path).items()
            for found in reader(kind, path, key, value, text)
        )
    for env in _table(table, "tool.hatch.envs"):
        path = f"tool.hatch.envs.{env}.scripts"
        prefix = "" if env == "default" else f"{env}:"
        for name, value in _table(table, path).items():
            yield _lines("hatch", f"{prefix}{name}", table_key_line(text, path, name), value)
    for feature in _table(table, "feature") | _table(table, "tool.pixi.feature"):
        for path in (f"feature.{feature}.tasks", f"tool.pixi.feature.{feature}.tasks"):
            yield from (
                found
                for key, value in _table(table, path).items()
                for found in _task("pixi", path, key, value, text)
            )
    tox = _table(table, "tool.tox")
    if tox:
        yield from targets_of_table(tox, text)


def _table(table: dict[str, Any], path: str) -> dict[str, Any]:
    found: Any = table
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _console(table: dict[str, Any], text: str) -> Iterator[Target]:
    paths = ["project.scripts", "project.gui-scripts", "tool.poetry.scripts", "tool.flit.scripts"]
    groups = {f"project.entry-points.{name}": name for name in _table(table, "project.entry-points")}
    for path in [*paths, *groups]:
        entries = (
            _table(table, "project.entry-points").get(groups[path], {})
            if path in groups
            else _table(table, path)
        )
        for name, value in entries.items() if isinstance(entries, dict) else ():
            function = value.get("reference", value.get("callable")) if isinstance(value, dict) else value
            function = re.sub(r"\s*\[.*", "", function).strip() if isinstance(function, str) else ""
            if _ENTRY.match(function):
                kind = (
                    "entry-point"
                    if path in groups and groups[path] not in {"console_scripts", "gui_scripts"}
                    else "console-script"
                )
                attrs = {"group": groups[path]} if kind == "entry-point" else {}
                yield Target(kind, name, table_key_line(text, path, name), function=function, attrs=attrs)


def _task(kind: str, path: str, name: str, value: Any, text: str) -> Iterator[Target]:
    """Read one task in the dialects of poe, pdm, taskipy, pixi, rye and mise: a string, a list, or a table."""
    line = table_key_line(text, path, name)
    if name.startswith("_") and kind == "pdm":
        return
    if isinstance(value, str | list):
        yield _lines(kind, name, line, value, chain=kind == "poe" and isinstance(value, list))
        return
    if not isinstance(value, dict):
        return
    key = next((key for key in ("cmd", "shell", "run", *_CHAINS, "file") if key in value), "")
    found = _lines(kind, name, line, value.get(key, ""), chain=key in _CHAINS)
    needs = [
        need for each in ("deps", "depends", "depends-on", "depends_on") for need in _names(value.get(each))
    ]
    call = next((value[each] for each in _CALLS.get(kind, ()) if isinstance(value.get(each), str)), "")
    stops = not (value.get("ignore_fail") or value.get("ignore_failure") or value.get("keep_going"))
    folder = next((str(value[each]) for each in ("cwd", "dir", "working_dir") if value.get(each)), "")
    yield Target(
        kind, name, line, found.script, line, re.sub(r"\(.*", "", call).strip(), tuple(dict.fromkeys(needs)),
        errexit=found.errexit, stops=stops, folder=folder.removeprefix("./"),
    )  # fmt: skip


def _names(value: Any) -> list[str]:
    """Return the names of tasks in a list of names or of tables with a name."""
    found = []
    for item in value if isinstance(value, list) else [value] if value else []:
        name = item.get("task", item.get("ref", item.get("cmd"))) if isinstance(item, dict) else item
        if isinstance(name, str) and name.strip():
            found.append(name.split()[0])
    return found


def _lines(kind: str, name: str, line: int, value: Any, *, chain: bool = False) -> Target:
    """Make a target of a command or a list of commands."""
    items = value if isinstance(value, list) else [value]
    if kind in _WORD_LISTS and not chain and isinstance(value, list):
        script = shlex.join(str(item) for item in items)
    else:
        prefix = _CHAIN_PREFIX.get(kind, "") if chain else ""
        script = "\n".join(filter(None, (_item(prefix, item) for item in items)))
    attrs = {"default": "yes"} if name == "default" else {}
    return Target(
        kind, name, line, script, line, errexit=isinstance(value, list) or "\n" in script, attrs=attrs
    )


def _item(prefix: str, item: Any) -> str:
    """Write one command of a list: a name of a task, a command, or a table with one."""
    if isinstance(item, dict):
        own = next((item[key] for key in ("cmd", "shell") if isinstance(item.get(key), str)), "")
        other = next((item[key] for key in ("ref", "task") if isinstance(item.get(key), str)), "")
        return own or (f"{prefix}{other}" if other else "")
    if not isinstance(item, str):
        return ""
    return f"{item[2:]} || : - in hatch" if item.startswith("- ") else f"{prefix}{item}"


#: Keys whose lists name other tasks, and how such a name is run.
_CHAINS = ("composite", "chain", "sequence")
_CHAIN_PREFIX = {"rye": "rye run ", "pdm": "pdm run ", "poe": "poe "}
#: Keys that name a Python function.
_CALLS = {"poe": ("script",), "pdm": ("call",), "rye": ("call",)}
#: Tools that take a list as the words of one command.
_WORD_LISTS = frozenset({"rye", "pdm", "pixi"})
_Reader = Callable[[str, str, str, Any, str], Iterable[Target]]
_TABLES: tuple[tuple[str, str, _Reader], ...] = (
    ("tool.poe.tasks", "poe", _task),
    ("tool.pdm.scripts", "pdm", _task),
    ("tool.taskipy.tasks", "taskipy", _task),
    ("tool.pixi.tasks", "pixi", _task),
    ("tool.rye.scripts", "rye", _task),
    ("tool.hatch.scripts", "hatch", _task),
    ("tool.thx.jobs", "thx", _task),
    ("tasks", "mise", _task),
)
