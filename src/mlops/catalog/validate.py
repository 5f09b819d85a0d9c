"""Rule files against their JSON Schema, with errors that name the remedy."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from mlops.catalog.source import RuleFile
from mlops.resources import RULES

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text (quote it)",
    "integer": "a whole number",
    "boolean": "true or false",
}


def check(file: RuleFile, schema: str) -> None:
    """Raise RuleError for the first fault of a file against `rules/schemas/<schema>.schema.json`."""
    from jsonschema.exceptions import best_match  # noqa: PLC0415 (66 ms of start-up)

    fault = best_match(_validator(schema).iter_errors(file.data))
    if fault is not None:
        route, message = explain(fault)
        raise file.fault(message, *route)


def check_known(file: RuleFile, what: str, name: str, known: Iterable[str], *route: str | int) -> None:
    """Raise RuleError unless `name` is among the known ones."""
    if name not in (names := set(known)):
        raise file.fault(f"{what} `{name}` is not known.{_nearest(name, names)}", *route)


def check_identity(file: RuleFile, taken: Mapping[str, str]) -> str:
    """Return the id of a user's rule; raise RuleError if it is not its file's name or is taken already."""
    name: str = file.data["id"]
    if name != file.path.stem:
        raise file.fault(
            f"the id is `{name}`. Name it `{file.path.stem}` as the file, or rename the file.", "id"
        )
    if name in taken:
        raise file.fault(f"redefines the {taken[name]} `{name}`. Give your rule an id of its own.", "id")
    return name


@cache
def _validator(schema: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 (66 ms of start-up)

    return Draft202012Validator(json.loads((RULES / "schemas" / f"{schema}.schema.json").read_bytes()))


def explain(fault: ValidationError) -> tuple[list[str | int], str]:
    """Return the route to a fault and a sentence with the remedy."""
    route = list(fault.absolute_path)
    place = f"`{route[-1]}`" if route and isinstance(route[-1], str) else "the value"
    wanted: Any = fault.validator_value
    match fault.validator:
        case "additionalProperties" if isinstance(fault.instance, dict):
            known = _properties(fault.schema)
            unknown = next(key for key in fault.instance if key not in known)
            return [*route, unknown], f"unknown key `{unknown}`.{_nearest(unknown, known)}"
        case "required" if isinstance(fault.instance, dict):
            missing = next(key for key in wanted if key not in fault.instance)
            return route, f"the key `{missing}` is missing. Add it."
        case "type":
            return route, f"{place} must be {_TYPES.get(str(wanted), wanted)}."
        case "enum":
            return (
                route,
                f"{place} is `{fault.instance}`.{_nearest(str(fault.instance), map(str, wanted))}",
            )
        case "pattern" if isinstance(fault.schema, dict) and "description" in fault.schema:
            return route, f"{place} is `{fault.instance}`. Wanted: {fault.schema['description']}"
        case "pattern" | "propertyNames":
            return (
                route,
                f"{place} is `{fault.instance}`, which does not have the form {wanted}.",
            )
        case "anyOf":
            keys = [item["required"][0] for item in wanted if "required" in item]
            given = list(fault.instance) if isinstance(fault.instance, dict) else []
            near = [name for key in given for name in difflib.get_close_matches(key, keys, n=1)]
            meant = f" Did you mean `{near[0]}`?" if near else ""
            return route, f"{place} needs one of the keys {', '.join(f'`{key}`' for key in keys)}.{meant}"
        case _:
            return route, f"{place}: {fault.message}."


def _properties(schema: Any) -> list[str]:
    return list(schema.get("properties", {})) if isinstance(schema, dict) else []


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f" Did you mean `{close[0]}`?"
    return f" It is one of {', '.join(names)}." if len(names) <= 30 else ""
