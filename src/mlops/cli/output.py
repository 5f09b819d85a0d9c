"""Results to standard output and files, in every format asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from mlops.cli.common import paint_for_stdout
from mlops.domain.assessment import Assessment
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.report import formats as registry
from mlops.report.paint import Paint


def write_lint(
    assessment: Assessment,
    catalog: Catalog,
    formats: Sequence[str],
    outputs: Sequence[Path],
    *,
    verbose: bool,
) -> None:
    """Write a lint in all formats; the n-th --output belongs to the n-th --format, and what has none is printed."""
    for name, output in paired(formats, outputs):
        render = registry.lint_renderer(name)
        paint = paint_for_stdout() if output is None else Paint()
        emit(render(assessment, catalog, paint, verbose), output)


def paired(formats: Sequence[str], outputs: Sequence[Path]) -> list[tuple[str, Path | None]]:
    """Pair formats with outputs. Raises a usage error for more outputs than formats, or an unknown format."""
    names = list(formats) or ["text"]
    if len(outputs) > len(names):
        raise click.UsageError("each --output needs a --format before it")
    for name in names:
        if name not in registry.NAMES:
            raise click.UsageError(f"there is no format {name}; choose from {', '.join(registry.NAMES)}")
    targets = [None if str(path) == "-" else path for path in outputs]
    targets += [None] * (len(names) - len(targets))
    return list(zip(names, targets, strict=True))


def emit(text: str, output: Path | None) -> None:
    """Write text to a file or to standard output. Raises MlopsError for a file that cannot be written."""
    if output is None:
        sys.stdout.write(_encodable(text))
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise MlopsError(f"{output} cannot be written: {error.strerror}") from error


def _encodable(text: str) -> str:
    encoding = sys.stdout.encoding or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)
