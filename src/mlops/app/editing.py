"""Edits of the configuration that keep comments, order and style: init, waive, attest."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mlops.app import edit_toml, edit_yaml, settings
from mlops.domain.config import Config
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.tree import MemoryTree

_PYPROJECT = "pyproject.toml"
Entry = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit came to: the file, and whether an entry of the same id was renewed."""

    path: Path
    renewed: bool


def waive(folder: Path, catalog: Catalog, *, practice: str, reason: str, owner: str, until: str) -> Edit:
    """Add a waiver to the configuration, or renew the one of the same practice.

    Raises MlopsError for an unknown practice, a bad date or a configuration that cannot be edited.
    """
    name = _known(catalog.aliases.get(practice, practice), catalog.practices, "practice")
    _future(until, "--until")
    return _put(
        folder, catalog, "waivers", "practice", _said(practice=name, reason=reason, owner=owner, until=until)
    )


def attest(folder: Path, catalog: Catalog, *, id_: str, by: str, evidence: str, on: str, until: str) -> Edit:
    """Add an attestation to the configuration, or renew the one of the same id; `until` may be "".

    Raises MlopsError for an unknown attestation, a bad date or a configuration that cannot be edited.
    """
    name = _known(id_, catalog.attestations, "attestation")
    made = _date(on, "--on")
    if made > date.today():  # noqa: DTZ011  the day where the person is
        raise MlopsError(f"--on {on} lies in the future; give the day on which it was stated")
    if until:
        _future(until, "--until")
    return _put(
        folder, catalog, "attestations", "id", _said(id=name, by=by, on=on, until=until, evidence=evidence)
    )


def _said(**fields: str) -> Entry:
    """Return the fields that say something. Raises MlopsError for one that is blank or runs over lines."""
    for name, text in fields.items():
        if name != "until" and not text.strip():
            raise MlopsError(f"--{name} is empty; say it in a few words")
    return {name: " ".join(text.split()) for name, text in fields.items() if text}


def _known(name: str, known: Mapping[str, object], what: str) -> str:
    if name not in known:
        near = get_close_matches(name, list(known), 1)
        hint = f"did you mean {near[0]}?" if near else f"see `mlops list {what}s`"
        raise MlopsError(f"there is no {what} {name}; {hint}")
    return name


def _date(text: str, option: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or str(found) != text:  # 20260131 is ISO as well, but no schema takes it
        raise MlopsError(f"{option} {text} is no date; write YYYY-MM-DD")
    return found


def _future(text: str, option: str) -> None:
    if _date(text, option) < date.today():  # noqa: DTZ011  the day where the person is
        raise MlopsError(f"{option} {text} is past; give a day to come")


def _put(folder: Path, catalog: Catalog, key: str, identity: str, entry: Entry) -> Edit:
    """Put an entry into the list below a key of the file that configures the folder."""
    files = {name: _text(folder / name) for name in (settings.FILE, _PYPROJECT)}
    given = {name: text for name, text in files.items() if text is not None}
    before = _checked(given, catalog)
    name = before.path or settings.FILE
    editor = edit_toml if name == _PYPROJECT else edit_yaml
    changed = editor.put(given.get(name, f'edition: "{catalog.edition}"\n'), key, identity, entry)
    after = _checked({**given, name: changed}, catalog)
    if before.path and _plain(before, key) != _plain(after, key):
        raise MlopsError(
            f"{folder / name} cannot be edited without changing more than {key}; add the entry by hand"
        )
    write(folder / name, changed)
    return Edit(folder / name, len(getattr(before, key)) == len(getattr(after, key)))


def _text(path: Path) -> str | None:
    try:
        if path.is_symlink():
            raise MlopsError(f"{path} is a symbolic link; edit the file that it names")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise MlopsError(f"{path} is not UTF-8; save it as UTF-8, then run again") from error
    except OSError as error:
        raise MlopsError(f"{path} cannot be read: {error.strerror}") from error


def _checked(files: Mapping[str, str], catalog: Catalog) -> Config:
    config = settings.load(MemoryTree(files))
    settings.check(config, catalog)
    return config


def _plain(config: Config, key: str) -> dict[str, Any]:
    """Return a configuration without the list that an edit changes, and without lines."""
    data = {name: value for name, value in asdict(config).items() if name not in {key, "lines", "path"}}
    for entries in data.values():
        for entry in entries if isinstance(entries, tuple) else ():
            if isinstance(entry, dict):
                del entry["line"]
    return data


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the permissions that it had. Raises MlopsError where it cannot be."""
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            Path(unfinished).chmod(mode)
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MlopsError(f"{path} cannot be written: {error.strerror}") from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
