"""A user's own practices and tools: validated, since nobody's tests did, and never in place of a built-in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from mlops.catalog.compiled import Rules, digest
from mlops.catalog.source import parse
from mlops.catalog.validate import check, check_identity, check_known

#: Name of a file, as faults of it are told, and its text.
Source = tuple[str, bytes]


def with_user_rules(rules: Rules, practices: Sequence[Source], tools: Sequence[Source]) -> Rules:
    """Return the rules with those of a user, given as name and text, added; raise RuleError for a broken one."""
    taken = {
        name: kind for kind in ("practice", "tool", "model", "attestation") for name in rules[f"{kind}s"]
    } | dict.fromkeys(rules["aliases"], "old name")
    added_tools = dict(_rules(tools, "tool", taken, rules["capabilities"]))
    added_practices = dict(_rules(practices, "practice", taken, rules["capabilities"]))
    all_tools = {**rules["tools"], **added_tools}
    return {
        **rules,
        "practices": rules["practices"] | added_practices,
        "tools": all_tools,
        **(digest(all_tools) if added_tools else {}),
    }


def _rules(
    sources: Sequence[Source], kind: str, taken: dict[str, str], capabilities: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for path, text in sources:
        file = parse(PurePosixPath(path), text)
        check(file, kind)
        name = check_identity(file, taken)
        for capability, route in _capabilities(file.data):
            check_known(file, "the capability", capability, capabilities, *route)
        taken[name] = f"{kind} of {path}"
        yield name, file.data


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
