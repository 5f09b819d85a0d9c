"""How text looks: colours, symbols and wrapping, decided once by who prints."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), 127, *range(128, 160))}
#: Marks that change the direction of text: a hostile file name must not reorder a report.
_BIDI = {code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_TABLE = {**_CONTROL, **_BIDI}


@dataclass(frozen=True, slots=True)
class Paint:
    """`colour` writes ANSI codes; `unicode` allows arrows and marks; `width` is the columns of the screen."""

    colour: bool = False
    unicode: bool = True
    width: int = 80

    def __call__(self, text: str, *styles: str) -> str:
        """Return a text in these styles."""
        if not self.colour or not styles or not text:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"

    @property
    def arrow(self) -> str:
        """Return the arrow of a chain."""
        return "→" if self.unicode else "->"

    @property
    def met(self) -> str:
        """Return the mark of what is there."""
        return "✓" if self.unicode else "+"

    @property
    def missing(self) -> str:
        """Return the mark of what lacks."""
        return "✗" if self.unicode else "x"

    @property
    def dash(self) -> str:
        """Return a dash between words."""
        return "·" if self.unicode else "-"

    def wrap(self, text: str, indent: int = 0, first: str = "") -> list[str]:
        """Return a text in lines no wider than the screen; `first` stands before the first line, within the indent."""
        head = first.ljust(indent) if len(first) < indent else first
        return textwrap.wrap(
            clean(text),
            width=max(self.width, 40),
            initial_indent=head,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [head.rstrip()]


def clean(text: str) -> str:
    """Return a text on one line, with control and direction characters made visible."""
    return text.replace("\r", " ").replace("\n", " ").replace("\t", " ").translate(_TABLE)
