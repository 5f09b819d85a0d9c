"""The catalog: built-in rules, and a user's beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from mlops.catalog import convert
from mlops.catalog.compiled import Rules, rules_of
from mlops.domain.rules import Catalog
from mlops.resources import RULES

T = TypeVar("T")


class Lazy(Mapping[str, T], Generic[T]):
    """A mapping that converts a raw value when somebody asks for it."""

    __slots__ = ("_convert", "_done", "_raw")

    def __init__(self, raw: Mapping[str, Any], change: Callable[[Any], T]) -> None:
        """Take the raw values and the conversion."""
        self._raw = raw
        self._convert = change
        self._done: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        """Return the converted value."""
        if key not in self._done:
            self._done[key] = self._convert(self._raw[key])
        return self._done[key]

    def __contains__(self, key: object) -> bool:
        """Tell whether there is such a value, without converting it."""
        return key in self._raw

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return iter(self._raw)

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self._raw)


def load(
    user_practices: Sequence[tuple[str, bytes]] = (), user_tools: Sequence[tuple[str, bytes]] = ()
) -> Catalog:
    """Return the rules of the package and of these files (name, text); raise RuleError for a broken one."""
    rules = rules_of(RULES)
    if user_practices or user_tools:
        from mlops.catalog.user import with_user_rules  # noqa: PLC0415 (brings jsonschema)

        rules = with_user_rules(rules, user_practices, user_tools)
    return catalog_of(rules)


def catalog_of(rules: Rules) -> Catalog:
    """Return the catalog of compiled rules; its parts are converted when they are used."""
    practices, showing = rules["practices"], rules["showing"]
    return Catalog(
        edition=rules["edition"],
        practices=Lazy(practices, partial(convert.practice_of, tools=partial(_showing, showing))),
        tools=Lazy(rules["tools"], convert.tool_of),
        models=Lazy(rules["models"], partial(convert.model_of, practices=practices)),
        statements=Lazy(rules["statements"], convert.statement_of),
        attestations=Lazy(rules["attestations"], convert.attestation_of),
        capabilities=rules["capabilities"],
        signs=rules["signs"],
        wrappers=tuple(sorted(map(convert.wrapper_of, rules["wrappers"]), key=lambda item: -len(item.words))),
        aliases=rules["aliases"],
        neutral=rules["neutral"],
    )


def _showing(tools: Mapping[str, Sequence[str]], practice: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tools that can show a practice."""
    wanted = {name for clause in practice["evidence"].values() for name in convert.capabilities_of(clause)}
    return tuple(sorted({tool for name in wanted for tool in tools.get(name, ())}))
