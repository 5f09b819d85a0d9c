"""`mlops explain PRACTICE --in PATH`: why the practice has, or lacks, its strength here."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.domain.assessment import Link
from mlops.domain.facts import Location
from mlops.domain.fakes import FAKES
from mlops.domain.logic import Tri
from mlops.domain.rules import Clause, Practice
from mlops.domain.trace import ClauseTrace, Miss, Piece, Trace
from mlops.report.lines import Lines
from mlops.report.paint import Paint
from mlops.report.words import clause_words

#: So many entries, and pieces of one clause, are printed; JSON has them all.
_ENTRIES = 12
_PIECES = 8
_VALUES = {Tri.YES: "met", Tri.UNKNOWN: "possibly", Tri.NO: "no"}


def render(trace: Trace, practice: Practice, paint: Paint) -> str:
    """Return the text on one practice in one repository."""
    lines = Lines(paint)
    _verdict(lines, trace, practice)
    _miss(lines, trace.miss)
    lines.heading("Clause by clause")
    for strength, traced in trace.strengths:
        meaning = practice.meaning.get(str(strength), "")
        lines.item(f"{strength} {_VALUES[traced.value]}: {meaning}", 1, *_mark(paint, traced.value))
        _clause(lines, traced, 2)
    lines.gap()
    _entries(lines, trace)
    lines.items("Fakes named here", [f"{code}: {FAKES[code]}" for code in _fakes(trace)])
    if trace.verdict.status != "met":
        lines.heading(f"Remedy ({practice.remedy.effort})")
        lines.item(practice.remedy.text)
        if practice.remedy.snippet:
            lines.gap()
            lines.verbatim(practice.remedy.snippet)
    return str(lines)


def _verdict(lines: Lines, trace: Trace, practice: Practice) -> None:
    verdict = trace.verdict
    where = f" in the component {trace.component}" if trace.component else ""
    lines.title(f"{practice.id}: {verdict.status}{where}", practice.title)
    possible = f", possibly {verdict.possible}" if verdict.possible > verdict.strength else ""
    lines.paragraph(f"The strength is {verdict.strength}{possible}; it is met at {practice.satisfied_at}.")
    if verdict.waiver is not None:
        waiver = verdict.waiver
        lines.paragraph(f"Waived by {waiver.owner} until {waiver.until}: {waiver.reason}")
    if verdict.evidence:
        lines.heading("Evidence")
        for item in verdict.evidence:
            lines.item(f"{Location(item.path, item.line)} {item.message}", 1, *_mark(lines.paint, Tri.YES))
            _chain(lines, item.chain, 2)
        lines.gap()


def _miss(lines: Lines, miss: Miss | None) -> None:
    if miss is None:
        return
    lines.heading("Nearest miss")
    if miss.piece is None:
        lines.item(f"For {miss.strength} nothing was found. It takes {clause_words(miss.clause)}.")
    elif miss.piece.outcome is Tri.YES:
        lines.item(f"For {miss.strength} more of this is needed: {clause_words(miss.clause)}.")
    else:
        lines.item(f"For {miss.strength}, {_named(miss.piece)} comes nearest.")
        what = "What cannot be told" if miss.piece.outcome is Tri.UNKNOWN else "What it lacks"
        lines.item(f"{what}: {lacks(miss)}")
        _chain(lines, miss.piece.chain, 2)
    lines.gap()
    lines.items("What holds beside it", map(clause_words, miss.holding))
    lines.items("What lacks as well", [clause_words(clause) for clause in miss.lacking])


def lacks(miss: Miss) -> str:
    """Say in one line which edge or clause the nearest piece lacks."""
    piece = miss.piece
    if piece is None:
        return clause_words(miss.clause)
    return _reason(piece) or "it is not enough by itself"


def _reason(piece: Piece) -> str:
    """Say why a piece does not count, with the place where that is elsewhere."""
    place = str(Location(piece.reason_path, piece.reason_line)) if piece.reason_path else ""
    away = f" ({place})" if place and place != str(Location(piece.path, piece.line)) else ""
    return piece.reason + away + (f" [{piece.fake}]" if piece.fake else "")


def _clause(lines: Lines, traced: ClauseTrace, depth: int) -> None:
    paint = lines.paint
    lines.item(f"{_VALUES[traced.value]}: {clause_words(traced.clause)}", depth, *_mark(paint, traced.value))
    for part in traced.parts:
        _clause(lines, part, depth + 1)
    for piece in traced.pieces[:_PIECES]:
        lines.item(_judged(piece), depth + 1, *_mark(paint, piece.outcome))
    if len(traced.pieces) > _PIECES:
        lines.item(f"and {len(traced.pieces) - _PIECES} more (--format json has all)", depth + 1)
    if traced.clause.operator == "fact" and not traced.pieces:
        lines.item("nothing found", depth + 1)


def _judged(piece: Piece) -> str:
    if piece.outcome is Tri.YES:
        return _named(piece)
    return f"{_named(piece)}: {_reason(piece)}"


def _named(piece: Piece) -> str:
    value = piece.value if len(piece.value) <= 100 else piece.value[:97] + "..."
    place = str(Location(piece.path, piece.line))
    return place if value == piece.path else f"{place} {value}"


def _chain(lines: Lines, chain: tuple[Link, ...], depth: int) -> None:
    for position, link in enumerate(chain):
        mark = lines.paint.arrow if position else " " * len(lines.paint.arrow)
        lines.item(f"{Location(link.path, link.line)} {link.label}", depth, mark)


def _entries(lines: Lines, trace: Trace) -> None:
    if not any(_starts(traced.clause) for _, traced in trace.strengths):
        return
    shown = trace.entries[:_ENTRIES]
    if not shown:
        lines.paragraph("Entries tried: the repository has none of those that the practice asks for.")
        return
    lines.heading("Entries tried")
    for kind, link in shown:
        lines.item(f"{Location(link.path, link.line)} {link.label} ({kind.replace('_', ' ')})", mark="-")
    if len(trace.entries) > len(shown):
        lines.item(f"and {len(trace.entries) - len(shown)} more (--format json has all)")
    lines.gap()


def _starts(clause: Clause) -> bool:
    """Tell whether a clause asks from where something is started."""
    return bool(clause.entries) or any(map(_starts, clause.clauses))


def _mark(paint: Paint, value: Tri) -> tuple[str, str]:
    if value is Tri.YES:
        return paint.met, "green"
    return ("?", "yellow") if value is Tri.UNKNOWN else (paint.missing, "red")


def _fakes(trace: Trace) -> list[str]:
    found = {piece.fake for _, traced in trace.strengths for piece in _pieces(traced) if piece.fake in FAKES}
    return sorted(found, key=lambda code: int(code[1:]))


def _pieces(traced: ClauseTrace) -> Iterator[Piece]:
    yield from traced.pieces[:_PIECES]
    for part in traced.parts:
        yield from _pieces(part)
