"""All rule files as one JSON: made at build time for the package, and in the user's cache for a source checkout."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlops.catalog.source import read
from mlops.resources import cache_folder

#: Where the package has it, below its rules.
COMPILED = "compiled.json"
#: Raised when the compiled form changes, so that an old cache is not read.
_FORMAT = 1

Rules = dict[str, Any]


def compile_rules(folder: Path) -> Rules:
    """Read all rule files below `folder` into one value that JSON can hold."""
    edition = read(folder / "edition.yaml").data
    return {
        "edition": edition["edition"],
        "aliases": edition.get("aliases", {}),
        "capabilities": read(folder / "capabilities.yaml").data,
        "wrappers": read(folder / "commands.yaml").data["wrappers"],
        "neutral": read(folder / "neutral.yaml").data,
        "practices": _by_id(folder, "practices/*/*.yaml"),
        "tools": _by_id(folder, "tools/*.yaml"),
        "models": _by_id(folder, "models/*.yaml"),
        "statements": _statements(folder),
        "attestations": {
            item["id"]: item for item in read(folder / "attestations.yaml").data["attestations"]
        },
    }


def rules_of(folder: Path) -> Rules:
    """Return the compiled rules of the package, or of a source checkout by way of the user's cache."""
    packaged = folder / COMPILED
    if packaged.is_file():
        return _load(packaged) or compile_rules(folder)
    cache = cache_folder()
    if cache is None:
        return compile_rules(folder)
    place = cache / f"rules-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.json"
    stamp = _stamp(folder)
    cached = _load(place)
    if cached is not None and cached.get("stamp") == stamp:
        return cached
    rules = compile_rules(folder)
    _store(place, {"stamp": stamp, **rules})
    return rules


def _by_id(folder: Path, glob: str) -> Rules:
    found = (read(path).data for path in sorted(folder.glob(glob)))
    return {data["id"]: data for data in found}


def _statements(folder: Path) -> Rules:
    files = (read(path).data for path in sorted(folder.glob("statements/*.yaml")))
    return {item["id"]: {"model": file["model"], **item} for file in files for item in file["statements"]}


def _stamp(folder: Path) -> str:
    """Digest names, times and sizes of the rule files: half a millisecond, where reading them takes a hundred."""
    digest = hashlib.sha256(str(_FORMAT).encode())
    for entry in sorted(_walk(os.fspath(folder)), key=lambda item: item.path):
        status = entry.stat()
        digest.update(
            f"{entry.path}\0{status.st_mtime_ns}\0{status.st_size}\n".encode("utf-8", "surrogateescape")
        )
    return digest.hexdigest()


def _walk(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _walk(entry.path)
            elif entry.name.endswith(".yaml"):
                yield entry


def _load(path: Path) -> Rules | None:
    try:
        rules: Rules | None = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return rules if isinstance(rules, dict) else None


def _store(path: Path, rules: Rules) -> None:
    """Write the cache whole or not at all; without a writable cache each start compiles again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(rules, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        unfinished.replace(path)
    except OSError:
        return
