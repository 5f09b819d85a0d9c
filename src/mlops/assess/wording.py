"""What a selector asks of attributes, and what evidence and refusals say of a fact."""

from __future__ import annotations

from mlops.domain.globs import pattern_matches
from mlops.domain.graph import PlacedFact
from mlops.domain.rules import Clause, Selector


def attributes_match(selector: Selector, fact: PlacedFact) -> bool:
    """Tell whether a fact's attributes are as the selector wants; `path` means the fact's file."""
    for name, pattern in selector.where.items():
        if name == "path":
            value: str | None = fact.path
        else:
            value = fact.fact.attrs.get(name, fact.fact.value if name == "value" else None)
        if not pattern_matches(pattern, value):
            return False
    return True


def says(clause: Clause, fact: PlacedFact) -> str:
    """Return the message of a piece of evidence."""
    template = clause.says or "{value}"
    value = fact.fact.value if len(fact.fact.value) <= 120 else fact.fact.value[:117] + "..."
    text = template.replace("{value}", value).replace("{path}", fact.path)
    for name, attribute in fact.fact.attrs.items():
        text = text.replace("{" + name + "}", attribute)
    return text


def shown(fact: PlacedFact) -> str:
    """Return a fact's value as reasons name it, cut where it is long."""
    return fact.fact.value if len(fact.fact.value) <= 80 else fact.fact.value[:77] + "..."


def named(fact: PlacedFact, reason: str) -> str:
    """Return a reason with what it is about, where the file alone does not say it."""
    return reason if fact.fact.value == fact.path else f"{shown(fact)}: {reason}"


def unreached(entries: frozenset[str]) -> str:
    """Return why a fact that none of these entries reaches proves nothing."""
    if entries & {"script", "console"}:
        return "no entry of the project reaches it"
    return (
        f"no {' or '.join(sorted(entries)[:4])} event reaches it"
        if len(entries) <= 4
        else "nothing in CI reaches it"
    )
