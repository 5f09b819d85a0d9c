"""`mlops plan`: what lacks for a level, and the files that would bring it."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from mlops.cli import completion
from mlops.cli.common import load_catalog, open_tree, paint_for_stdout, path_argument
from mlops.cli.emit import emit


@click.command("plan")
@path_argument
@click.option("--model", metavar="MODEL", shell_complete=completion.models,
              help="Maturity model: google, azure or gigaom.")  # fmt: skip
@click.option("--level", type=click.IntRange(min=0), help="Level to reach; the next one when missing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(path: Path, model: str | None, level: int | None, form: str) -> None:
    """Tell what the repository at PATH lacks for a level, cheapest first, and which files `new` has for it.

    Nothing is written. In a project that `mlops new` made, `mlops upgrade` brings these files.
    """
    from mlops.app.lint import Request  # noqa: PLC0415  start-up counts
    from mlops.app.plan import plan  # noqa: PLC0415
    from mlops.cli.progress import Progress  # noqa: PLC0415
    from mlops.report import plan as report  # noqa: PLC0415

    tree = open_tree(path, None)
    catalog = load_catalog(tree)
    with Progress() as progress:
        found = plan(tree, path, catalog, Request(model, level, progress=progress))
    if form == "json":
        emit(report.json(found, catalog), None)
    else:
        emit(report.text(found, catalog, shlex.quote(str(path)), paint_for_stdout()), None)
