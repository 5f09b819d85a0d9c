"""Cron expressions, and whether they can ever fire."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.regex import regex

_MONTHS = {
    name: index
    for index, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DAYS = {name: index for index, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIELDS: tuple[tuple[str, int, int, Mapping[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, _DAYS),
)
_ITEM = regex(r"(?P<from>\*|\w+)(?:-(?P<to>\w+))?(?:/(?P<step>[0-9]+))?")


def check(text: str) -> Condition:
    """Tell whether a POSIX cron expression of five fields ever fires."""
    fields = text.split()
    if len(fields) != len(_FIELDS):
        return Condition(Tri.NO, f"the cron expression `{text}` does not have five fields", "F6")
    values: list[set[int]] = []
    for field, (name, low, high, words) in zip(fields, _FIELDS, strict=True):
        found = _values(field, low, high, words)
        if not found:
            return Condition(
                Tri.NO, f"the {name} `{field}` of the cron expression `{text}` is not valid", "F6"
            )
        values.append(found)
    _, _, days, months, _ = values
    if fields[4].startswith("*") and all(min(days) > _LONGEST[month - 1] for month in months):
        return Condition(Tri.NO, f"the cron expression `{text}` names a day that no month has", "F6")
    if "7" in re.findall(r"[0-9]+", fields[4].partition("/")[0]):
        return Condition(
            Tri.UNKNOWN, f"the weekday 7 of the cron expression `{text}` is not valid everywhere"
        )
    return ALWAYS


def _values(field: str, low: int, high: int, words: Mapping[str, int]) -> set[int]:
    found: set[int] = set()
    for item in field.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            return set()
        step = int(match["step"][:4]) if match["step"] else 1
        start = low if match["from"] == "*" else _number(match["from"], words)
        if match["from"] == "*":
            end = None if match["to"] else high
        elif match["to"]:
            end = _number(match["to"], words)
        else:
            end = high if match["step"] else start
        if start is None or end is None or not low <= start <= end <= high or step < 1:
            return set()
        found.update(range(start, end + 1, step))
    return found


def _number(text: str, words: Mapping[str, int]) -> int | None:
    if text.isascii() and text.isdigit():
        return int(text[:4])
    return words.get(text.lower())
