"""Facts of files kept between runs, by the id of their content, by who reads them, and by what our readers are."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

from mlops.app import codec
from mlops.app.cache import our_stamp
from mlops.domain.facts import FileFacts

#: Seconds to wait for another run that writes.
_WAIT = 2.0
#: A database over so many bytes loses the half that was not used longest.
_MAX_BYTES = 300_000_000
_DAY = 86_400
_TABLE = "CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, data BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID"


class FactsCache:
    """A database of facts; one that cannot be used is empty."""

    def __init__(self, folder: Path) -> None:
        """Take the cache folder; the database is opened with the first question."""
        self._place = folder / "facts.sqlite3"
        self._stamp = our_stamp("facts", "domain", "app")
        self._database: sqlite3.Connection | None = None
        self._new: dict[str, bytes] = {}
        self._used: list[str] = []
        self._today = int(time.time()) // _DAY

    def get(self, blob: str, reader: str) -> FileFacts | None:
        """Return what was read before, or None."""
        key = self._key(blob, reader)
        with contextlib.suppress(sqlite3.Error, OSError, ValueError):
            row = self._open().execute("SELECT data, used FROM facts WHERE key = ?", (key,)).fetchone()
            if row is not None:
                facts = codec.loads(FileFacts, row[0])
                if row[1] != self._today:
                    self._used.append(key)
                return facts
        return None

    def put(self, blob: str, reader: str, facts: FileFacts) -> None:
        """Keep what was read."""
        self._new[self._key(blob, reader)] = codec.dumps(facts)

    def close(self) -> None:
        """Write what is new."""
        with contextlib.suppress(sqlite3.Error, OSError):
            if self._new or self._used:
                self._save(self._open())
        if self._database is not None:
            self._database.close()
            self._database = None

    def _save(self, database: sqlite3.Connection) -> None:
        with database:
            rows = [(key, data, self._today) for key, data in self._new.items()]
            database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)
            days = [(self._today, key) for key in self._used]
            database.executemany("UPDATE facts SET used = ? WHERE key = ?", days)
        if self._place.stat().st_size > _MAX_BYTES:
            with database:
                half = "SELECT key FROM facts ORDER BY used LIMIT (SELECT count(*) / 2 FROM facts)"
                database.execute(f"DELETE FROM facts WHERE key IN ({half})")  # noqa: S608  no text of others
            database.execute("VACUUM")

    def _key(self, blob: str, reader: str) -> str:
        return f"{self._stamp[:16]}:{blob}:{reader}".encode("utf-8", "surrogateescape").hex()

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._database = _connected(self._place)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise  # locked or not writable: it may well be whole
                self._place.unlink()  # it is no database any more
                self._database = _connected(self._place)
        return self._database


def _connected(place: Path) -> sqlite3.Connection:
    database = sqlite3.connect(place, timeout=_WAIT)
    try:
        database.execute(_TABLE)
    except sqlite3.Error:
        database.close()
        raise
    return database
