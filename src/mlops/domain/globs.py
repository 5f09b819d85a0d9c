"""Globs of rules over one text: `*` stands for any characters, nothing else is special."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from mlops.domain.rules import Pattern

#: The globs of a pattern that accepts every text.
_ANYTHING = ("*",)


@lru_cache(maxsize=16_384)
def _parts(glob: str) -> tuple[str, ...]:
    return tuple(glob.split("*"))


@lru_cache(maxsize=16_384)
def literal_of(glob: str) -> str:
    """Return the longest part of a glob without `*`: every text that it covers holds that."""
    return max(_parts(glob), key=len)


@lru_cache(maxsize=4_096)
def _sorted(globs: tuple[str, ...]) -> tuple[frozenset[str], tuple[tuple[str, ...], ...]]:
    """Return the globs that are plain texts, and the parts of the others."""
    wild = tuple(_parts(glob) for glob in globs if "*" in glob)
    return frozenset(glob for glob in globs if "*" not in glob), wild


def glob_matches(glob: str, text: str) -> bool:
    """Tell whether a glob covers a whole text; `*` stands for any characters, nothing else is special."""
    return _covers(_parts(glob), text) if "*" in glob else glob == text


def _covers(parts: tuple[str, ...], text: str) -> bool:
    head, tail = parts[0], parts[-1]
    if len(text) < len(head) + len(tail) or not text.startswith(head) or not text.endswith(tail):
        return False
    position, end = len(head), len(text) - len(tail)
    for part in parts[1:-1]:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def pattern_matches(pattern: Pattern, text: str | None) -> bool:
    """Tell whether a pattern accepts a text; None, a missing attribute, satisfies only a pure `not`."""
    if text is None:
        return bool(pattern.excludes) and pattern.globs == _ANYTHING
    if pattern.globs != _ANYTHING and not _any_covers(pattern.globs, text):
        return False
    return not (pattern.excludes and _any_covers(pattern.excludes, text))


def _any_covers(globs: tuple[str, ...], text: str) -> bool:
    exact, wild = _sorted(globs)
    if text in exact:
        return True
    for parts in wild:  # noqa: SIM110  the innermost loop of a judgement: a generator doubles its time
        if _covers(parts, text):
            return True
    return False


def where_matches(where: Mapping[str, Pattern], attrs: Mapping[str, str]) -> bool:
    """Tell whether attributes satisfy every pattern of a `where`; a name with `*` asks for any such attribute."""
    return all(
        pattern_matches(pattern, attrs.get(name)) if "*" not in name else _any_matches(name, pattern, attrs)
        for name, pattern in where.items()
    )


def _any_matches(name: str, pattern: Pattern, attrs: Mapping[str, str]) -> bool:
    return any(glob_matches(name, key) and pattern_matches(pattern, text) for key, text in attrs.items())
