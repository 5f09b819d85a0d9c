"""Options and conversions that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlops.cli import completion
from mlops.errors import MlopsError
from mlops.report.paint import Paint
from mlops.tree import FolderTree, GitTree, Tree
from mlops.tree.folder import Stamps

if TYPE_CHECKING:
    from mlops.domain.rules import Catalog

F = TypeVar("F", bound=Callable[..., Any])

path_argument = click.argument("path", default=".", type=click.Path(path_type=Path))


def judging_options(function: F) -> F:
    """Add the options that say what is judged: --model, --level, --strict, --rev, --source."""
    for option in (
        click.option("--source", "sources", multiple=True, metavar="HOST/OWNER/REPO=DIR",
                     help="A local checkout that settles what leads out of the repository."),
        click.option("--rev", metavar="REF", help="Judge this revision instead of the working tree."),
        click.option("--strict", is_flag=True, help="Ask for the strict terms of the level too."),
        click.option("--level", type=click.IntRange(min=0), help="Target level; exit 1 when it is not reached."),
        click.option("--model", metavar="MODEL", shell_complete=completion.models,
                     help="Maturity model: google, azure or gigaom."),
    ):  # fmt: skip
        function = option(function)
    return function


def output_options(function: F) -> F:
    """Add --format and --output, which pair up in their order, --exit-zero and --no-cache."""
    for option in (
        click.option("--no-cache", is_flag=True, help="Neither read nor write the user's cache."),
        click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found."),
        click.option("--output", "outputs", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
                     help="Where the format before it goes; - for standard output."),
        click.option("--format", "formats", multiple=True, metavar="FORMAT",
                     help="text, json, sarif, github, gitlab, junit, azure, markdown, csv, badge, badge-json, html or auto."),
    ):  # fmt: skip
        function = option(function)
    return function


def open_tree(path: Path, rev: str | None, stamps: Stamps | None = None) -> Tree:
    """Return the tree to judge, in a hook of git what is staged; `stamps` may know ids of files on disk.

    Raises MlopsError for a path or a revision that is not there.
    """
    if not path.exists():
        raise MlopsError(f"{path} does not exist; name a folder")
    if rev is not None:
        return GitTree(str(path), rev)
    if not path.is_dir():
        raise MlopsError(f"{path} is no folder; name the folder of the repository")
    from mlops.app.hook import Hook  # noqa: PLC0415  start-up counts

    hook = Hook.started()
    return (hook and hook.head(str(path))) or FolderTree(str(path), stamps)


def open_sources(given: Sequence[str]) -> dict[str, Tree]:
    """Return the checkouts that --source and MLOPS_SOURCES name.

    MLOPS_SOURCES is a folder of checkouts laid out as HOST/OWNER/REPO. Raises MlopsError for a bad value.
    """
    found: dict[str, Tree] = {}
    root = os.environ.get("MLOPS_SOURCES")
    if root:
        base = Path(root)
        if not base.is_dir():
            raise MlopsError(f"MLOPS_SOURCES names {root}, which is no folder")
        for git_folder in sorted(base.glob("*/*/*")):
            if git_folder.is_dir():
                found[git_folder.relative_to(base).as_posix()] = FolderTree(str(git_folder))
    for text in given:
        name, sign, folder = text.partition("=")
        if not sign or name.count("/") < 2 or not Path(folder).is_dir():
            raise MlopsError(f"--source {text}: write HOST/OWNER/REPO=DIR, where DIR is a folder")
        found[name] = FolderTree(folder)
    return found


def load_catalog(tree: Tree) -> Catalog:
    """Return the catalog, with the rules of the repository itself where its configuration names some."""
    from mlops.app.rules import catalog_for  # noqa: PLC0415  start-up counts

    return catalog_for(tree)


def paint_for_stdout() -> Paint:
    """Return how text looks on standard output: colours on a terminal only, marks where it can show them."""
    if sys.stdout is None:  # closed: `emit` says so
        return Paint()
    terminal = sys.stdout.isatty()
    colour = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    width = 80
    if terminal:
        import shutil  # noqa: PLC0415  brings three compressors

        width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    return Paint(colour=colour, unicode=encoding.startswith("utf"), width=width)
