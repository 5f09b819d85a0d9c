"""`mlops explain` as data: what the text says, with nothing left out."""

from __future__ import annotations

from typing import Any

from mlops.domain.assessment import Link
from mlops.domain.fakes import FAKES
from mlops.domain.logic import Tri
from mlops.domain.rules import Attestation, Catalog, Level, Model, Practice, Statement, Tool
from mlops.domain.trace import ClauseTrace, Piece, Trace
from mlops.report.escape import json_text
from mlops.report.explain import level_of, practices_of, sign_words
from mlops.report.why import lacks
from mlops.report.words import clause_words, level_ids, levels_of, need_words

SCHEMA_VERSION = 1
_VALUES = {Tri.YES: "met", Tri.UNKNOWN: "possibly", Tri.NO: "no"}


def render(kind: str, name: str, catalog: Catalog) -> str:
    """Return JSON on a rule; `kind` as in `explain.render`."""
    return json_text(
        {"schema_version": SCHEMA_VERSION, "kind": kind, "id": name, **_data(kind, name, catalog)}
    )


def _data(kind: str, name: str, catalog: Catalog) -> dict[str, Any]:
    if kind == "practice":
        return _practice(catalog.practices[name], catalog)
    if kind == "tool":
        return _tool(catalog.tools[name], catalog)
    if kind == "model":
        return _model(catalog.models[name])
    if kind == "level":
        return _level(*level_of(name, catalog), catalog)
    if kind == "statement":
        return statement(catalog.statements[name])
    if kind == "attestation":
        return attestation(catalog.attestations[name])
    return {"text": FAKES[name]}


def render_why(trace: Trace, practice: Practice) -> str:
    """Return JSON on one practice in one repository."""
    miss = trace.miss
    return json_text(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": "why",
            "id": practice.id,
            "component": trace.component or None,
            "strength": str(trace.verdict.strength),
            "possible": str(trace.verdict.possible),
            "satisfied_at": str(practice.satisfied_at),
            "status": trace.verdict.status,
            "clauses": {str(strength): _clause(traced) for strength, traced in trace.strengths},
            "entries": [{"kind": kind, **_link(link)} for kind, link in trace.entries],
            "nearest": None
            if miss is None
            else {
                "strength": str(miss.strength),
                "clause": clause_words(miss.clause),
                "found": None if miss.piece is None else _piece(miss.piece),
                "lacks": lacks(miss),
                "holding": [clause_words(clause) for clause in miss.holding],
                "lacking": [clause_words(clause) for clause in miss.lacking],
            },
            "remedy": {"text": practice.remedy.text, "snippet": practice.remedy.snippet},
        }
    )


def _clause(traced: ClauseTrace) -> dict[str, Any]:
    common = {"looks_for": clause_words(traced.clause), "value": _VALUES[traced.value]}
    if traced.clause.operator != "fact":
        return {**common, "parts": [_clause(part) for part in traced.parts]}
    return {**common, "found": [_piece(piece) for piece in traced.pieces]}


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "path": piece.path,
        "line": piece.line,
        "kind": piece.kind,
        "value": piece.value,
        "outcome": _VALUES[piece.outcome],
        "reason": piece.reason,
        "at": {"path": piece.reason_path, "line": piece.reason_line} if piece.reason_path else None,
        "fake": piece.fake,
        "chain": [_link(link) for link in piece.chain],
    }


def _link(link: Link) -> dict[str, Any]:
    return {"path": link.path, "line": link.line, "label": link.label}


def _practice(practice: Practice, catalog: Catalog) -> dict[str, Any]:
    return {
        "title": practice.title,
        "dimension": practice.dimension,
        "definition": practice.definition,
        "why": practice.why,
        "satisfied_at": str(practice.satisfied_at),
        "meaning": dict(practice.meaning),
        "not_evidence": list(practice.not_evidence),
        "remedy": {
            "effort": practice.remedy.effort,
            "text": practice.remedy.text,
            "snippet": practice.remedy.snippet,
        },
        "fragment": practice.fragment or None,
        "manual": practice.manual or None,
        "tools": list(practice.tools),
        "levels": [{"level": level, "how": how} for level, how in levels_of(practice.id, catalog)],
        "statements": [item.id for item in catalog.statements.values() if practice.id in item.practices],
        "references": list(practice.references),
        "since": practice.since,
    }


def _tool(tool: Tool, catalog: Catalog) -> dict[str, Any]:
    return {
        "title": tool.title,
        "url": tool.url,
        "distributions": list(tool.distributions),
        "imports": list(tool.imports),
        "signs": {name: [sign_words(sign) for sign in signs] for name, signs in tool.signs.items()},
        "practices": practices_of(tool, catalog),
    }


def _model(model: Model) -> dict[str, Any]:
    return {"title": model.title, "source": model.source, "levels": [name for name, _ in level_ids(model)]}


def _level(model: Model, level: Level, catalog: Catalog) -> dict[str, Any]:
    return {
        "model": model.id,
        "level": level.level,
        "title": level.title,
        "require": [need_words(need, catalog.practices) for need in level.require],
        "strict": [need_words(need, catalog.practices) for need in level.strict],
        "recommend": list(level.recommend),
        "provable": level.provable,
    }


def statement(item: Statement) -> dict[str, Any]:
    """Return a statement as data."""
    return {
        "model": item.model,
        "level": item.level,
        "dimension": item.dimension,
        "text": item.text,
        "kind": item.kind,
        "answered_by": list(item.practices),
        "source": item.source,
        "note": item.note,
    }


def attestation(item: Attestation) -> dict[str, Any]:
    """Return an attestation as data."""
    return {
        "question": item.question,
        "levels": {model: list(numbers) for model, numbers in item.levels.items()},
        "category": item.category,
        "superseded_at": item.superseded_at or None,
        "superseded_by": item.superseded_by or None,
    }
