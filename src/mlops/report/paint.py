"""How text looks: colours, symbols and wrapping, decided once by who prints."""

from __future__ import annotations

import re

from mlops.domain.record import dataclass
from mlops.domain.regex import regex

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
#: Control characters, marks that change the direction of text or are not seen, and halves of surrogate pairs (how
#: Python holds bytes of a file name that are no UTF-8): a hostile file name must neither reorder nor break a report.
_HIDDEN = regex(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
#: What Azure's agent (anywhere in a line) and GitHub's runner (old form) take for commands of the job.
_AGENT = regex(r"##(?=vso\[|\[)", re.IGNORECASE)


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
        import textwrap  # noqa: PLC0415  start-up counts: a text from the cache is wrapped already

        head = first.ljust(indent) if len(first) < indent else first
        lines = textwrap.wrap(
            clean(text),
            width=max(self.width, 40),
            initial_indent=head,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [_harmless(line) for line in lines] or [head.rstrip()]


def _harmless(line: str) -> str:
    """Break what GitHub's runner takes for a command: a line that starts with two colons."""
    bare = line.lstrip()
    return line[: len(line) - len(bare)] + "\\" + bare if bare.startswith("::") else line


def clean(text: str) -> str:
    """Return a text on one line, with hidden and direction characters made visible and job commands broken."""
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    flat = text.replace("\r\n", " ").replace("\r", " ").replace("\n", " ").replace("\t", " ")
    return _AGENT.sub("# #", _HIDDEN.sub(_visible, flat))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
