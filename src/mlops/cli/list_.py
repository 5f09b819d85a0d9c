"""`mlops list`: what the catalog holds."""

from __future__ import annotations

import click

from mlops.cli.common import paint_for_stdout
from mlops.cli.emit import emit

#: As in app.listing, whose import waits until it is needed.
_KINDS = ("practices", "models", "levels", "tools", "statements", "attestations")


@click.command("list")
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(kind: str, form: str) -> None:
    """List practices, models, levels, tools, statements (with what answers each) or attestations."""
    from mlops.app.listing import listing  # noqa: PLC0415  start-up counts
    from mlops.catalog import load  # noqa: PLC0415
    from mlops.report.escape import json_text  # noqa: PLC0415
    from mlops.report.lines import table  # noqa: PLC0415

    catalog = load()
    found = listing(kind, catalog)
    if form == "json":
        emit(json_text({"schema_version": 1, "edition": catalog.edition, kind: list(found.rows)}), None)
        return
    heads = [name.replace("_", " ").upper() for name in found.columns]
    emit(
        table(
            heads, [[_cell(row[name]) for name in found.columns] for row in found.rows], paint_for_stdout()
        ),
        None,
    )


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
