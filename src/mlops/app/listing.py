"""What the catalog holds, as rows: for tables and JSON alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog
from mlops.report import explain_json
from mlops.report.explain import practices_of
from mlops.report.words import answer_words, level_ids, levels_of, need_words

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """One kind of rule: the columns of its table, and its rows with every key."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def listing(kind: str, catalog: Catalog) -> Listing:
    """Return what there is of a kind; the kinds are those of `KINDS`."""
    columns, rows = KINDS[kind]
    return Listing(columns, tuple(rows(catalog)))


def _practices(catalog: Catalog) -> list[Row]:
    return [
        {
            "id": item.id,
            "dimension": item.dimension,
            "title": item.title,
            "satisfied_at": str(item.satisfied_at),
            "effort": item.remedy.effort,
            "levels": [level for level, how in levels_of(item.id, catalog) if how.startswith("required")],
        }
        for item in sorted(catalog.practices.values(), key=lambda item: (item.dimension, item.id))
    ]


def _models(catalog: Catalog) -> list[Row]:
    return [
        {
            "id": item.id,
            "max_level": item.max_level,
            "categories": list(item.categories),
            "title": item.title,
            "source": item.source,
        }
        for item in catalog.models.values()
    ]


def _levels(catalog: Catalog) -> list[Row]:
    rows = []
    for model in catalog.models.values():
        for name, level in level_ids(model):
            require = [need_words(need, catalog.practices) for need in level.require]
            strict = [need_words(need, catalog.practices) for need in level.strict]
            asks = "; ".join(require) or ("nothing" if level.provable else "attestations alone")
            rows.append(
                {
                    "id": name,
                    "title": level.title,
                    "require": require,
                    "strict": strict,
                    "recommend": list(level.recommend),
                    "asks for": f"{level.title}: {asks}"
                    + (f" (strict: {'; '.join(strict)})" if strict else ""),
                }
            )
    return rows


def _tools(catalog: Catalog) -> list[Row]:
    return [
        {
            "id": item.id,
            "title": item.title,
            "capabilities": list(item.signs),
            "practices": practices_of(item, catalog),
        }
        for item in catalog.tools.values()
    ]


def _statements(catalog: Catalog) -> list[Row]:
    return [
        {
            "id": item.id,
            **explain_json.statement(item),
            "answer": answer_words(item),
            "statement": f"{item.text} Answer: {answer_words(item)}",
        }
        for item in catalog.statements.values()
    ]


def _attestations(catalog: Catalog) -> list[Row]:
    return [
        {
            "id": item.id,
            **explain_json.attestation(item),
            "of": ", ".join(
                f"{model} {'/'.join(map(str, numbers))}" for model, numbers in item.levels.items()
            ),
        }
        for item in catalog.attestations.values()
    ]


#: Kind -> columns of the table, and what makes the rows.
KINDS: Mapping[str, tuple[tuple[str, ...], Callable[[Catalog], list[Row]]]] = {
    "practices": (("id", "dimension", "title"), _practices),
    "models": (("id", "max_level", "title"), _models),
    "levels": (("id", "asks for"), _levels),
    "tools": (("id", "capabilities"), _tools),
    "statements": (("id", "statement"), _statements),
    "attestations": (("id", "of", "question"), _attestations),
}
