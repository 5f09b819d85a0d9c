"""Facts shared by the trees of one run: each distinct blob is read once."""

from __future__ import annotations

from mlops.app.reading import Known
from mlops.domain.facts import FileFacts


class Shared:
    """Facts in memory, before those that are kept between runs."""

    def __init__(self, kept: Known | None = None) -> None:
        """Take the facts that are kept, if any are."""
        self._kept = kept
        self._facts: dict[tuple[str, str], FileFacts] = {}

    def get(self, blob: str, reader: str) -> FileFacts | None:
        """Return what was read before, or None."""
        found = self._facts.get((blob, reader))
        if found is None and self._kept is not None:
            found = self._kept.get(blob, reader)
            if found is not None:
                self._facts[blob, reader] = found
        return found

    def put(self, blob: str, reader: str, facts: FileFacts) -> None:
        """Keep what was read."""
        self._facts[blob, reader] = facts
        if self._kept is not None:
            self._kept.put(blob, reader, facts)
