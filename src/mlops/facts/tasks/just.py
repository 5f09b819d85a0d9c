"""Justfiles: recipes, what they need, and what they run."""

from __future__ import annotations

import re

from mlops.domain.facts import Fact, FileFacts, Target
from mlops.domain.regex import regex
from mlops.facts.decode import text as decoded
from mlops.facts.tasks.lines import at_lines, own_shell

_ASSIGN = regex(r"(?:export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)")
_SET = regex(r"set\s+([\w-]+)(?:\s*:=\s*(.*))?$")
_ALIAS = regex(r"alias\s+([\w-]+)\s*:=\s*([\w:-]+)")
_IMPORT = regex(r"(?:import|mod)\??\s+(?:[\w-]+\s+)?['\"]([^'\"]+)['\"]|mod\??\s+([\w-]+)")
_RECIPE = regex(r"(@?)([A-Za-z_][\w-]*)((?:\s+[^:]*?)?)\s*:(?!=)\s*(.*)")
_DEPENDENCY = regex(r"\(\s*([\w:-]+)[^)]*\)|([\w:-]+)|(&&)")
_HOLE = regex(r"\{\{(?!\{)\s*([A-Za-z_][\w-]*)\s*\}\}")
_LITERAL = regex(r"""(['"])(.*)\1$|(['"]){3}(.*)\3{3}$""", re.DOTALL)


def matches(path: str) -> bool:
    """Tell whether a path names a justfile."""
    name = path.rsplit("/", 1)[-1].lower()
    return name in {"justfile", ".justfile"} or name.endswith(".just")


def read(source: bytes) -> FileFacts:
    """Read a justfile."""
    lines = [line.rstrip("\r") for line in decoded(source)[0].split("\n")]
    variables: dict[str, str] = {}
    facts: list[Fact] = []
    targets: list[Target] = []
    shell = ""
    at = 0
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        if not line.strip() or line[0] in "#[ \t":
            continue
        if found := _ALIAS.match(line):
            targets.append(Target("just", found[1], number, needs=(found[2],), attrs={"alias": "yes"}))
        elif found := _SET.match(line):
            shell = found[2] or "" if found[1] == "shell" else shell
        elif found := _ASSIGN.match(line):
            literal = _LITERAL.match(found[2].strip())
            if literal:
                variables[found[1]] = literal[2] or literal[4] or ""
        elif found := _IMPORT.match(line):
            facts.append(Fact("include", f"just:{found[1] or found[2]}", number))
        elif found := _RECIPE.match(line):
            end = _body_end(lines, at)
            targets.append(_recipe(found, number, lines[at:end], variables, shell, first=not targets))
            at = end
    return FileFacts("just", tuple(facts), tuple(targets))


def _body_end(lines: list[str], at: int) -> int:
    """Return the index behind a recipe's indented lines."""
    end = at
    for index in range(at, len(lines)):
        if lines[index][:1] in {" ", "\t"} and lines[index].strip():
            end = index + 1
        elif lines[index].strip():
            break
    return end


def _recipe(
    head: re.Match[str], number: int, body: list[str], variables: dict[str, str], shell: str, *, first: bool
) -> Target:
    before, _, after = head[4].partition("&&")
    needs = [
        match[1] or match[2] for match in _DEPENDENCY.finditer(re.sub(r"\s#.*", "", before)) if not match[3]
    ]
    later = [
        match[1] or match[2] for match in _DEPENDENCY.finditer(re.sub(r"\s#.*", "", after)) if not match[3]
    ]
    attrs = {"default": "yes"} if first else {}
    indent = len(body[0]) - len(body[0].lstrip()) if body else 0
    lines = [
        _fill(line[indent:] if line[:indent].isspace() or not indent else line, variables) for line in body
    ]
    errexit, pipefail = True, "pipefail" in shell
    if lines and lines[0].startswith("#!"):
        interpreter = lines[0].split("/")[-1].removeprefix("env ").split()
        attrs["interpreter"] = " ".join(interpreter)
        runs_shell = interpreter[:1] and interpreter[0] in {"bash", "sh", "zsh", "dash"}
        script, place = ("\n".join(lines), number + 1) if runs_shell else ("", 0)
        errexit = any(re.fullmatch(r"-[a-z]*e[a-z]*", word) for word in interpreter[1:])
    else:
        script, place = at_lines(_recipe_lines(lines, number, strict=bool(re.search(r"-\w*e\w*", shell))))
    if later:
        script = "\n".join(filter(None, [script, *(f"just {name}" for name in later)]))
    return Target(
        "just",
        head[2],
        number,
        script,
        place or number,
        needs=tuple(needs),
        errexit=errexit,
        pipefail=pipefail,
        attrs=attrs,
    )


def _recipe_lines(lines: list[str], number: int, *, strict: bool) -> list[tuple[int, str]]:
    parts: list[tuple[int, str]] = []
    pending: list[str] = []
    for offset, line in enumerate(lines, 1):
        pending.append(line)
        if line.endswith("\\"):
            continue
        text = "\n".join(pending)
        bare = text.lstrip(" \t@-")
        ignored = "- in just" if "-" in text[: len(text) - len(bare)] else ""
        if bare and not bare.startswith("#"):
            parts.append(
                (number + offset - len(pending) + 1, own_shell(bare, errexit=strict, ignored=ignored))
            )
        pending = []
    return parts


def _fill(text: str, variables: dict[str, str]) -> str:
    return _HOLE.sub(lambda match: variables.get(match[1], match[0]), text)
