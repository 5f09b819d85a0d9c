"""The gate for people: what changed the rules, what was taken away, and the way out."""

from __future__ import annotations

from mlops.domain.assessment import Comparison, Regression
from mlops.domain.facts import Location
from mlops.domain.rules import Catalog
from mlops.report.findings import diagnostic_text, waiver_text, waivers
from mlops.report.formats import Options
from mlops.report.paint import Paint, clean
from mlops.report.way_out import commands, outcome

#: Of each section: the summary fits one screen.
_SHOWN = 3


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return the summary of a gate."""
    paint = options.paint
    good, said = outcome(comparison, options)
    lines = paint.wrap(f"mlops gate {paint.dash} {comparison.base_name} {paint.arrow} {comparison.head_name}")
    lines += [paint(line, "bold", "green" if good else "red") for line in paint.wrap(said)]
    lines += _changes(comparison, paint, options)
    lines += _regressions(comparison, catalog, paint)
    lines += _notes(comparison, paint)
    if not good:
        lines += ["", paint("Way out", "bold")]
        for why, command in commands(comparison, options):
            lines += [*paint.wrap(why, 2, "  "), paint(f"    {clean(command)}", "cyan")]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _changes(comparison: Comparison, paint: Paint, options: Options) -> list[str]:
    if not comparison.config_changes:
        return []
    allowed = " (allowed)" if options.config_allowed else ""
    lines = ["", paint(f"Changes of what judges this change{allowed}", "bold")]
    for change in comparison.config_changes[:_SHOWN]:
        lines += paint.wrap(f"{Location(change.path, change.line)} {change.message}", 4, "  ! ")
    return lines + _rest(len(comparison.config_changes), paint)


def _regressions(comparison: Comparison, catalog: Catalog, paint: Paint) -> list[str]:
    if not comparison.regressions:
        return []
    lines = ["", paint("Taken away", "bold")]
    for item in comparison.regressions[:_SHOWN]:
        lines += [
            paint(line, "red") for line in paint.wrap(_headline(item, catalog), 4, f"  {paint.missing} ")
        ]
        because = ", ".join(map(str, item.because[:2]))
        said = ": ".join(part for part in (because, item.reason) if part)
        lines += paint.wrap(f"now: {said}", 8, "      ") if said else []
        if item.was:
            lines += paint.wrap(f"before: {', '.join(map(str, item.was[:2]))}", 8, "      ")
    return lines + _rest(len(comparison.regressions), paint)


def _headline(item: Regression, catalog: Catalog) -> str:
    name = catalog.models[item.model].name if item.model in catalog.models else item.model
    what = f"{name} level" if item.kind == "level" else item.practice
    where = f" ({item.component})" if item.component else ""
    now = "undecided" if item.kind == "undecided" else item.after
    return f"{what}{where}: {item.before}, now {now}"


def _notes(comparison: Comparison, paint: Paint) -> list[str]:
    waived = [f"{item.practice}: {waiver_text(item)}" for item in waivers(comparison.head)]
    lines: list[str] = []
    for heading, found in (("Warnings", [*map(diagnostic_text, comparison.warnings)]), ("Waived", waived)):
        if found:
            lines += ["", paint(heading, "bold")]
            for text in found[:_SHOWN]:
                lines += paint.wrap(text, 4, "  ")
            lines += _rest(len(found), paint)
    return lines


def _rest(count: int, paint: Paint) -> list[str]:
    return (
        [paint(f"  and {count - _SHOWN} more; --format markdown lists all", "dim")] if count > _SHOWN else []
    )
