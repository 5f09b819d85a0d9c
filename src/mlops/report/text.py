"""The report for people: headline, the road to the next level, what was refused, evidence on demand."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.domain.assessment import Assessment, Attainment, Comparison, Next, Term, Verdict
from mlops.domain.rules import Catalog
from mlops.report import text_gate
from mlops.report.findings import waiver_text, waivers
from mlops.report.formats import Options
from mlops.report.goal import goal, leaves, text
from mlops.report.paint import Paint, clean

#: Refused pieces shown without --verbose.
_REFUSED = 8
_UNITS = {True: "practice", False: "practices"}


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return the whole report of a lint."""
    paint, verbose = options.paint, options.verbose
    lines = [_title(assessment, paint), ""]
    lines += _headlines(assessment, catalog, paint)
    lines += _sources(assessment, paint)
    lines += _components(assessment, catalog, paint)
    chosen = assessment.models[assessment.model]
    lines += _road(assessment, catalog, chosen, paint)
    lines += _refused(assessment, catalog, paint, verbose=verbose)
    lines += _waivers(assessment, paint)
    if verbose:
        lines += _evidence(assessment, catalog, paint)
    lines += _diagnostics(assessment, paint, verbose=verbose)
    lines += _closing(assessment, paint, verbose=verbose)
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return the summary of a gate: it fits one screen and ends with the way out."""
    return text_gate.gate(comparison, catalog, options)


def _title(assessment: Assessment, paint: Paint) -> str:
    revision = f" at {assessment.revision[:12]}" if assessment.revision else ""
    return paint(f"mlops {assessment.version} {paint.dash} edition {assessment.edition} {paint.dash} "
                 f"{clean(assessment.root)}{revision}", "dim")  # fmt: skip


def _headlines(assessment: Assessment, catalog: Catalog, paint: Paint) -> list[str]:
    """One line for the chosen model, then one for each of the others."""
    lines = []
    if not assessment.ml:
        why = {
            "hosted-model": "the code only calls a model that somebody else hosts",
            "none-found": "no first-party code trains a model or predicts with one",
        }[assessment.ml_reason or "none-found"]
        lines += paint.wrap(f"No machine learning found: {why}. Practices are judged, levels are not given.")
        lines.append("")
    names = [assessment.model, *(name for name in assessment.models if name != assessment.model)]
    for name in names:
        item = assessment.models[name]
        said = headline(catalog.models[name].name, item)
        if assessment.target is not None and name == assessment.model:
            said += f" {paint.dash} target {assessment.target}{' strict' if assessment.strict else ''}"
        lines.append(paint(said, "bold") if name == assessment.model else paint(said, "dim"))
        if item.categories is not None and name == assessment.model:
            lines += [
                f"  {key:13} {'n/a' if value.level is None else value.level}"
                for key, value in item.categories.items()
            ]
    return lines


def headline(name: str, item: Attainment) -> str:
    """Return a model's line: `Google 0 (4 of 6 for level 1, possibly 1: 2 unknown)`."""
    if item.level is None:
        return f"{name} {paintless(item.level)} (no machine learning; by its formula {item.formula_level})"
    notes = []
    if item.next is not None:
        notes.append(f"{item.met} of {item.of} for level {item.next.level}")
    if item.possible_level is not None and item.possible_level > item.level:
        unknown = len(item.next.unknown) if item.next else 0
        notes.append(f"possibly {item.possible_level}" + (f": {unknown} unknown" if unknown else ""))
    if item.strict_level is not None and item.strict_level < item.level:
        notes.append(f"strict {item.strict_level}")
    if item.claimed_level is not None and item.claimed_level > item.level:
        notes.append(f"claimed {item.claimed_level}")
    if item.waived_level is not None and item.waived_level > item.level:
        notes.append(f"{item.waived_level} with waivers")
    if item.attested_level is not None and item.attested_level < item.level:
        notes.append(f"attested {item.attested_level}")
    return f"{name} {item.level}" + (f" ({', '.join(notes)})" if notes else "")


def paintless(level: int | None) -> str:
    """Return a level, or n/a for none."""
    return "n/a" if level is None else str(level)


def _sources(assessment: Assessment, paint: Paint) -> list[str]:
    if not assessment.sources:
        return []
    held = {practice for practices in assessment.sources.values() for practice in practices}
    lines = [""]
    lines += paint.wrap(
        f"{len(held)} {_UNITS[len(held) == 1]} cannot be decided because files outside this repository decide. "
        "Checkouts of them would settle it:"
    )
    lines += [f"  --source {clean(name)}=DIR" for name in sorted(assessment.sources)]
    return lines


def _components(assessment: Assessment, catalog: Catalog, paint: Paint) -> list[str]:
    if not assessment.components:
        return []
    lines = ["", paint("Components", "bold")]
    for name, component in assessment.components.items():
        item = component.models[assessment.model]
        lines += paint.wrap(
            f"{clean(name)} ({clean(component.folder)}): {headline(catalog.models[item.model].name, item)}",
            4,
            "  ",
        )
    return lines


def _road(assessment: Assessment, catalog: Catalog, item: Attainment, paint: Paint) -> list[str]:
    """What the target (or the next level) lacks, cheapest first, with its remedy."""
    lacks, strict = _asked(assessment, catalog)
    if lacks is None:
        if assessment.target is not None:
            return []
        return ["", paint("Nothing lacks: the highest level is reached.", "green")]
    name = catalog.models[item.model].name
    lines = ["", paint(f"For {name} {lacks.level}{' strict' if strict else ''}", "bold")]
    for term in (*lacks.missing, *lacks.unknown):
        lines += _term(term, assessment, catalog, paint, unknown=term in lacks.unknown)
    return lines


def _asked(assessment: Assessment, catalog: Catalog) -> tuple[Next | None, bool]:
    """Return what lacks, and whether strict terms are among it: without a target, after the last level they are."""
    item = assessment.models[assessment.model]
    lacks = goal(assessment, catalog, item, assessment.verdicts)
    if lacks is None and assessment.target is None:
        return item.next_strict, True
    return lacks, assessment.strict


def _term(term: Term, assessment: Assessment, catalog: Catalog, paint: Paint, *, unknown: bool) -> list[str]:
    first, _ = next(leaves(term))
    mark = paint("?", "yellow") if unknown else paint(paint.missing, "red")
    name = text(term)
    practice = catalog.practices[first.practice]
    verdict = assessment.verdicts[first.practice]
    lines = [f"  {mark} {paint(name, 'bold')} {paint('(' + practice.remedy.effort + ')', 'dim')}"]
    has = f" Now {first.has}, needs {first.needs}." if str(first.has) != "absent" else ""
    lines += paint.wrap(f"{practice.remedy.text}{has}", 6, "      ")
    for reason in _why_not(verdict, unknown=unknown)[:2]:
        lines += [paint(line, "dim") for line in paint.wrap(reason, 8, "      - ")]
    return lines


def _why_not(verdict: Verdict, *, unknown: bool) -> list[str]:
    found = [f"{u.path}:{u.line} {u.reason}" for u in verdict.unknown] if unknown else []
    return found + [
        f"{r.path}:{r.line} {r.reason}" + (f" [{r.fake}]" if r.fake else "") for r in verdict.rejected
    ]


def _refused(assessment: Assessment, catalog: Catalog, paint: Paint, *, verbose: bool) -> list[str]:
    """What looks like evidence and is none: for the practices on the road, with --verbose for all."""
    lacks, _ = _asked(assessment, catalog)
    terms = () if lacks is None else (*lacks.missing, *lacks.unknown)
    wanted = {leaf.practice for term in terms for leaf in _practices(term)}
    found = [
        (refused, verdict.practice)
        for verdict in assessment.verdicts.values()
        if verdict.status != "met" and (verbose or verdict.practice in wanted)
        for refused in verdict.rejected
        if verbose or refused.fake not in {"F9", "F22", "F8", ""}
    ]
    if not found:
        return []
    merged: dict[tuple[str, int, str, str], list[str]] = {}
    for item, practice in found:
        merged.setdefault((item.path, item.line, item.reason, item.fake), []).append(practice)
    shown = list(merged.items()) if verbose else list(merged.items())[:_REFUSED]
    lines = ["", paint("Refused", "bold")]
    for (path, line, reason, fake), practices in shown:
        lines += paint.wrap(
            f"{path}:{line} {reason} [{fake or '-'}; {', '.join(dict.fromkeys(practices))}]", 4, "  "
        )
    if len(merged) > len(shown):
        lines.append(paint(f"  and {len(merged) - len(shown)} more with --verbose", "dim"))
    return lines


def _waivers(assessment: Assessment, paint: Paint) -> list[str]:
    found = waivers(assessment)
    if not found:
        return []
    lines = ["", paint("Waived", "bold")]
    for waiver in found:
        lines += paint.wrap(f"{waiver.practice}: {waiver_text(waiver)}", 4, "  ")
    return lines


def _evidence(assessment: Assessment, catalog: Catalog, paint: Paint) -> list[str]:
    lines = ["", paint("Evidence", "bold")]
    for verdict in assessment.verdicts.values():
        practice = catalog.practices[verdict.practice]
        mark = {"met": paint(paint.met, "green"), "unknown": paint("?", "yellow")}.get(
            verdict.status, paint(paint.missing, "red")
        )
        lines.append(
            f"  {mark} {paint(verdict.practice, 'bold')}  {verdict.strength}  {paint(practice.title, 'dim')}"
        )
        for item in verdict.evidence:
            lines += paint.wrap(f"{item.path}:{item.line} {item.message}", 6, "    ")
            for position, link in enumerate(item.chain):
                arrow = paint.arrow if position else " "
                place = (
                    f"{link.path}:{link.line} "
                    if position == 0 or link.path != item.chain[position - 1].path
                    else f":{link.line} "
                )
                lines += [
                    paint(line, "dim") for line in paint.wrap(place + link.label, 10, f"        {arrow} ")
                ]
        for unknown in verdict.unknown:
            lines += paint.wrap(f"{unknown.path}:{unknown.line} {unknown.reason}", 6, "    ? ")
    return lines


def _diagnostics(assessment: Assessment, paint: Paint, *, verbose: bool) -> list[str]:
    found = assessment.diagnostics
    if not found:
        return []
    shown = found if verbose else found[:_REFUSED]
    lines = ["", paint("Diagnostics", "bold")]
    for item in shown:
        place = f"{item.path}:{item.line}" if item.line else item.path
        lines += paint.wrap(f"{place} {item.message}", 4, "  ")
    if len(found) > len(shown):
        lines.append(paint(f"  and {len(found) - len(shown)} more with --verbose", "dim"))
    return lines


def _closing(assessment: Assessment, paint: Paint, *, verbose: bool) -> list[str]:
    hints = [] if verbose else ["mlops lint --verbose shows the evidence with its chains"]
    hints.append("mlops explain PRACTICE --in . tells why not")
    del assessment
    return ["", *(paint(hint, "dim") for hint in hints)]


def _practices(term: Term) -> Iterator[Term]:
    """Yield the practices of a term, alternatives included."""
    if term.practice:
        yield term
    for part in (*term.any, *term.all):
        yield from _practices(part)
