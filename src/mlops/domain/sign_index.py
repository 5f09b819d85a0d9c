"""The signs of all tools in the order in which they are looked up, as plain values that JSON can hold.

It is made once, where the rules are compiled: of ten thousand signs a repository asks for a few dozen, so the others
cost a start nothing but their place in a file.

    kinds:         kind -> place -> key -> entries
    distributions: distribution -> its tools
    shows:         tool with a distribution -> capabilities
    imports:       tool with a distribution or a method -> what it is imported as

Places are "exact" (key: the whole value), "first" and "last" (key: the whole first or last segment of a glob) and
"rest" (key ""); commands have "first" (key: the program) and "rest". An entry is "CAPABILITY MATCH", or a list of
that text, the attributes that it asks for (name -> globs and excluded globs) and the tool whose import it needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mlops.domain.regex import regex
from mlops.domain.rules import Sign, Tool

#: What ends a segment of a value: `mlflow.log_metric`, `tf:aws_x`, `owner/name`, `NAME=value`.
SEPARATORS = regex(r"[./:=@\s]")
#: The first segment of a glob, if it is whole.
_FIRST = regex(r"([^*./:=@\s]*)[./:=@\s]")

#: The plain form of an entry.
Raw = str | list[Any]


def index_of(tools: Iterable[Tool]) -> dict[str, Any]:
    """Return the index of the signs of these tools."""
    kinds: dict[str, dict[str, dict[str, list[Raw]]]] = {}
    distributions: dict[str, list[str]] = {}
    shows: dict[str, str] = {}
    imports: dict[str, list[str]] = {}
    for tool in tools:
        for capability, signs in tool.signs.items():
            for sign in signs:
                place, key = _place(sign)
                entries = kinds.setdefault(sign.kind, {}).setdefault(place, {}).setdefault(key, [])
                entries.append(_entry(capability, sign, tool.id))
                if sign.kind == "method":
                    imports[tool.id] = list(tool.imports)
        for name in tool.distributions:
            distributions.setdefault(name, []).append(tool.id)
            shows[tool.id] = " ".join(tool.signs)
            imports[tool.id] = list(tool.imports)
    return {"kinds": kinds, "distributions": distributions, "shows": shows, "imports": imports}


def _place(sign: Sign) -> tuple[str, str]:
    """Return where a sign is looked up, and under which key."""
    if sign.kind == "command":
        head = sign.match.partition(" ")[0]
        return ("rest", "") if "*" in head else ("first", head)
    if "*" not in sign.match:
        return "exact", sign.match
    cut = _FIRST.match(sign.match)
    if cut:
        return "first", cut[1]
    pieces = SEPARATORS.split(sign.match.rpartition("*")[2])
    return ("last", pieces[-1]) if len(pieces) > 1 else ("rest", "")


def _entry(capability: str, sign: Sign, tool: str) -> Raw:
    text = f"{capability} {sign.match}"
    # A method has a common name: it counts only where its tool is imported.
    needed = tool if sign.kind == "method" else ""
    if not sign.where and not needed:
        return text
    return [
        text,
        {name: [list(pattern.globs), list(pattern.excludes)] for name, pattern in sign.where.items()},
        needed,
    ]
