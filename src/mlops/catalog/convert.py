"""Plain rule values, as YAML or compiled JSON gives them, into the values of `domain.rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mlops.domain.graph import ENTRY_GROUPS
from mlops.domain.regex import regex
from mlops.domain.rules import (
    Attestation,
    Clause,
    Level,
    Model,
    Need,
    Pattern,
    Practice,
    Remedy,
    Selector,
    Sign,
    Statement,
    Strength,
    Tool,
    Wrapper,
)

Raw = Mapping[str, Any]

_MET = Strength.USED.name
_ANYWHERE: Mapping[str, Pattern] = {}
#: What package indexes take for one hyphen.
_UNSPELT = regex(r"[-_.]+")


def strength_of(name: str) -> Strength:
    """Return the strength that a rule file names."""
    return Strength[name.upper()]


def pattern_of(raw: Any) -> Pattern:
    """Read a glob, a list of globs, or `{not: …}`."""
    if isinstance(raw, Mapping):
        return Pattern(excludes=_texts(raw["not"]))
    return Pattern(_texts(raw))


def clause_of(raw: Raw) -> Clause:
    """Read a clause."""
    for operator in ("all", "any"):
        if operator in raw:
            return Clause(operator, tuple(map(clause_of, raw[operator])))
    count = raw.get("count", {})
    return Clause(
        "fact",
        selector=_selector(raw),
        entries=_entries(raw.get("from", {}).get("entry", ())),
        blocks=raw.get("blocks", False),
        before=_optional(raw, "before"),
        after=_optional(raw, "after"),
        same=_optional(raw, "same"),
        count=count.get("min", 1),
        distinct=count.get("distinct", ""),
        says=raw.get("says", ""),
    )


def capabilities_of(raw: Raw) -> Iterator[str]:
    """Yield the capabilities whose facts are evidence by a clause (not those that only give its position)."""
    for operator in ("all", "any"):
        for clause in raw.get(operator, ()):
            yield from capabilities_of(clause)
    yield from _texts(raw.get("fact", {}).get("capability", ()))


def practice_of(raw: Raw, tools: Callable[[Raw], tuple[str, ...]]) -> Practice:
    """Read a practice; `tools` finds the tools that can show it."""
    evidence, remedy, scaffold = raw["evidence"], raw["remedy"], raw["scaffold"]
    return Practice(
        id=raw["id"],
        title=raw["title"],
        dimension=raw["dimension"],
        definition=raw["definition"],
        why=raw["why"],
        satisfied_at=strength_of(raw.get("satisfied_at", _MET)),
        declared=_optional(evidence, "declared"),
        used=_optional(evidence, "used"),
        enforced=_optional(evidence, "enforced"),
        meaning=raw["meaning"],
        not_evidence=tuple(raw["not_evidence"]),
        remedy=Remedy(remedy["effort"], remedy["text"], remedy.get("snippet", "")),
        fragment=scaffold.get("fragment", ""),
        manual=scaffold.get("manual", ""),
        references=tuple(raw["references"]),
        since=raw["since"],
        per_component=raw.get("per_component", True),
        tools=tools(raw),
    )


def tool_of(raw: Raw) -> Tool:
    """Read a tool."""
    return Tool(
        id=raw["id"],
        title=raw["title"],
        distributions=tuple(_UNSPELT.sub("-", name).lower() for name in raw.get("distributions", ())),
        imports=tuple(raw.get("imports", ())),
        signs={name: tuple(map(_sign, signs)) for name, signs in raw["signs"].items()},
        examples=raw.get("examples", {}),
        url=raw.get("url", ""),
    )


def model_of(raw: Raw, practices: Mapping[str, Raw]) -> Model:
    """Read a maturity model; a plain term means the strength at which its practice is satisfied."""

    def levels(items: Any) -> tuple[Level, ...]:
        return tuple(_level(item, practices) for item in items)

    return Model(
        id=raw["id"],
        name=raw["name"],
        title=raw["title"],
        source=raw["source"],
        levels=levels(raw.get("levels", ())),
        categories={name: levels(items) for name, items in raw.get("categories", {}).items()},
    )


def need_of(raw: Any, practices: Mapping[str, Raw]) -> Need:
    """Read a term of a formula."""
    if isinstance(raw, str):
        name, _, strength = raw.partition("@")
        return Need(name, strength_of(strength or practices[name].get("satisfied_at", _MET)))
    return Need(
        any=tuple(need_of(item, practices) for item in raw.get("any", ())),
        all=tuple(need_of(item, practices) for item in raw.get("all", ())),
    )


def statement_of(raw: Raw) -> Statement:
    """Read a statement of a model's source."""
    return Statement(
        id=raw["id"],
        model=raw["model"],
        level=raw["level"],
        dimension=raw["dimension"],
        text=raw["text"],
        kind=raw["kind"],
        practices=tuple(raw.get("answered_by", ())),
        source=raw["source"],
        note=raw.get("note", ""),
    )


def attestation_of(raw: Raw) -> Attestation:
    """Read an attestation."""
    superseded = raw.get("superseded", {})
    return Attestation(
        id=raw["id"],
        question=raw["question"],
        levels={model: tuple(levels) for model, levels in raw["levels"].items()},
        superseded_at=superseded.get("at", 0),
        superseded_by=superseded.get("by", ""),
        category=raw.get("category", ""),
    )


def wrapper_of(raw: Raw) -> Wrapper:
    """Read a wrapper command."""
    return Wrapper(tuple(raw["words"]), tuple(raw.get("valued", ())), raw.get("skip", 0))


def _texts(raw: Any) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw)


def _optional(raw: Raw, key: str) -> Clause | None:
    return clause_of(raw[key]) if key in raw else None


def _selector(raw: Raw) -> Selector:
    fact: Raw = raw["fact"] if "fact" in raw else {**raw, "kind": raw["derived"]}
    return Selector(
        kind=fact.get("kind", ""),
        capability=_texts(fact.get("capability", ())),
        value=pattern_of(fact.get("value", "*")),
        where=_where(fact),
        scope=tuple(fact.get("scope", ("source",))),
    )


def _where(raw: Raw) -> dict[str, Pattern]:
    return {name: pattern_of(pattern) for name, pattern in raw.get("where", {}).items()}


def _entries(names: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for name in names for kind in ENTRY_GROUPS.get(name, (name,))))


def _sign(raw: Raw) -> Sign:
    if len(raw) == 1:  # most of ten thousand
        ((kind, match),) = raw.items()
        return Sign(kind, match, _ANYWHERE)
    kind, match = next(item for item in raw.items() if item[0] != "where")
    return Sign(kind, match, _where(raw))


def _level(raw: Raw, practices: Mapping[str, Raw]) -> Level:
    return Level(
        level=raw["level"],
        title=raw["title"],
        require=tuple(need_of(item, practices) for item in raw.get("require", ())),
        strict=tuple(need_of(item, practices) for item in raw.get("strict", ())),
        recommend=tuple(raw.get("recommend", ())),
        provable=raw.get("provable", True),
    )
