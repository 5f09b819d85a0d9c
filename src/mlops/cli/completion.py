"""What the shell completes: ids of the catalog and names of models (click asks on TAB)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from mlops.domain.rules import Catalog


def _catalog() -> Catalog:
    from mlops.catalog import load  # noqa: PLC0415  start-up counts

    return load()


def _matching(names: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name, help=text) for name, text in names if name.startswith(incomplete)]


def practices(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the id of a practice."""
    del ctx, param
    return _matching(((item.id, item.title) for item in _catalog().practices.values()), incomplete)


def attestations(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the id of an attestation."""
    del ctx, param
    return _matching(((item.id, item.question) for item in _catalog().attestations.values()), incomplete)


def models(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a maturity model."""
    del ctx, param
    return _matching(((item.id, item.title) for item in _catalog().models.values()), incomplete)


def everything(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete whatever `mlops explain` knows."""
    from mlops.app.explain import ids  # noqa: PLC0415  start-up counts

    del ctx, param
    return _matching(ids(_catalog()).items(), incomplete)
