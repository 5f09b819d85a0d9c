"""The chart: a row for each dimension, a square for each practice, those that the goal asks for on the left."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.domain.assessment import Assessment
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog
from mlops.report.goal import goal_level
from mlops.report.html.road import wanted
from mlops.report.html.view import DIMENSIONS

_SIZE, _GAP, _ROW, _TOP = 26, 6, 38, 36
_LABEL, _PAUSE, _COUNT = 124, 30, 190
#: Squares that there is room for at least, so that the headings fit.
_LEAST = 6


@dataclass(frozen=True, slots=True)
class Square:
    """A practice."""

    practice: str
    state: str
    x: int


@dataclass(frozen=True, slots=True)
class Line:
    """A dimension."""

    name: str
    y: int
    asked: Sequence[Square]
    others: Sequence[Square]
    asked_met: int
    met: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart with its geometry."""

    goal: str
    lines: Sequence[Line]
    width: int
    height: int
    size: int
    label: int
    split: int
    counts: int
    alternative: str


def chart(assessment: Assessment, catalog: Catalog) -> Chart:
    """Return the chart of the chosen model's target, else of its next level, else of the level reached."""
    asked, lacking = wanted(assessment, catalog)
    states = {
        name: "partial" if name in lacking and verdict.status == "met" else verdict.status
        for name, verdict in assessment.verdicts.items()
    }
    split_names = []
    for dimension in DIMENSIONS:
        names = [name for name in states if catalog.practices[name].dimension == dimension]
        names.sort(key=lambda name: (list(_ORDER).index(states[name]), name))
        split_names.append(
            (dimension, [x for x in names if x in asked], [x for x in names if x not in asked])
        )
    left = max(max((len(first) for _, first, _ in split_names), default=0), _LEAST)
    right = max(max((len(rest) for _, _, rest in split_names), default=0), _LEAST)
    split = _LABEL + left * (_SIZE + _GAP) + _PAUSE
    counts = split + right * (_SIZE + _GAP) + _PAUSE
    lines = [
        Line(
            dimension,
            _TOP + number * _ROW,
            [Square(name, states[name], _LABEL + at * (_SIZE + _GAP)) for at, name in enumerate(first)],
            [Square(name, states[name], split + at * (_SIZE + _GAP)) for at, name in enumerate(rest)],
            sum(states[name] == "met" for name in first),
            sum(states[name] == "met" for name in (*first, *rest)),
        )
        for number, (dimension, first, rest) in enumerate(split_names)
    ]
    return Chart(_goal(assessment, catalog), lines, counts + _COUNT, _TOP + len(lines) * _ROW, _SIZE, _LABEL, split, counts,
                 _words(lines))  # fmt: skip


#: Order of the squares of a row.
_ORDER = ("met", "waived", "partial", "unknown", "missing")


def _goal(assessment: Assessment, catalog: Catalog) -> str:
    item = assessment.models[assessment.model]
    level = goal_level(assessment, item)
    if level is None:
        level = item.formula_level if assessment.target is None else assessment.target
    return f"{catalog.models[item.model].name} {level}{' strict' if assessment.strict else ''}"


def _words(lines: Sequence[Line]) -> str:
    """Return the chart in words, for those who cannot see it."""
    return "; ".join(
        f"{line.name}: {line.asked_met} of {len(line.asked)} asked for, "
        f"{line.met} of {len(line.asked) + len(line.others)} in all"
        for line in lines
    )
