"""Lines of a text report made of headings, paragraphs, lists and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlops.report.paint import Paint, clean

#: Columns that a text needs to be readable.
_NARROWEST = 36
#: Longer names stand on lines of their own.
_WIDEST = 28


class Lines:
    """Collects the lines of a text, no wider than the paint allows."""

    def __init__(self, paint: Paint) -> None:
        """Start empty."""
        self.paint = paint
        self._lines: list[str] = []

    def title(self, name: str, text: str) -> None:
        """Add the first line: what it is, and its title."""
        self._lines += [self.paint(clean(name), "bold"), *self.paint.wrap(text), ""]

    def paragraph(self, text: str) -> None:
        """Add a paragraph and the empty line behind it."""
        self._lines += [*self.paint.wrap(text), ""]

    def heading(self, text: str) -> None:
        """Add a heading."""
        self._lines.append(self.paint(text, "bold"))

    def item(self, text: str, depth: int = 1, mark: str = "", style: str = "") -> None:
        """Add an item of a list; `mark` stands before it, in a style."""
        indent = "  " * depth
        first, *rest = self.paint.wrap(text, len(indent) + 2, f"{indent}{mark} " if mark else indent)
        if style:
            first = indent + self.paint(mark, style) + first[len(indent) + len(mark) :]
        self._lines += [first, *rest]

    def items(self, heading: str, texts: Iterable[str], mark: str = "-") -> None:
        """Add a heading with a list, or nothing for an empty list."""
        found = list(texts)
        if found:
            self.heading(heading)
            for text in found:
                self.item(text, mark=mark)
            self.gap()

    def pairs(self, heading: str, pairs: Sequence[tuple[str, str]]) -> None:
        """Add a heading with a list of names and what is said of each."""
        if pairs:
            self.heading(heading)
            width = max(len(name) for name, _ in pairs)
            for name, text in pairs:
                if width > _WIDEST:
                    self._lines += [*self.paint.wrap(name, 4, "  "), *self.paint.wrap(text, 6, "      ")]
                else:
                    self._lines += self.paint.wrap(text, width + 4, f"  {clean(name):{width}}  ")
            self.gap()

    def verbatim(self, text: str) -> None:
        """Add lines as they are, indented (of our own rules only: nothing is made harmless)."""
        self._lines += [f"    {line}".rstrip() for line in text.rstrip("\n").split("\n")]

    def gap(self) -> None:
        """Add an empty line."""
        self._lines.append("")

    def __str__(self) -> str:
        """Return the text."""
        return "\n".join(self._lines).rstrip("\n") + "\n"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], paint: Paint) -> str:
    """Return a table no wider than the screen; the last column takes what is left, and wraps."""
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [
        max(len(head), *(len(row[column]) for row in cells), 0) if cells else len(head)
        for column, head in enumerate(heads[:-1])
    ]
    left = sum(widths) + 2 * len(widths)
    lines = [paint("  ".join((*map(str.ljust, heads[:-1], widths), heads[-1])), "bold")]
    for row in cells:
        first = "".join(f"{cell:{width}}  " for cell, width in zip(row, widths, strict=False))
        # A name that leaves no room for the text stands on a line of its own.
        if paint.width - left < _NARROWEST:
            lines += [first.rstrip(), *paint.wrap(row[-1], 4, "    ")]
        else:
            lines += [line.rstrip() for line in paint.wrap(row[-1], left, first)]
    return "\n".join(lines) + "\n"
