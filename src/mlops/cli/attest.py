"""`mlops attest`: what only people can state."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from mlops.cli import completion
from mlops.cli.common import load_catalog, open_tree


@click.command("attest")
@click.argument("id_", metavar="ID", shell_complete=completion.attestations)
@click.option("--by", required=True, metavar="NAME", help="Who states it.")
@click.option(
    "--evidence", required=True, metavar="TEXT", help="Where it can be seen: a document, a link, a person."
)
@click.option("--on", metavar="YYYY-MM-DD", help="The day on which it was stated; today when missing.")
@click.option(
    "--until", default="", metavar="YYYY-MM-DD", help="The last day on which it counts; a year when missing."
)
def command(id_: str, by: str, evidence: str, on: str | None, until: str) -> None:
    """Record an attestation in the configuration of this folder.

    An attestation counts in the attested level, which is never above the proved one. One of the same id is renewed.
    """
    from mlops.app import editing  # noqa: PLC0415  start-up counts

    folder = Path()
    catalog = load_catalog(open_tree(folder, None))
    stated = on or date.today().isoformat()  # noqa: DTZ011  the day where the person is
    edit = editing.attest(folder, catalog, id_=id_, by=by, evidence=evidence, on=stated, until=until)
    click.echo(f"{edit.path}: {id_} is stated by {by}" + (" (renewed)" if edit.renewed else ""))
