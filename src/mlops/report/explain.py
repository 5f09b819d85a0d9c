"""`mlops explain ID`: a practice, tool, model, level, statement, attestation or fake in words."""

from __future__ import annotations

from mlops.domain.fakes import FAKES
from mlops.domain.rules import Attestation, Catalog, Level, Model, Need, Practice, Sign, Statement, Tool
from mlops.report.lines import Lines
from mlops.report.paint import Paint
from mlops.report.words import answer_words, level_ids, levels_of, need_words, pattern_words

_STRENGTHS = ("declared", "used", "enforced")
#: So many names of a long list are printed.
_SHOWN = 24


def render(kind: str, name: str, catalog: Catalog, paint: Paint) -> str:
    """Return the text on a rule; `kind` is practice, tool, model, level, statement, attestation or fake."""
    lines = Lines(paint)
    if kind == "practice":
        _practice(lines, catalog.practices[name], catalog)
    elif kind == "tool":
        _tool(lines, catalog.tools[name], catalog)
    elif kind == "model":
        _model(lines, catalog.models[name], catalog)
    elif kind == "level":
        model, level = level_of(name, catalog)
        _level(lines, name, model, level, catalog)
    elif kind == "statement":
        _statement(lines, catalog.statements[name], catalog)
    elif kind == "attestation":
        _attestation(lines, catalog.attestations[name], catalog)
    else:
        lines.title(name, FAKES[name])
        lines.paragraph("Reports give this code beside what they refuse. docs/fakes.md lists them all.")
    return str(lines)


def level_of(name: str, catalog: Catalog) -> tuple[Model, Level]:
    """Return the model and the level with an id such as `google.1` or `gigaom.processes.2`."""
    model = catalog.models[name.partition(".")[0]]
    return model, dict(level_ids(model))[name]


def _practice(lines: Lines, practice: Practice, catalog: Catalog) -> None:
    lines.title(practice.id, practice.title)
    lines.paragraph(practice.definition)
    lines.paragraph(f"Why: {practice.why}")
    satisfied = f"What each strength asks for (met at {practice.satisfied_at})"
    lines.pairs(
        satisfied, [(name, practice.meaning[name]) for name in _STRENGTHS if practice.meaning.get(name)]
    )
    lines.items("What is no evidence", practice.not_evidence)
    lines.heading(f"Remedy ({practice.remedy.effort})")
    lines.item(practice.remedy.text)
    if practice.remedy.snippet:
        lines.gap()
        lines.verbatim(practice.remedy.snippet)
    lines.gap()
    made = practice.fragment and f"`mlops new` and `mlops upgrade` write it (fragment {practice.fragment})."
    lines.paragraph(made or f"No template makes it: {practice.manual}")
    lines.items("Tools that show it", [_some(practice.tools)] if practice.tools else [], "")
    lines.pairs("Levels that name it", list(levels_of(practice.id, catalog)))
    answered = [(s.id, s.text) for s in catalog.statements.values() if practice.id in s.practices]
    lines.pairs("Statements that it answers", answered)
    lines.items("References", practice.references)
    lines.heading("To waive it")
    lines.verbatim(waive_command(practice.id))


def waive_command(practice: str) -> str:
    """Return the command that waives a practice."""
    return f"mlops waive {practice} --reason TEXT --owner NAME \\\n    --until YYYY-MM-DD"


def _tool(lines: Lines, tool: Tool, catalog: Catalog) -> None:
    lines.title(tool.id, tool.title)
    if tool.url:
        lines.paragraph(tool.url)
    lines.items("Distributions", [", ".join(tool.distributions)] if tool.distributions else [], "")
    lines.items("Imports", [", ".join(tool.imports)] if tool.imports else [], "")
    lines.heading("What shows its use")
    for capability, signs in tool.signs.items():
        lines.item(f"{capability}: {catalog.capabilities[capability]}")
        for sign in signs[:_SHOWN]:
            lines.item(sign_words(sign), 2, "-")
        if len(signs) > _SHOWN:
            lines.item(f"and {len(signs) - _SHOWN} more", 2)
    lines.gap()
    lines.items("Practices that it can show", practices_of(tool, catalog))


def practices_of(tool: Tool, catalog: Catalog) -> list[str]:
    """Return the practices that a tool can show."""
    return [practice.id for practice in catalog.practices.values() if tool.id in practice.tools]


def sign_words(sign: Sign) -> str:
    """Write a sign: `call mlflow.log_metric`, with its conditions."""
    where = ", ".join(f"{name} {pattern_words(pattern) or 'given'}" for name, pattern in sign.where.items())
    return f"{sign.kind} {sign.match}" + (f" with {where}" if where else "")


def _model(lines: Lines, model: Model, catalog: Catalog) -> None:
    lines.title(model.id, model.title)
    lines.paragraph(f"Source: {model.source}")
    lines.pairs(
        "Levels",
        [
            (name, f"{level.title}: {_terms(level.require, catalog) or 'nothing required'}")
            for name, level in level_ids(model)
        ],
    )
    lines.paragraph("Levels are cumulative: each adds its terms to those below it.")


def _level(lines: Lines, name: str, model: Model, level: Level, catalog: Catalog) -> None:
    lines.title(name, f"{model.title}, level {level.level}: {level.title}")
    lines.paragraph("Levels are cumulative: this one adds to those below it.")
    if not level.provable:
        lines.paragraph("A repository cannot prove this level; attestations state it.")
    for heading, needs in (
        ("Required (decides the level)", level.require),
        ("Strict (decides the strict level too)", level.strict),
    ):
        lines.pairs(
            heading, [(need_words(need, catalog.practices), _titles(need, catalog)) for need in needs]
        )
    lines.pairs("Recommended", [(one, catalog.practices[one].title) for one in level.recommend])
    asked = [item for item in catalog.attestations.values() if _asks(item, model, level, name)]
    lines.pairs("Attestations", [(item.id, item.question) for item in asked])


def _asks(item: Attestation, model: Model, level: Level, name: str) -> bool:
    category = name.split(".")[1] if model.categories else ""
    return level.level in item.levels.get(model.id, ()) and item.category == category


def _titles(need: Need, catalog: Catalog) -> str:
    parts = (*need.any, *need.all)
    if parts:
        return ("Any of these. " if need.any else "All of these. ") + " ".join(
            f"{part.practice}: {catalog.practices[part.practice].title}." for part in parts if part.practice
        )
    return catalog.practices[need.practice].title


def _terms(needs: tuple[Need, ...], catalog: Catalog) -> str:
    return ", ".join(need_words(need, catalog.practices) for need in needs)


def _statement(lines: Lines, statement: Statement, catalog: Catalog) -> None:
    lines.title(statement.id, statement.text)
    lines.paragraph(
        f"{catalog.models[statement.model].title}, level {statement.level}, {statement.dimension}."
    )
    if statement.practices and statement.kind in {"check", "attest", "anti"}:
        heading = {
            "check": "Proved by",
            "attest": "Stated by people; practices beside it only support it",
            "anti": "A weakness of this level: present until all of these are met",
        }[statement.kind]
        lines.pairs(heading, [(name, _title(name, catalog)) for name in statement.practices])
    else:
        lines.paragraph(f"Answered by: {answer_words(statement)}.")
    if statement.note:
        lines.paragraph(f"Note: {statement.note}")


def _title(name: str, catalog: Catalog) -> str:
    if name in catalog.practices:
        return catalog.practices[name].title
    return catalog.attestations[name].question


def _attestation(lines: Lines, item: Attestation, catalog: Catalog) -> None:
    lines.title(item.id, item.question)
    lines.paragraph("Only people can state this. It counts in the attested level, never in the proved one.")
    levels = [f"{model} {', '.join(map(str, numbers))}" for model, numbers in item.levels.items()]
    lines.items("Levels", [text + (f" ({item.category})" if item.category else "") for text in levels])
    if item.superseded_at:
        lines.paragraph(f"From level {item.superseded_at} on, {item.superseded_by} takes its place.")
    answered = [(s.id, s.text) for s in catalog.statements.values() if item.id in s.practices]
    lines.pairs("Statements that it answers", answered)
    lines.heading("To state it")
    lines.verbatim(f"mlops attest {item.id} --by NAME --evidence TEXT")


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
