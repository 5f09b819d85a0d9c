"""Markdown for summaries of runs and comments on merge requests (GitHub's and GitLab's dialects)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mlops.domain.assessment import Assessment, Attainment, Comparison
from mlops.domain.facts import Location
from mlops.domain.regex import regex
from mlops.domain.rules import Catalog
from mlops.report.findings import Finding, diagnostic_text, no_ml, of_lint, scopes, waivers
from mlops.report.formats import Options
from mlops.report.goal import goal_level, headline
from mlops.report.paint import clean
from mlops.report.way_out import commands, outcome

#: A summary on GitHub: one byte more and all of it is lost.
SUMMARY_LIMIT = 1_048_576
_NONE = "-"
_MARKS = {"met": "✅", "partial": "🟡", "missing": "❌", "unknown": "❔", "waived": "🟠"}
_SPECIAL = regex(r"[\\`*_\[\]|~$]|(?<=:)//|(?<=www)\.")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return a lint as Markdown."""
    blocks = [f"## MLOps maturity: {escaped(headline(assessment, catalog).rstrip('.'))}"]
    if options.advisory:
        blocks.append("**ADVISORY**: this check reports and fails nothing.")
    if not assessment.ml:
        blocks.append(escaped(no_ml(assessment)))
    blocks += _levels(assessment, catalog)
    blocks += _lacking(assessment, catalog)
    blocks += _components(assessment, catalog)
    blocks += _waivers(assessment)
    if assessment.sources:
        blocks.append("### Checkouts that would settle what is undecided")
        blocks.append(_list(code(f"--source {name}=DIR") for name in sorted(assessment.sources)))
    if assessment.diagnostics:
        blocks += [
            "### Diagnostics",
            _list(escaped(diagnostic_text(item)) for item in assessment.diagnostics[:50]),
        ]
    blocks += _practices(assessment, catalog)
    return within("\n\n".join(blocks) + "\n", SUMMARY_LIMIT)


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return a gate as Markdown: what changed the rules first, then what was taken away, then the way out."""
    good, said = outcome(comparison, options)
    blocks = [f"## MLOps maturity gate: {'passed' if good else 'advisory' if options.advisory else 'failed'}"]
    blocks.append(f"{code(comparison.base_name)} → {code(comparison.head_name)}: {escaped(said)}")
    if comparison.config_changes:
        allowed = " (allowed)" if options.config_allowed else ""
        changes = [
            f"{_place(item.path, item.line)} {escaped(item.message)}" for item in comparison.config_changes
        ]
        blocks += [f"### Changes of what judges this change{allowed}", _list(changes)]
    if comparison.regressions:
        rows = [
            (
                code(item.practice) if item.practice else escaped(f"{_name(item.model, catalog)} level"),
                _or_none(item.component),
                escaped(item.before),
                escaped("undecided" if item.kind == "undecided" else item.after),
                _places(item.was),
                " ".join(filter(None, (_places(item.because), escaped(item.reason)))),
            )
            for item in comparison.regressions
        ]
        heads = ("What", "Component", "Before", "Now", "Proved before by", "Taken away by")
        blocks += ["### Taken away", _table(heads, rows)]
    if not good:
        ways = [f"{escaped(why)} {code(command)}" for why, command in commands(comparison, options)]
        blocks += ["### Way out", _list(ways)]
    if comparison.warnings:
        blocks += ["### Warnings", _list(escaped(diagnostic_text(item)) for item in comparison.warnings)]
    blocks += _waivers(comparison.head)
    blocks += ["### Levels of the head", *_levels(comparison.head, catalog)]
    return within("\n\n".join(blocks) + "\n", SUMMARY_LIMIT)


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, HTML, links, mentions or references."""
    flat = "".join(_ENTITIES.get(letter, letter) for letter in clean(text))
    flat = _SPECIAL.sub(lambda match: f"\\{match[0]}", flat)
    # Mentions and references are found after Markdown is rendered: only a gap in the text keeps them from it.
    flat = re.sub(r"([@#!])(?=[\w-])", "\\1<!-- -->", flat)
    return re.sub(r"^([-+=#]|\d+(?=[.)]))", r"\\\1" if not flat[:1].isdigit() else r"\1<!-- -->", flat)


def code(text: str) -> str:
    """Return text as code; it may stand in a table."""
    flat = clean(text).replace("|", "\\|")
    if not flat.strip():
        return _NONE
    fence = "`" * (max(map(len, re.findall("`+", flat)), default=0) + 1)
    pad = " " if flat[0] in "` " or flat[-1] in "` " else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def within(text: str, limit: int) -> str:
    """Return whole lines of a report within a limit of bytes, with a note where it was cut."""
    if len(text.encode("utf-8", "backslashreplace")) <= limit:
        return text
    note = "\n\nThe report was cut here: it is too long for a summary.\n"
    room, kept = limit - len(note), []
    if room < 0:
        return ""
    for line in text.splitlines():
        room -= len(line.encode("utf-8", "backslashreplace")) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept) + note


def _levels(assessment: Assessment, catalog: Catalog) -> list[str]:
    names = [assessment.model, *(name for name in assessment.models if name != assessment.model)]
    heads = (
        "Model",
        "Level",
        "Strict",
        "Possible",
        "Claimed",
        "With waivers",
        "Attested",
        "Towards the next",
    )
    rows = [_level(catalog.models[name].name, assessment.models[name]) for name in names]
    return [_table(heads, rows)]


def _level(name: str, item: Attainment) -> Sequence[str]:
    values = (
        item.strict_level,
        item.possible_level,
        item.claimed_level,
        item.waived_level,
        item.attested_level,
    )
    level = "n/a" if item.level is None else f"**{item.level}** of {item.max_level}"
    towards = _NONE if item.next is None else f"{item.met} of {item.of} for level {item.next.level}"
    return (escaped(name), level, *(_NONE if value is None else str(value) for value in values), towards)


def _lacking(assessment: Assessment, catalog: Catalog) -> list[str]:
    item = assessment.models[assessment.model]
    level = goal_level(assessment, item)
    if level is None:
        return ["Nothing lacks: the level asked for is reached."]
    found = [finding for finding in of_lint(assessment, catalog) if finding.level != "note"]
    heads = ("", "Practice", "Component", "Why", "Remedy")
    rows = [_finding(finding) for finding in found]
    name = catalog.models[item.model].name
    strict = " strict" if assessment.strict else ""
    return [f"### What {name} level {level}{strict} lacks", _table(heads, rows)] if rows else []


def _finding(item: Finding) -> Sequence[str]:
    place = f"{_place(item.path, item.line)} " if item.placed else ""
    mark = _MARKS.get(item.state, "❌")
    return (
        mark,
        code(item.rule),
        _or_none(item.component),
        place + escaped(item.message),
        escaped(item.remedy),
    )


def _components(assessment: Assessment, catalog: Catalog) -> list[str]:
    if not assessment.components:
        return []
    names = list(assessment.models)
    rows = []
    for part in assessment.components.values():
        levels = [part.models[name].level for name in names]
        rows.append(
            (escaped(part.name), code(part.folder), *("n/a" if x is None else str(x) for x in levels))
        )
    heads = ("Component", "Folder", *(catalog.models[name].name for name in names))
    return ["### Components", _table(heads, rows)]


def _waivers(assessment: Assessment) -> list[str]:
    rows = [
        (
            code(item.practice),
            escaped(item.reason),
            escaped(item.owner),
            escaped(item.until),
            str(item.days_left),
        )
        for item in waivers(assessment)
    ]
    return (
        ["### Waivers", _table(("Practice", "Reason", "Owner", "Until", "Days left"), rows)] if rows else []
    )


def _practices(assessment: Assessment, catalog: Catalog) -> list[str]:
    rows = []
    for name, _, verdicts in scopes(assessment):
        for verdict in verdicts.values():
            first = verdict.evidence[0] if verdict.evidence else None
            proof = _NONE if first is None else f"{_place(first.path, first.line)} {escaped(first.message)}"
            practice = catalog.practices[verdict.practice]
            mark = f"{_MARKS[verdict.status]} {verdict.status}"
            rows.append(
                (
                    mark,
                    code(practice.id),
                    _or_none(name),
                    practice.dimension,
                    str(verdict.strength),
                    proof,
                )
            )
    return [
        "### Practices",
        _table(("Status", "Practice", "Component", "Dimension", "Strength", "Proof"), rows),
    ]


def _name(model: str, catalog: Catalog) -> str:
    return catalog.models[model].name if model in catalog.models else model


def _or_none(text: str) -> str:
    return escaped(text) if text else _NONE


def _place(path: str, line: int) -> str:
    return code(str(Location(path, line)))


def _places(found: Iterable[Location]) -> str:
    return ", ".join(code(str(place)) for place in found) or _NONE


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table without the columns in which no row says anything."""
    found = list(rows)
    kept = [at for at in range(len(heads)) if not found or any(row[at] not in {"", _NONE} for row in found)]
    lines = [[heads[at] for at in kept], ["---"] * len(kept), *([row[at] for at in kept] for row in found)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
