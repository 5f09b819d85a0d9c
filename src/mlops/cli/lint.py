"""`mlops lint`: which level a repository really has, and what lacks for the next."""

from __future__ import annotations

from pathlib import Path

import click

from mlops.cli.common import (
    judging_options,
    open_sources,
    open_tree,
    output_options,
    path_argument,
)


@click.command("lint")
@path_argument
@judging_options
@output_options
@click.option("--verbose", is_flag=True, help="Show the evidence with its chains, and all that was refused.")
def command(
    path: Path,
    model: str | None,
    level: int | None,
    strict: bool,
    rev: str | None,
    sources: tuple[str, ...],
    formats: tuple[str, ...],
    outputs: tuple[Path, ...],
    exit_zero: bool,
    no_cache: bool,
    verbose: bool,
) -> int:
    """Tell which maturity level the repository at PATH has, with evidence.

    Without a target level it reports and exits 0; with one (--level, or `level` in the configuration) it exits 1
    when the level is not reached.
    """
    from mlops.app.cache import opened  # noqa: PLC0415  start-up counts
    from mlops.app.keys import lint_key  # noqa: PLC0415
    from mlops.app.trees import Asked  # noqa: PLC0415
    from mlops.cli.progress import Progress  # noqa: PLC0415
    from mlops.cli.shortcut import Shortcut  # noqa: PLC0415

    with Progress() as progress, opened(wanted=not no_cache) as cache:
        tree = open_tree(path, rev, cache.stamps(str(path)) if cache is not None else None)
        asked = Asked(model, level, strict, open_sources(sources), progress=progress)
        key = lint_key(tree, asked, cache)
        shortcut = Shortcut(cache, key, formats, outputs, verbose, exit_zero)
        code = shortcut.take()
        if code is not None:
            return code
        from mlops.app.kept import lint  # noqa: PLC0415

        assessment, catalog = lint(tree, asked, cache, key)
    from mlops.app.outcome import reached  # noqa: PLC0415
    from mlops.cli.output import write_lint  # noqa: PLC0415

    code = 0 if exit_zero or reached(assessment) else 1
    texts = write_lint(assessment, catalog, formats, outputs, verbose=verbose, advisory=exit_zero)
    shortcut.keep("".join(texts), code)
    return code
