"""INI files (tox.ini, setup.cfg) with line numbers and no interpolation."""

from __future__ import annotations

import re

from mlops.domain.record import dataclass
from mlops.domain.regex import regex

_SECTION = regex(r"\[(?P<name>[^\]]*)\]")
_KEY = regex(r"(?P<key>[^\s=:#;][^=:]*?)\s*[=:]\s*(?P<value>.*)")

Section = dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class Value:
    """A value's lines, each with its number; the first is what stands beside the key."""

    line: int
    lines: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """Return the lines that say something, joined."""
        return "\n".join(text for _, text in self.lines if text)


def read_ini(text: str) -> tuple[dict[str, Section], dict[str, int]]:
    """Return the sections, and the line of each section's name; later keys win."""
    sections: dict[str, Section] = {}
    places: dict[str, int] = {}
    section: Section | None = None
    key = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith(("#", ";")):
            continue
        if line[:1] in {" ", "\t"} and section is not None and key:
            old = section[key]
            section[key] = Value(old.line, (*old.lines, (number, _uncommented(bare))))
            continue
        if not bare:
            continue
        head, pair = _SECTION.match(bare), _KEY.match(bare)
        if head:
            name = head["name"].strip()
            section, key = sections.setdefault(name, {}), ""
            places.setdefault(name, number)
        elif pair and section is not None:
            key = pair["key"].strip()
            section[key] = Value(number, ((number, _uncommented(pair["value"].strip())),))
    return sections, places


def _uncommented(text: str) -> str:
    return re.sub(r"(?:^|\s)#.*$", "", text).rstrip()
