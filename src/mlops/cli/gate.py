"""`mlops gate`: whether a change lowers the maturity of a repository, or changes what judges it."""

from __future__ import annotations

from pathlib import Path

import click

from mlops.cli.common import judging_options, open_sources, output_options, path_argument


@click.command("gate")
@path_argument
@click.option("--base", metavar="REF", help="Compare with where the change left this branch, tag or commit.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare with a committed file instead.",
)
@click.option("--write-baseline", is_flag=True, help="Write what is better now into the --baseline file.")
@click.option(
    "--accept",
    multiple=True,
    metavar="PRACTICE",
    help="Let a practice of the --baseline go, with a --reason.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why --accept is right; kept in the file.")
@click.option(
    "--allow-config-change", is_flag=True, help="Let changes of the configuration and of the gate job pass."
)
@judging_options
@output_options
def command(
    path: Path,
    base: str | None,
    baseline: Path | None,
    write_baseline: bool,
    accept: tuple[str, ...],
    reason: str,
    model: str | None,
    level: int | None,
    strict: bool,
    rev: str | None,
    sources: tuple[str, ...],
    formats: tuple[str, ...],
    outputs: tuple[Path, ...],
    allow_config_change: bool,
    exit_zero: bool,
    no_cache: bool,
) -> int:
    """Compare the repository at PATH with its base, and exit 1 where the change takes a practice or a level away.

    Without --base it takes what the CI platform names, else where the change left the default branch. The base's
    configuration judges both; changes of the configuration and of the gate job itself come first.
    """
    from mlops.app.cache import opened  # noqa: PLC0415  start-up counts
    from mlops.app.keys import gate_key  # noqa: PLC0415
    from mlops.app.trees import Asked, open_trees, open_with_any_base  # noqa: PLC0415
    from mlops.cli.progress import Progress  # noqa: PLC0415
    from mlops.cli.shortcut import Shortcut  # noqa: PLC0415

    _check(base, baseline, accept, reason, write=write_baseline)
    if not path.is_dir():
        raise click.UsageError(f"{path} is no folder; name the folder of the repository")
    if not any((base, baseline, rev, formats, outputs)) and _idle(path):
        return 0
    with Progress() as progress, opened(wanted=not no_cache) as cache:
        stamps = cache.stamps(str(path)) if cache is not None else None
        asked = Asked(
            model,
            level,
            strict,
            open_sources(sources),
            progress=progress,
            allow_config_change=allow_config_change,
        )
        shortcut = None
        if baseline is None:
            trees = open_trees(str(path), base, rev, stamps)
            key = gate_key(str(path), trees, asked, cache)
            shortcut = Shortcut(cache, key, formats, outputs, exit_zero)
            known = shortcut.take()
            if known is not None:
                return known
            from mlops.app.kept import gate  # noqa: PLC0415

            comparison, catalog = gate(str(path), trees, asked, cache, key)
        else:
            from mlops.app.ratchet import Writing, gate_by_file  # noqa: PLC0415

            writing = Writing(write_baseline, accept, reason)
            trees = open_with_any_base(str(path), rev, stamps)
            facts = cache.facts() if cache is not None else None
            done, text = gate_by_file(str(path), baseline, trees, asked, writing, facts)
            comparison, catalog = done.comparison, done.catalog
            if text is not None:
                from mlops.cli.emit import emit  # noqa: PLC0415

                emit(text, baseline)
    from mlops.cli.output import write_gate  # noqa: PLC0415

    texts = write_gate(
        comparison, catalog, formats, outputs, advisory=exit_zero, config_allowed=allow_config_change
    )
    failed = comparison.regressions or (comparison.config_changes and not allow_config_change)
    code = 1 if failed and not exit_zero else 0
    if shortcut is not None:
        shortcut.keep("".join(texts), code)
    return code


def _idle(path: Path) -> bool:
    """Tell, and say, that a hook of git runs us for a commit that changes nothing here."""
    from mlops.app.hook import Hook  # noqa: PLC0415  start-up counts

    hook = Hook.started()
    if hook is None or not hook.idle(str(path)):
        return False
    click.echo("Nothing is staged, so nothing can get worse.", err=True)
    return True


def _check(
    base: str | None, baseline: Path | None, accept: tuple[str, ...], reason: str, *, write: bool
) -> None:
    """Raise a usage error for options that do not go together."""
    if base is not None and baseline is not None:
        raise click.UsageError("--base and --baseline are two ways to say what to compare with: give one")
    if baseline is None and (write or accept):
        raise click.UsageError("--write-baseline and --accept change a file: name it with --baseline FILE")
    if bool(accept) != bool(reason.strip()):
        raise click.UsageError("--accept PRACTICE and --reason TEXT belong together")
