"""All rule files as JSON: made at build time for the package, and in the user's cache for a source checkout.

The tools lie in a file of their own, for a judgement needs their signs alone, and those by an index.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from mlops.catalog import convert
from mlops.catalog.source import read
from mlops.domain.sign_index import index_of
from mlops.resources import cache_folder

#: Where the package has it, below its rules.
COMPILED = "compiled.json"
#: Raised when the compiled form changes, so that an old cache is not read.
_FORMAT = 2

Rules = dict[str, Any]


def compile_rules(folder: Path) -> Rules:
    """Read all rule files below `folder` into one value that JSON can hold."""
    tools = _tools_of(folder)
    edition = read(folder / "edition.yaml").data
    return {
        "edition": edition["edition"],
        "aliases": edition.get("aliases", {}),
        "capabilities": read(folder / "capabilities.yaml").data,
        "wrappers": read(folder / "commands.yaml").data["wrappers"],
        "neutral": read(folder / "neutral.yaml").data,
        "practices": _by_id(folder, "practices/*/*.yaml"),
        "tools": tools,
        **digest(tools),
        "models": _by_id(folder, "models/*.yaml"),
        "statements": _statements(folder),
        "attestations": {
            item["id"]: item for item in read(folder / "attestations.yaml").data["attestations"]
        },
    }


def digest(tools: Mapping[str, Any]) -> Rules:
    """Return what a judgement asks of raw tools: the index of their signs, and which of them show a capability."""
    showing: dict[str, list[str]] = {}
    for name, raw in tools.items():
        for capability in raw["signs"]:
            showing.setdefault(capability, []).append(name)
    return {"signs": index_of(map(convert.tool_of, tools.values())), "showing": showing}


def store(place: Path, rules: Rules) -> None:
    """Write compiled rules, the tools beside the rest; raise OSError where that cannot be."""
    _write(_tools_beside(place), {"stamp": rules.get("stamp", ""), "tools": rules["tools"]})
    _write(place, {name: value for name, value in rules.items() if name != "tools"})


def rules_of(folder: Path) -> Rules:
    """Return the compiled rules of the package, or of a source checkout by way of the user's cache."""
    packaged = folder / COMPILED
    if packaged.is_file():
        return _load(packaged, folder) or compile_rules(folder)
    cache = cache_folder()
    if cache is None:
        return compile_rules(folder)
    place = cache / f"rules-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.json"
    stamp = _stamp(folder)
    cached = _load(place, folder)
    if cached is not None and cached.get("stamp") == stamp:
        return cached
    rules = compile_rules(folder)
    # Without a writable cache each start compiles again.
    with contextlib.suppress(OSError):
        store(place, {"stamp": stamp, **rules})
    return rules


def _tools_of(folder: Path) -> Rules:
    return _by_id(folder, "tools/*.yaml")


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


class _Tools(Mapping[str, Any]):
    """The raw tools, read when somebody asks for one: from the compiled file, or anew where it is another's."""

    def __init__(self, place: Path, stamp: str, folder: Path) -> None:
        self._place = place
        self._stamp = stamp
        self._folder = folder

    @cached_property
    def _read(self) -> Rules:
        kept = _json(self._place) or {}
        tools: Rules = kept["tools"] if kept.get("stamp") == self._stamp else _tools_of(self._folder)
        return tools

    def __getitem__(self, key: str) -> Any:
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def _tools_beside(place: Path) -> Path:
    return place.with_name(f"{place.stem}-tools.json")


def _load(path: Path, folder: Path) -> Rules | None:
    rules = _json(path)
    return rules and {**rules, "tools": _Tools(_tools_beside(path), rules.get("stamp", ""), folder)}


def _json(path: Path) -> Rules | None:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _write(place: Path, value: Any) -> None:
    """Write a file whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    unfinished.replace(place)
