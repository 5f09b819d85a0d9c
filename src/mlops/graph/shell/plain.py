"""PowerShell and cmd scripts, best effort: commands by line and separator."""

from __future__ import annotations

from mlops.domain.logic import Tri
from mlops.domain.regex import regex
from mlops.domain.shell import Command
from mlops.graph.shell.fold import Executed

_WORD = regex(r"""(?:[^\s'"]|'[^']*'|"[^"]*")+""")
_SEPARATORS = regex(r"""('[^']*'|"[^"]*")|(&&|\|\||;|\||&(?=\s))""")
_SKIPPED = regex(
    r"(?i)(?:#|::|rem\b|@?echo\s+off|setlocal|[{}()]|\$[\w:]+\s*=\s*['\"\d$@]|param\b|function\b|else\b)"
)
_KEYWORD = regex(
    r"(?i)^(?:if|foreach|while|elseif|for|try|catch|finally)\b.*?[{(]\s*(?=\w+\b[^){]*[})]?\s*$)"
)
_IGNORED = regex(
    r"(?i)\$ErrorActionPreference\s*=\s*['\"]?(?:Silently)?Continue|continue-on-error|-ErrorAction\s+(?:Silently)?Continue"
)


def flatten_plain(text: str, shell: str) -> list[Executed]:
    """List the commands of a `pwsh`, `powershell` or `cmd` script; other languages have none.

    Only the exit code of the last native command counts in both shells, except in a `cmd` line with `&&` or
    `|| exit /b 1`; blocks are not followed, so what stands in one is only possible.
    """
    if shell not in {"pwsh", "powershell", "cmd"}:
        return []
    found: list[tuple[Command, str, bool]] = []
    for number, line in _logical_lines(text, "`" if shell != "cmd" else "^"):
        block = line[:1] in {" ", "\t", "}"} or bool(_KEYWORD.match(line))
        bare = _KEYWORD.sub("", line.strip()).strip()
        if not bare or _SKIPPED.match(bare):
            continue
        for words, operator in _commands(bare):
            found.append((Command(words, number), operator, block))
    last = max(
        (i for i, (command, _, _) in enumerate(found) if command.words[0].lower() != "echo"), default=-1
    )
    return [_executed(item, last=i >= last, shell=shell, text=text) for i, item in enumerate(found)]


def _logical_lines(text: str, continuation: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    pending, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        if line.rstrip().endswith(continuation):
            pending += line.rstrip()[:-1] + " "
            continue
        lines.append((start, pending + line))
        pending, start = "", 0
    return [*lines, (start, pending)] if pending else lines


def _commands(line: str) -> list[tuple[tuple[str, ...], str]]:
    """Split a line into commands, each with the operator that follows it."""
    marked = _SEPARATORS.sub(lambda match: match[1] or f"\x00{match[2]}\x00", line)
    parts = marked.split("\x00")
    found = []
    for at in range(0, len(parts), 2):
        words = tuple(_unquoted(word) for word in _WORD.findall(parts[at].strip(" \t&{}@")))
        if words:
            found.append((words, parts[at + 1] if at + 1 < len(parts) else ""))
    return found


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else word


def _executed(item: tuple[Command, str, bool], *, last: bool, shell: str, text: str) -> Executed:
    command, operator, block = item
    possible = Tri.UNKNOWN if block else Tri.YES
    reason = f"it stands in a block, and {shell} scripts are not followed" if block else ""
    stops, why = Tri.YES, ""
    if _IGNORED.search(text):
        stops, why = Tri.UNKNOWN, "the script turns errors off somewhere"
    elif operator == "||":
        stops, why = Tri.UNKNOWN, "what follows `||` decides"
    elif operator == "|":
        stops, why = Tri.UNKNOWN, "a pipe follows it"
    elif not last and operator != "&&" and "LASTEXITCODE" not in text and "errorlevel" not in text.lower():
        stops, why = Tri.NO, f"{shell} goes on after a failed program and the last one decides"
    elif not last:
        stops, why = Tri.UNKNOWN, f"{shell} scripts are not followed"
    return Executed(command, possible, stops, reason, "", why, "F5" if stops is Tri.NO else "")
