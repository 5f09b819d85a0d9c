"""The text that the same run printed before: what a hook sees on an unchanged repository costs next to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops.cli.common import paint_for_stdout
from mlops.cli.emit import emit

if TYPE_CHECKING:
    from mlops.app.cache import Cache


class Shortcut:
    """A run that prints one text; other formats are written anew from the kept result."""

    def __init__(
        self, cache: Cache | None, key: str, formats: Sequence[str], outputs: Sequence[Path], *how: object
    ) -> None:
        """Take what the text depends on beside the key: the terminal, and `how` the run is to end."""
        plain = not outputs and tuple(formats) in {(), ("text",)}
        self._cache = cache if plain and key else None
        self._key = key
        self.paint = paint_for_stdout()
        self._shown = (self.paint, *how)

    def take(self) -> int | None:
        """Print the text of the run before and return its exit code; None where there was none."""
        found = None if self._cache is None else self._cache.results.said(self._key, self._shown)
        if found is None:
            return None
        emit(found[0], None)
        return found[1]

    @property
    def wanted(self) -> bool:
        """Tell whether the next run may take the text of this one."""
        return self._cache is not None

    def keep(self, text: str, code: int) -> None:
        """Keep what was printed."""
        if self._cache is not None:
            self._cache.results.say(self._key, self._shown, text, code)
