"""Recipes whose lines run in shells of their own, written as one script that means the same."""

from __future__ import annotations

from collections.abc import Iterable

from mlops.domain.regex import regex

_NEEDS_SHELL = regex(r"[;&\n]|\b(?:cd|exit|set|export|source|exec|trap)\b|^\s*\.\s|^\w+=")
_GOES_ON = regex(r";|\n|(?<![&>])&(?![&>\d])|\bset\b")
_COMMENT = regex(r"\s#[^'\"]*$")


def own_shell(text: str, *, errexit: bool = False, ignored: str = "") -> str:
    """Write one recipe line for a script under `-e`.

    What needs a shell of its own stands in `( … )`, without `-e` unless the tool sets it; `ignored` says why its
    failure does not count.
    """
    text = text.rstrip()
    if not text.strip() or text.lstrip().startswith("#"):
        return text
    if "<<" in text:
        return text
    if _NEEDS_SHELL.search(text.replace("\\\n", " ")):
        text = _COMMENT.sub("", text)
        loose = not errexit and bool(_GOES_ON.search(text.replace("\\\n", " ").rstrip("; ")))
        text = f"({'set +e; ' if loose else ''}{text})"
    elif ignored:
        text = _COMMENT.sub("", text)
    return f"{text} || : {ignored}" if ignored else text


def at_lines(parts: Iterable[tuple[int, str]]) -> tuple[str, int]:
    """Join texts so that each stands on its line of the file; return the script and the line it starts on."""
    script: list[str] = []
    first = line = 0
    for number, text in parts:
        if not first:
            first = line = number
        elif number > line:
            script.append("\n" * (number - line))
            line = number
        else:
            script.append("\n")
            line += 1
        script.append(text)
        line += text.count("\n")
    return "".join(script), first
