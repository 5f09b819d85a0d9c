"""The badge: an SVG without fonts or requests, after the flat style that README files use."""

from __future__ import annotations

from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog
from mlops.report.escape import xml
from mlops.report.formats import Options

#: Share of the way to the highest level -> colour with enough contrast for white text, and its name at shields.io.
_COLOURS = ((1.0, "#2f7d32", "brightgreen"), (0.5, "#4c6b12", "yellowgreen"), (0.01, "#8a5a00", "yellow"))
_NONE = ("#9f3a2f", "orange")
_GREY = ("#595959", "lightgrey")
_NARROW, _WIDE = frozenset("iIljtf.,:;|!'()[] 1"), frozenset("mwMWGOQ@%")


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says."""

    label: str
    value: str
    colour: str
    colour_name: str


def lint(assessment: Assessment, catalog: Catalog, options: Options) -> str:
    """Return the level of the chosen model as an SVG badge."""
    del options
    return _svg(badge(assessment, catalog))


def gate(comparison: Comparison, catalog: Catalog, options: Options) -> str:
    """Return the level of the head as an SVG badge."""
    return lint(comparison.head, catalog, options)


def badge(assessment: Assessment, catalog: Catalog) -> Badge:
    """Return what the badge of a lint says; waivers never raise it, so they are told beside the level."""
    item = assessment.models[assessment.model]
    level = item.strict_level if assessment.strict else item.level
    waived = item.waived_strict_level if assessment.strict else item.waived_level
    label = f"MLOps {catalog.models[item.model].name}{' strict' if assessment.strict else ''}"
    if level is None:
        return Badge(label, "no ML found", *_GREY)
    value = f"level {level} of {item.max_level}"
    if waived is not None and waived > level:
        value += f" ({waived} waived, {_days(assessment)} days left)"
    share = level / item.max_level
    colour = next(((code, name) for least, code, name in _COLOURS if share >= least), _NONE)
    return Badge(label, value, *colour)


def _days(assessment: Assessment) -> int:
    """Return the days until the first waiver ends."""
    return min((v.waiver.days_left for v in assessment.verdicts.values() if v.waiver is not None), default=0)


def _svg(item: Badge) -> str:
    left, right = _width(item.label), _width(item.value)
    name = xml(f"{item.label}: {item.value}")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{name}">
  <title>{name}</title>
  <clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#444"/>
    <rect x="{left}" width="{right}" height="20" fill="{item.colour}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
    <text x="{left / 2:g}" y="14" textLength="{left - 10}">{xml(item.label)}</text>
    <text x="{left + right / 2:g}" y="14" textLength="{right - 10}">{xml(item.value)}</text>
  </g>
</svg>
"""


def _width(text: str) -> int:
    """Return about how wide a text is at 11 pixels of Verdana, with a margin of 5 on both sides."""
    return round(sum(4.2 if x in _NARROW else 9.4 if x in _WIDE else 6.9 for x in text)) + 10
