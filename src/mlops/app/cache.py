"""What is kept between runs, in the user's own folder: ids of files by their stamp, and whole results by tree.

Nothing lies in a judged tree, where a change could forge it, and nothing here decides anything: what cannot be read,
written or decoded is as if it were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import mlops
from mlops import resources
from mlops.tree import Tree
from mlops.tree.folder import Stamp

if TYPE_CHECKING:
    from mlops.app.facts_cache import FactsCache

T = TypeVar("T")

#: So many results are kept; the oldest give way.
_RESULTS = 200
#: A file that changed less than so many nanoseconds ago may change again without a new stamp.
_RACY = 2_000_000_000


class Cache:
    """All that is kept, opened part by part."""

    def __init__(self, folder: Path) -> None:
        """Take the cache folder."""
        self._folder = folder
        self._open: list[Stamps | FactsCache] = []
        self.results = Results(folder)

    def stamps(self, root: str) -> Stamps:
        """Return the ids of the files of a folder."""
        found = Stamps(self._folder, root)
        self._open.append(found)
        return found

    def facts(self) -> FactsCache:
        """Return the facts of files by the id of their content."""
        from mlops.app.facts_cache import FactsCache  # noqa: PLC0415  a hit needs no database

        found = FactsCache(self._folder)
        self._open.append(found)
        return found

    def close(self) -> None:
        """Write what is new."""
        for part in self._open:
            part.close()


@contextlib.contextmanager
def opened(*, wanted: bool) -> Iterator[Cache | None]:
    """Give the user's cache, or None where it is not wanted or there is no place for one."""
    folder = resources.cache_folder() if wanted else None
    cache = None if folder is None else Cache(folder)
    try:
        yield cache
    finally:
        if cache is not None:
            cache.close()


class Stamps:
    """Ids of the files of one folder, as they were when the files were last read."""

    def __init__(self, folder: Path, root: str) -> None:
        """Load what is known of a folder."""
        self._place = folder / "stamps" / f"{_sha(os.path.realpath(root))}.json"
        self._changed = False
        self._known: dict[str, list[int | str]] = {}
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(self._place.read_bytes())
            self._known = known if isinstance(known, dict) else {}

    def get(self, path: str, stamp: Stamp) -> str | None:
        """Return the id, "" for a file without one, None where the stamp is not known."""
        known = self._known.get(path)
        if isinstance(known, list) and known[:-1] == list(stamp) and isinstance(known[-1], str):
            return known[-1]
        return None

    def put(self, path: str, stamp: Stamp, blob: str) -> None:
        """Keep an id, unless the file is so new that it may change without a new stamp."""
        if max(stamp[:2]) < time.time_ns() - _RACY:
            self._known[path] = [*stamp, blob]
            self._changed = True

    def close(self) -> None:
        """Write what is new."""
        if self._changed:
            write(self._place, json.dumps(self._known, separators=(",", ":")).encode())


class Results:
    """Whole results by the digest of all that they depend on."""

    def __init__(self, folder: Path) -> None:
        """Take the cache folder."""
        self._folder = folder / "results"

    def key(self, *parts: object) -> str:
        """Return the key of a result: what it is made from, and the code and the rules that make it."""
        return _sha(json.dumps([our_stamp(), resources_stamp(), *map(str, parts)]))

    def load(self, kind: type[T], key: str) -> T | None:
        """Return a result, or None."""
        try:
            content = (self._folder / f"{key}.json").read_bytes()
        except OSError:
            return None
        from mlops.app import codec  # noqa: PLC0415  start-up counts

        try:
            return codec.loads(kind, content)
        except ValueError:
            return None

    def said(self, key: str, shown: object) -> tuple[str, int] | None:
        """Return the text that was printed for a result in one way of showing it, and the exit code."""
        try:
            text, code = json.loads((self._folder / f"{_sha(f'{key} {shown}')}.json").read_bytes())
        except (OSError, ValueError, TypeError):
            return None
        return (text, code) if isinstance(text, str) and code in {0, 1} else None

    def say(self, key: str, shown: object, text: str, code: int) -> None:
        """Keep a text that is printed."""
        self._keep(_sha(f"{key} {shown}"), json.dumps([text, code]).encode())

    def save(self, key: str, value: object) -> None:
        """Keep a result; the oldest give way."""
        from mlops.app import codec  # noqa: PLC0415

        self._keep(key, codec.dumps(value))

    def _keep(self, key: str, content: bytes) -> None:
        write(self._folder / f"{key}.json", content)
        with contextlib.suppress(OSError):
            entries = sorted(os.scandir(self._folder), key=lambda entry: entry.stat().st_mtime_ns)
            for entry in entries[:-_RESULTS]:
                Path(entry.path).unlink()


def state(tree: Tree) -> str:
    """Return the digest of all that a judgement sees of a tree: paths, contents, and what cannot be read."""
    digest = hashlib.sha256()
    for path in tree.paths():
        # A file without an id is too large, a pointer or not there; its size tells these apart.
        blob = tree.blob(path) or f"? {tree.size(path)}"
        digest.update(f"{path}\0{blob}\n".encode("utf-8", "surrogateescape"))
    for item in tree.problems:
        digest.update(f"{item.path}\0{item.message}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def our_stamp(*parts: str) -> str:
    """Return a digest of this program (or of some of its folders): a change of the code makes all that is kept stale."""
    root = Path(mlops.__file__).parent
    return _stamp(mlops.__version__, [root / part for part in parts or ("",)], ".py")


def resources_stamp() -> str:
    """Return a digest of the rules that come with the program."""
    compiled = resources.RULES / "compiled.json"
    if compiled.is_file():
        return f"{compiled.stat().st_mtime_ns} {compiled.stat().st_size}"
    return _stamp("", [resources.RULES], "")


def _stamp(start: str, folders: list[Path], suffix: str) -> str:
    digest = hashlib.sha256(start.encode())
    for folder in folders:
        for entry in sorted(_walk(os.fspath(folder), suffix), key=lambda item: item.path):
            status = entry.stat()
            text = f"{entry.path}\0{status.st_mtime_ns}\0{status.st_size}\n"
            digest.update(text.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _walk(folder: str, suffix: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in {"_data", "__pycache__"}:
                    yield from _walk(entry.path, suffix)
            elif entry.name.endswith(suffix):
                yield entry


def write(place: Path, content: bytes) -> None:
    """Write a file whole or not at all; a cache that cannot be written is none."""
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(content)
        unfinished.replace(place)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
