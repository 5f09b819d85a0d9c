"""Take the lines of a notebook cell apart: Python, and what IPython or a shell runs."""

from __future__ import annotations

import re

from mlops.domain.regex import regex

Line = tuple[str, int]

#: Cell magics whose cell is a shell script.
_SHELLS = frozenset({"bash", "sh", "shell", "zsh", "system", "sx", "cmd"})
#: Magics that run the Python after them.
_AROUND = frozenset({"time", "timeit", "prun", "memit", "mprun", "lprun", "capture", "debug", "python", "python3", "pyspark",
                     "spark", "local", "wandb", "scalene", "heat", "snakeviz"})  # fmt: skip
#: Line magics that are commands of the shell.
_COMMANDS = frozenset({"pip", "conda", "mamba", "uv", "cd", "ls", "mkdir", "rm", "cp", "mv", "cat"})
#: Languages that Databricks writes with one percent sign above a cell.
_OTHERS = frozenset({"md", "sql", "scala", "r", "html", "fs"})

_MAGIC = regex(r"(%{1,2})([A-Za-z_]\w*)[ \t]*(.*)\Z", re.DOTALL)
_ASSIGNED = regex(r"(\s*[A-Za-z_][\w., \t]*=[ \t]*)([!%])(?=[A-Za-z_!./$\"'])(.*)\Z")
_OPTIONS = regex(r"(?:-\w+(?:[ \t]+\d+)?[ \t]+)*")
_HELP = regex(r"\s*(?:\?{1,2}[\w.*]+|[\w.*]+\?{1,2})\s*\Z")


def split(cell: list[Line], shell: list[Line]) -> list[Line]:
    """Return the Python lines of a cell, with `pass` for what is not Python, and append the rest to `shell`."""
    start = next((index for index, (text, _) in enumerate(cell) if text.strip()), None)
    if start is None:
        return []
    whole = _MAGIC.match(cell[start][0].strip())
    if whole is not None:
        sign, name, rest = whole.groups()
        body = cell[start + 1 :]
        if name in _SHELLS or (name == "script" and rest.split()[:1] in (["bash"], ["sh"])):
            if sign == "%%" or body:
                _script(rest if sign == "%" else "", cell[start][1], body, shell)
                return []
        elif sign == "%%" and name not in _AROUND:
            return []
        elif sign == "%%":
            return [("", cell[start][1]), *_python(body, shell)]
        elif name.lower() in _OTHERS and (body or name.lower() in {"md", "sql"}):
            return []
    return _python(cell[start:], shell)


def _script(first: str, line: int, body: list[Line], shell: list[Line]) -> None:
    lines = ([(first, line)] if first else []) + body
    while lines and not lines[0][0].strip():
        lines = lines[1:]
    text = "\n".join(text for text, _ in lines).rstrip()
    if text:
        shell.append((text, lines[0][1]))


def _python(lines: list[Line], shell: list[Line]) -> list[Line]:
    found: list[Line] = []
    index = 0
    while index < len(lines):
        text, line = lines[index]
        index += 1
        bare = text.lstrip()
        assigned = _ASSIGNED.match(text) if "!" in text or "%" in text else None
        if bare[:1] not in {"!", "%"} and assigned is None:
            found.append(("" if _HELP.match(text) else text, line))
            continue
        command = assigned[2] + assigned[3] if assigned is not None else bare
        joined = 0
        while command.rstrip().endswith("\\") and index < len(lines):
            command = command.rstrip()[:-1] + lines[index][0]
            index += 1
            joined += 1
        indent = assigned[1] if assigned is not None else text[: len(text) - len(bare)]
        found.append(
            (indent + _magic(command, line, shell, "None" if assigned is not None else "pass"), line)
        )
        found += [("", at) for _, at in lines[index - joined : index]]
    return found


def _magic(command: str, line: int, shell: list[Line], instead: str) -> str:
    """Append a command to the shell lines and return the Python that stands in its place."""
    if command[0] == "!":
        _append(command.lstrip("!"), line, shell)
        return instead
    match = _MAGIC.match(command)
    if match is None:
        # No magic: a line of an expression that starts with the operator.
        return command
    name, rest = match[2], match[3]
    if name in _AROUND:
        return _OPTIONS.sub("", rest, count=1) or instead
    if name == "run":
        rest = rest.strip()
        _append("python " + (rest if rest.startswith("-m") else _OPTIONS.sub("", rest, count=1)), line, shell)
    elif name in _COMMANDS:
        _append(f"{name} {rest}", line, shell)
    elif name in _SHELLS:
        _append(rest, line, shell)
    else:
        _append(command, line, shell)
    return instead


def _append(command: str, line: int, shell: list[Line]) -> None:
    command = " ".join(command.split())
    if command:
        shell.append((command, line))
