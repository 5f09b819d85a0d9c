"""`mlops explain`: what an id means, and why a practice is not met here."""

from __future__ import annotations

from pathlib import Path

import click

from mlops.cli import completion
from mlops.cli.common import load_catalog, open_sources, open_tree, paint_for_stdout
from mlops.cli.emit import emit
from mlops.domain.rules import Catalog
from mlops.report.paint import Paint


@click.command("explain")
@click.argument("name", metavar="ID", shell_complete=completion.everything)
@click.option(
    "--in", "path", type=click.Path(path_type=Path), metavar="PATH", help="Tell why (not) in this repository."
)
@click.option("--rev", metavar="REF", help="With --in: this revision instead of the working tree.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="HOST/OWNER/REPO=DIR",
    help="With --in: a local checkout that settles what leads out of the repository.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(name: str, path: Path | None, rev: str | None, sources: tuple[str, ...], form: str) -> None:
    """Explain a practice, tool, model, level, statement, attestation or fake.

    With --in PATH, tell why a practice has its verdict there: what was found, what each piece lacks, and what came
    nearest.
    """
    if path is not None:
        emit(_why(name, path, rev, sources, form), None)
        return
    if rev is not None or sources:
        raise click.UsageError("--rev and --source need --in PATH")
    from mlops.app.explain import find  # noqa: PLC0415  start-up counts
    from mlops.catalog import load  # noqa: PLC0415

    catalog = load()
    kind, known = find(name, catalog)
    emit(_rule(kind, known, catalog, form, paint_for_stdout()), None)


def _rule(kind: str, name: str, catalog: Catalog, form: str, paint: Paint) -> str:
    from mlops.report import explain, explain_json  # noqa: PLC0415  start-up counts

    if form == "json":
        return explain_json.render(kind, name, catalog)
    return explain.render(kind, name, catalog, paint)


def _why(name: str, path: Path, rev: str | None, sources: tuple[str, ...], form: str) -> str:
    from mlops.app.explain import why  # noqa: PLC0415  start-up counts
    from mlops.app.lint import Request  # noqa: PLC0415
    from mlops.cli.progress import Progress  # noqa: PLC0415
    from mlops.report import explain_json  # noqa: PLC0415
    from mlops.report import why as report  # noqa: PLC0415

    tree = open_tree(path, rev)
    catalog = load_catalog(tree)
    with Progress() as progress:
        trace = why(name, tree, catalog, Request(sources=open_sources(sources), progress=progress))
    practice = catalog.practices[trace.verdict.practice]
    if form == "json":
        return explain_json.render_why(trace, practice)
    return report.render(trace, practice, paint_for_stdout())
