"""tox environments, from tox.ini, setup.cfg, tox.toml and pyproject.toml."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from mlops.domain.diagnostic import Problem
from mlops.domain.facts import FileFacts, Target
from mlops.domain.regex import regex
from mlops.facts.decode import text as decoded
from mlops.facts.tasks.ini import Section, Value, read_ini
from mlops.facts.tasks.lines import at_lines
from mlops.facts.tasks.tables import key_line

MAX_ENVS = 60
MAX_DEPTH = 6

_BRACES = regex(r"\{([^{}]*)\}")
_FACTORS = regex(r"(!?[\w.{},!-]+)\s*:(?:\s+|$)(.*)", re.DOTALL)
_REFERENCE = regex(r"\{\[([^\]]+)\](\w+)\}")
_COMMAND_KEYS = ("commands_pre", "commands", "commands_post")


def matches(path: str) -> bool:
    """Tell whether a path names a file that configures tox and nothing else."""
    return path.rsplit("/", 1)[-1] in {"tox.ini", "tox.toml"}


def read(source: bytes) -> FileFacts:
    """Read tox.ini or tox.toml."""
    text = decoded(source)[0]
    if re.search(r"^\s*\[\s*(?:tox|testenv\b[^\]]*)\s*\]", text, re.MULTILINE):
        return FileFacts("tox", targets=tuple(targets_of_ini(text)))
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        return FileFacts("tox", problems=(Problem(0, f"invalid TOML: {fault}"),))
    return FileFacts("tox", targets=tuple(targets_of_table(table, text)))


def targets_of_ini(text: str) -> Iterator[Target]:
    """Yield the environments of INI text."""
    sections, places = read_ini(text)
    core = sections.get("tox") or sections.get("tox:tox") or {}
    base = sections.get("testenv", {})
    listed = [name for name in _expand(_text(core, "env_list", "envlist")) if name]
    own = {name.partition(":")[2].strip(): name for name in sections if name.startswith("testenv:")}
    named = {env: name for key, name in own.items() for env in _expand(key)}
    default = listed or ["py"]
    for env in list(dict.fromkeys([*named, *listed]))[:MAX_ENVS]:
        section = named.get(env, "testenv")
        merged = {**base, **sections.get(section, {})}
        yield _ini_target(env, merged, sections, places.get(section, 0), default=env in default)
    if base:
        yield _ini_target("testenv", base, sections, places.get("testenv", 0), default=not listed)


def _text(section: Section, *keys: str) -> str:
    return next((section[key].text for key in keys if key in section), "")


def _ini_target(
    env: str, section: Section, sections: dict[str, Section], line: int, *, default: bool
) -> Target:
    factors = None if env == "testenv" else set(env.split("-"))
    parts: list[tuple[int, str]] = []
    for key in _COMMAND_KEYS:
        if key in section:
            parts += _commands(section[key], factors, sections)
    script, start = at_lines(parts)
    ignored = _text(section, "ignore_outcome").lower() in {"true", "1", "yes"}
    attrs = {"deps": " ".join(_text(section, "deps").split())[:500]} if "deps" in section else {}
    if default:
        attrs["default"] = "yes"
    if env == "testenv":
        attrs["base"] = "yes"
    needs = tuple(_expand(_text(section, "depends")))
    folder = _substitute(_text(section, "change_dir", "changedir"), sections).removeprefix("./")
    return Target("tox", env, line, script, start, needs=needs, stops=not ignored, folder=folder, attrs=attrs)


def _commands(
    value: Value, factors: set[str] | None, sections: dict[str, Section], depth: int = 0
) -> list[tuple[int, str]]:
    """Return the command lines of an environment: those whose factors it has, references followed."""
    found: list[tuple[int, str]] = []
    pending, start = "", 0
    for number, text in value.lines:
        start = start or number
        if text.endswith("\\"):
            pending += text[:-1] + " "
            continue
        line, pending = pending + text, ""
        reference = _REFERENCE.fullmatch(line.strip())
        target = sections.get(reference[1], {}).get(reference[2]) if reference else None
        if target is not None and depth < MAX_DEPTH:
            # The commands stand elsewhere in the file: all are reported where they are named.
            found += [(start, text) for _, text in _commands(target, factors, sections, depth + 1)]
        else:
            command = _chosen(line, factors)
            if command:
                found.append((start, _argv(_substitute(command, sections))))
        start = 0
    return found


def _chosen(line: str, factors: set[str] | None) -> str:
    """Strip `py310,lint: ` from a line, or drop it where the environment has none of these factors."""
    match = _FACTORS.match(line.strip())
    if match is None or "://" in line[: match.end(1) + 3]:
        return line.strip()
    if factors is not None and not any(
        all((part.strip("!") in factors) != part.startswith("!") for part in option.split("-"))
        for option in _expand(match[1])
    ):
        return ""
    return match[2].strip()


def _substitute(text: str, sections: dict[str, Section], depth: int = 0) -> str:
    def inner(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(":")
        if name == "posargs":
            return default
        if name in {"envpython", "basepython"}:
            return "python"
        if name in {"toxinidir", "tox_root"}:
            return "."
        if name == "env":
            variable, _, other = default.partition(":")
            return other or f"${variable}"
        return f"${{{re.sub(r'[^A-Za-z0-9_]', '_', match[1])}}}" if match[1] else "{}"

    def other(match: re.Match[str]) -> str:
        value = sections.get(match[1], {}).get(match[2])
        return _substitute(value.text, sections, depth + 1) if value and depth < MAX_DEPTH else match[0]

    return _BRACES.sub(inner, _REFERENCE.sub(other, text))


def _argv(command: str) -> str:
    """Write one tox command, which no shell reads, as shell text: `- cmd` is ignored, `! cmd` turned round."""
    bare = command.lstrip("-! ")
    marks = command[: len(command) - len(bare)]
    bare = re.sub(r"\s+", " ", bare)
    if re.search(r"[;|&<>()`]", re.sub(r"'[^']*'|\"[^\"]*\"", "", bare)):
        try:
            bare = shlex.join(shlex.split(bare))
        except ValueError:
            bare = shlex.quote(bare)
    bare = f"! {bare}" if "!" in marks else bare
    return f"{bare} || : - in tox" if "-" in marks else bare


def _expand(text: str) -> list[str]:
    """Expand `py{310,311}-{a,b}, lint` to the names it stands for."""
    names: list[str] = []
    for part in re.split(r"[\s,]+(?![^{}]*\})", text.strip()):
        pieces = re.split(r"\{([^{}]*)\}", part)
        options = [
            [choice.strip() for choice in piece.split(",")] if at % 2 else [piece]
            for at, piece in enumerate(pieces)
        ]
        for count, combination in enumerate(product(*options)):
            if count >= MAX_ENVS:
                break
            name = "".join(combination).strip("-")
            if name:
                names.append(name)
    return names[:MAX_ENVS]


def targets_of_table(table: Mapping[str, Any], text: str) -> Iterator[Target]:
    """Yield the environments of a TOML table (tox.toml, `[tool.tox]`)."""
    legacy = table.get("legacy_tox_ini")
    if isinstance(legacy, str):
        shift = text[: max(text.find("legacy_tox_ini"), 0)].count("\n")
        for target in targets_of_ini(legacy):
            yield Target(
                target.kind, target.name, target.line + shift, target.script, target.script_line + shift, "", target.needs,
                stops=target.stops, folder=target.folder, attrs=target.attrs,
            )  # fmt: skip
        return
    listed = [str(name) for name in table.get("env_list", ()) if isinstance(name, str)]
    base, envs = table.get("env_run_base", {}), table.get("env", {})
    if not isinstance(base, dict) or not isinstance(envs, dict):
        return
    for name in list(dict.fromkeys([*envs, *listed]))[:MAX_ENVS]:
        section = {**base, **(envs[name] if isinstance(envs.get(name), dict) else {})}
        yield _table_target(name, section, text, default=name in listed)
    if base:
        yield _table_target("testenv", base, text, default=not listed)


def _table_target(name: str, section: Mapping[str, Any], text: str, *, default: bool) -> Target:
    head = r"env_run_base" if name == "testenv" else rf"env\.[\"']?{re.escape(name)}[\"']?"
    line = key_line(text, rf"^\s*\[(?:tool\.tox\.)?{head}\]") or key_line(
        text, r"^\s*\[(?:tool\.tox\.)?env_run_base\]"
    )
    commands = [_list_command(each) for key in _COMMAND_KEYS for each in _sequence(section.get(key))]
    attrs = {"default": "yes"} if default else {}
    return Target(
        "tox", name, line, "\n".join(filter(None, commands)), line, needs=tuple(map(str, _sequence(section.get("depends")))),
        stops=section.get("ignore_outcome") is not True, folder=str(section.get("change_dir", "")), attrs=attrs,
    )  # fmt: skip


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _list_command(words: Any) -> str:
    if isinstance(words, str):
        return _argv(_substitute(words, {}))
    if not isinstance(words, list):
        return ""
    plain = [_substitute(word, {}) for word in words if isinstance(word, str)]
    if plain[:1] == ["-"]:
        return f"{shlex.join(plain[1:])} || : - in tox"
    return shlex.join(plain)
