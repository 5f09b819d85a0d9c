"""A user's own practices and tools: validated, since nobody's tests did, and never in place of a built-in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mlops.catalog.compiled import Rules
from mlops.catalog.source import read
from mlops.catalog.validate import check, check_identity, check_known
from mlops.errors import RuleError

#: More files than that are no rules but a wrong folder.
_MAX_FILES = 1_000


def with_user_rules(rules: Rules, practices: Sequence[Path], tools: Sequence[Path]) -> Rules:
    """Return the rules with those of a user added; raise RuleError for a broken file."""
    taken = {
        name: kind for kind in ("practice", "tool", "model", "attestation") for name in rules[f"{kind}s"]
    } | dict.fromkeys(rules["aliases"], "old name")
    added_tools = dict(_rules(tools, "tool", taken, rules["capabilities"]))
    added_practices = dict(_rules(practices, "practice", taken, rules["capabilities"]))
    return {
        **rules,
        "practices": rules["practices"] | added_practices,
        "tools": rules["tools"] | added_tools,
    }


def _rules(
    places: Sequence[Path], kind: str, taken: dict[str, str], capabilities: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for path in _files(places):
        file = read(path)
        check(file, kind)
        name = check_identity(file, taken)
        for capability, route in _capabilities(file.data):
            check_known(file, "the capability", capability, capabilities, *route)
        taken[name] = f"{kind} of {path}"
        yield name, file.data


def _files(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        if not place.is_dir():
            yield place
            continue
        found = sorted([*place.rglob("*.yaml"), *place.rglob("*.yml")])
        if not found:
            raise RuleError(f"{place}: holds no rule files. Name a folder with *.yaml files, or a file.")
        if len(found) > _MAX_FILES:
            raise RuleError(
                f"{place}: holds more than {_MAX_FILES} files. Name the folder of the rules alone."
            )
        yield from found


def _capabilities(
    node: Any, route: tuple[str | int, ...] = ()
) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield the capabilities that a practice asks for or a tool shows, with the routes to them."""
    if isinstance(node, list):
        for position, item in enumerate(node):
            yield from _capabilities(item, (*route, position))
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "signs":
                yield from ((name, (*route, key, name)) for name in value)
            elif key == "capability":
                for name in [value] if isinstance(value, str) else value:
                    yield name, (*route, key)
            else:
                yield from _capabilities(value, (*route, key))
