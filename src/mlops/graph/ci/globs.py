"""The filter patterns of GitHub (`releases/**`, `!docs/*.md`), which other providers share in part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mlops.domain.regex import regex

_PART = regex(
    r"(?P<folders>\*\*/)|(?P<all>\*\*)|(?P<some>\*)|(?P<set>\[[^\]/]+\])|(?P<repeat>[?+])|\\?(?P<text>.)",
    re.DOTALL,
)
_WILD = frozenset("*?+[]!\\")


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    for match in _PART.finditer(pattern[:1000]):
        kind, text = match.lastgroup, match[0]
        if kind == "folders":
            parts.append("(?:.*/)?")
        elif kind == "all":
            parts.append(".*")
        elif kind == "some":
            parts.append("[^/]*")
        elif kind == "set":
            parts.append("[" + re.escape(text[1:-1]).replace(r"\-", "-") + "]")
        elif kind == "repeat" and parts and parts[-1][-1] not in "*?+":
            parts.append(text)
        else:
            parts.append(re.escape(match["text"] or text))
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern))


def is_literal(pattern: str) -> bool:
    """Tell whether a pattern matches one text only."""
    return not _WILD & set(pattern)


def literal_prefix(pattern: str) -> str:
    """Return the text with which all that matches begins."""
    end = next((index for index, char in enumerate(pattern) if char in _WILD), len(pattern))
    # `x?` and `x+` make the character before them part of the wildcard
    return pattern[: end - 1] if pattern[end : end + 1] in {"?", "+"} else pattern[:end]


def matches(patterns: Sequence[str], text: str) -> bool:
    """Tell whether a list of patterns selects a text: the last pattern that matches decides, `!` takes away."""
    chosen = False
    for pattern in patterns:
        wanted = not pattern.startswith("!")
        if wanted is not chosen and _compiled(pattern.removeprefix("!")).fullmatch(text):
            chosen = wanted
    return chosen


def any_matches(patterns: Sequence[str], texts: Iterable[str]) -> bool:
    """Tell whether a list of patterns selects at least one of the texts."""
    return any(matches(patterns, text) for text in texts)
