"""`mlops upgrade`: a project of `mlops new` brought to a higher level."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlops.cli import completion
from mlops.cli.common import path_argument
from mlops.errors import MlopsError
from mlops.report.paint import clean

if TYPE_CHECKING:
    from mlops.app.upgrade import Upgrade

_DONE = {
    "add": "added",
    "replace": "replaced",
    "merge": "merged",
    "conflict": "CONFLICT",
    "remove": "removed",
    "keep": "kept",
}


@click.command("upgrade")
@path_argument
@click.option("--model", metavar="MODEL", shell_complete=completion.models,
              help="Maturity model; the project's own when missing.")  # fmt: skip
@click.option("--level", type=click.IntRange(min=0), help="Level to reach; the next one when missing.")
@click.option("--dry-run", is_flag=True, help="Print what would happen to each file; write nothing.")
@click.option("--allow-dirty", is_flag=True, help="Go on although git could not take the changes back.")
def command(path: Path, model: str | None, level: int | None, dry_run: bool, allow_dirty: bool) -> int:
    """Bring the project at PATH, made by `mlops new`, to a higher level; your changes are merged.

    Files that you changed too are merged line by line. Where both sides changed the same lines, both are left between
    conflict markers, and the exit code is 1.
    """
    from mlops.app import upgrade as app  # noqa: PLC0415  start-up counts
    from mlops.catalog import load  # noqa: PLC0415

    if not path.is_dir():
        raise MlopsError(f"{path} is no folder; name the folder of the project")
    catalog = load()
    found = app.upgrade(path, catalog, model, level)
    if not dry_run:
        if not allow_dirty:
            app.refuse_unsaved(path)
        app.apply(path, found.changes)
    _show(path, found, dry_run=dry_run)
    return 1 if found.conflicts else 0


def _show(path: Path, found: Upgrade, *, dry_run: bool) -> None:
    before, after = found.before.answers, found.after
    would = "would go" if dry_run else "went"
    click.echo(
        f"{path} {would} from {before.model} level {before.level} to {after.model} level {after.level}"
    )
    for change in found.changes:
        note = f"  ({change.note})" if change.note else ""
        click.echo(f"  {_DONE[change.action]:<9} {clean(change.path)}{note}")
    if dry_run:
        return
    if found.conflicts:
        click.echo(f"Settle the conflicts between <<<<<<< and >>>>>>>: {', '.join(found.conflicts)}")
    click.echo(f"Then: review with `git diff`, run `make setup`, and `mlops lint {path}`")
