"""`mlops init`: a first configuration."""

from __future__ import annotations

from pathlib import Path

import click

from mlops.cli.common import path_argument


@click.command("init")
@path_argument
def command(path: Path) -> None:
    """Write a commented .mlops.yaml into the folder at PATH.

    It pins the edition of the rules, and names the components where several folders train a model.
    """
    from mlops.app.start import init  # noqa: PLC0415  start-up counts
    from mlops.catalog import load  # noqa: PLC0415

    click.echo(f"{init(path, load())} is written; next: mlops lint {path}")
