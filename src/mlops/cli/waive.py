"""`mlops waive`: a practice that the repository lacks for a reason, until a day."""

from __future__ import annotations

from pathlib import Path

import click

from mlops.cli import completion
from mlops.cli.common import load_catalog, open_tree


@click.command("waive")
@click.argument("practice", metavar="ID", shell_complete=completion.practices)
@click.option("--reason", required=True, metavar="TEXT", help="Why the practice does not apply, or not yet.")
@click.option("--owner", required=True, metavar="NAME", help="Who answers for it.")
@click.option("--until", required=True, metavar="YYYY-MM-DD", help="The last day on which the waiver counts.")
def command(practice: str, reason: str, owner: str, until: str) -> None:
    """Waive a practice in the configuration of this folder.

    A waiver never raises the level. It counts for exit codes and the gate, and reports show it. A waiver of the same
    practice is renewed.
    """
    from mlops.app import editing  # noqa: PLC0415  start-up counts

    folder = Path()
    catalog = load_catalog(open_tree(folder, None))
    edit = editing.waive(folder, catalog, practice=practice, reason=reason, owner=owner, until=until)
    click.echo(f"{edit.path}: {practice} is waived until {until}" + (" (renewed)" if edit.renewed else ""))
