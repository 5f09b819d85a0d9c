"""A progress bar on standard error for runs that take over a second."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

_PATIENCE = 1.0


class Progress:
    """Callable with (path, position, total); silent until a second has passed, and where nobody looks."""

    def __init__(self) -> None:
        """Start the clock."""
        self._start = time.monotonic()
        self._shown = False
        self._visible = sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self) -> Self:
        """Enter."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the bar."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, path: str, position: int, total: int) -> None:
        """Draw the bar when it is time to."""
        if not self._visible or time.monotonic() - self._start < _PATIENCE or position % 20:
            return
        self._shown = True
        filled = 20 * position // max(total, 1)
        name = path.encode("ascii", "replace").decode()[-40:]
        sys.stderr.write(f"\r\x1b[K[{'#' * filled}{'.' * (20 - filled)}] {position}/{total} {name}")
        sys.stderr.flush()
