"""Results to standard output and files, in every format asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from mlops.cli.common import paint_for_stdout
from mlops.cli.emit import emit
from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.record import replace
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.report import formats as registry
from mlops.report.formats import Options
from mlops.report.paint import Paint

#: Variable that a platform sets -> the format that it reads.
_PLATFORMS = {"GITHUB_ACTIONS": "github", "GITLAB_CI": "gitlab", "TF_BUILD": "azure"}


def write_lint(
    assessment: Assessment,
    catalog: Catalog,
    formats: Sequence[str],
    outputs: Sequence[Path],
    *,
    verbose: bool,
    advisory: bool = False,
) -> list[str]:
    """Write a lint in all formats; the n-th --output belongs to the n-th --format, and what has none is printed.

    Return the texts.
    """

    def render(name: str, options: Options) -> str:
        return registry.lint_renderer(name)(assessment, catalog, options)

    options = Options(verbose=verbose, advisory=advisory)
    return _write(render, formats, outputs, options, "mlops-lint.md")


def write_gate(
    comparison: Comparison,
    catalog: Catalog,
    formats: Sequence[str],
    outputs: Sequence[Path],
    *,
    advisory: bool = False,
    config_allowed: bool = False,
) -> list[str]:
    """Write a gate in all formats, as `write_lint` does."""

    def render(name: str, options: Options) -> str:
        return registry.gate_renderer(name)(comparison, catalog, options)

    options = Options(advisory=advisory, config_allowed=config_allowed)
    return _write(render, formats, outputs, options, "mlops-gate.md")


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


def platform_format(environment: Mapping[str, str], *, printed: bool) -> str:
    """Return the format of the platform that runs us.

    GitLab reads a file, and its log is for people: what is printed there is text.
    """
    found = next((name for variable, name in _PLATFORMS.items() if environment.get(variable)), "text")
    return "text" if found == "gitlab" and printed else found


def _write(
    render: Callable[[str, Options], str],
    formats: Sequence[str],
    outputs: Sequence[Path],
    options: Options,
    summary: str,
) -> list[str]:
    """Write all formats; `summary` names the file that Azure attaches, for a lint and a gate of one job differ."""
    texts = []
    for asked, output in paired(formats, outputs):
        name = platform_format(os.environ, printed=output is None) if asked == "auto" else asked
        paint = paint_for_stdout() if output is None else Paint()
        texts.append(render(name, replace(options, paint=paint)))
        emit(texts[-1], output)
        if name == "github" and os.environ.get("GITHUB_STEP_SUMMARY"):
            _append_summary(render("markdown", options), Path(os.environ["GITHUB_STEP_SUMMARY"]))
        elif name == "azure" and os.environ.get("AGENT_TEMPDIRECTORY"):
            _upload_summary(render("markdown", options), Path(os.environ["AGENT_TEMPDIRECTORY"], summary))
    return texts


def _append_summary(text: str, path: Path) -> None:
    """Add a report to the summary of a step on GitHub, in what is left of its limit."""
    from mlops.report.markdown import SUMMARY_LIMIT, within  # noqa: PLC0415  only where a platform has summaries

    try:
        used = path.stat().st_size if path.exists() else 0
        with path.open("a", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.write(within(text, SUMMARY_LIMIT - used))
    except OSError as error:
        raise MlopsError(
            f"GITHUB_STEP_SUMMARY names {path}, which cannot be written: {error.strerror}"
        ) from error


def _upload_summary(text: str, path: Path) -> None:
    """Write the summary where Azure's agent cleans up after the job, and tell the agent to attach it."""
    from mlops.report.azure import upload_summary  # noqa: PLC0415  only where a platform has summaries

    emit(text, path.absolute())
    emit(upload_summary(str(path.absolute())) + "\n", None)
