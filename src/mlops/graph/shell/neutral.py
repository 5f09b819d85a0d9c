"""Flags and inputs that keep a tool from failing (fake F17), by the table in rules/neutral.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

FAKE = "F17"


def neutral(words: Sequence[str], table: Mapping[str, Any]) -> tuple[str, str] | None:
    """Tell why a command (after wrappers) cannot fail by what it finds, with the fake's code; None where it can."""
    head = words[0] if words else ""
    for entry in table.get("commands", ()):
        # Most commands start with the name of no entry: that costs one comparison.
        if not str(entry["command"]).startswith(head) or not _starts(words, str(entry["command"]).split()):
            continue
        rest = words[1:]
        flags, value = entry.get("flags", ()), entry.get("value")
        if any(_given(rest, str(flag), value) for flag in flags):
            return str(entry["reason"]), FAKE
        unless = entry.get("unless", ())
        if unless and not any(_given(rest, str(flag), None) for flag in unless):
            return str(entry["reason"]), FAKE
    return None


def neutral_action(name: str, inputs: Mapping[str, str], table: Mapping[str, Any]) -> tuple[str, str] | None:
    """Tell why an action with these inputs cannot fail by what it finds; None where it can."""
    for entry in table.get("actions", ()):
        if entry["action"] != name and not (
            entry["action"].endswith("*") and name.startswith(entry["action"][:-1])
        ):
            continue
        value = inputs.get(entry["input"])
        if value is None:
            if entry.get("absent"):
                return str(entry["reason"]), FAKE
        elif value.strip().lower() in {str(text).lower() for text in entry["values"]}:
            return str(entry["reason"]), FAKE
    return None


def _starts(words: Sequence[str], command: list[str]) -> bool:
    """Match the tool and its verbs in order; options may stand between."""
    if not words or words[0] != command[0]:
        return False
    verbs = iter(word for word in words[1:] if not word.startswith("-"))
    return all(name in verbs for name in command[1:])


def _given(words: Sequence[str], flag: str, value: Any) -> bool:
    """Tell whether a flag is there (with the value, if one matters): `--flag 0`, `--flag=0`, `-s` in `-qs`."""
    for at, word in enumerate(words):
        name, equals, text = word.partition("=")
        given = text if equals else (*words, "")[at + 1]
        if name == flag and (value is None or given == str(value)):
            return True
        if value is None and len(flag) == 2 and re.fullmatch(r"-[A-Za-z]+", word) and flag[1] in word:
            return True
    return False
