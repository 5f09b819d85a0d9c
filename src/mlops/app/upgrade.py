"""`upgrade`: a project that `new` made, brought to a higher level by a three-way merge."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from mlops import __version__, git, resources
from mlops.app import settings
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.scaffold import configuration
from mlops.scaffold import fragments as fragment_map
from mlops.scaffold.answers import Answers, checked
from mlops.scaffold.fragments import Profile
from mlops.scaffold.merge import Change, File, changes
from mlops.scaffold.render import context_of, render
from mlops.tree import FolderTree
from mlops.tree.unsaved import uncommitted


@dataclass(frozen=True, slots=True)
class Made:
    """How a project was made: its answers, practices, and the release and edition that made it."""

    answers: Answers
    practices: tuple[str, ...]
    version: str
    edition: str


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade does to a project."""

    before: Made
    after: Answers
    changes: tuple[Change, ...]

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Return the files that are left for a person to settle."""
        return tuple(change.path for change in self.changes if change.action == "conflict")


def made(folder: Path, catalog: Catalog) -> Made | None:
    """Return how `new` made the project in a folder, None where it did not. Raises MlopsError for a bad record."""
    config = settings.load(FolderTree(str(folder)))
    record = config.scaffold
    if not record:
        return None
    try:
        answers = checked(record, {name: model.max_level for name, model in catalog.models.items()})
    except MlopsError as error:
        raise MlopsError(f"`scaffold` in {folder / settings.FILE}: {error}") from error
    listed = record.get("practices")
    names = [catalog.aliases.get(str(name), str(name)) for name in listed] if isinstance(listed, list) else []
    known = tuple(name for name in names if name in catalog.practices)
    return Made(answers, known, str(record.get("version", "")), config.edition or catalog.edition)


def upgrade(folder: Path, catalog: Catalog, model: str | None, level: int | None) -> Upgrade:
    """Return what brings a project to a level (the next one when None); nothing is written.

    Raises MlopsError for a folder that `new` did not make, and for a level that is not above the project's.
    """
    before = made(folder, catalog)
    if before is None:
        raise MlopsError(
            f"{folder} was not made by `mlops new` ({settings.FILE} has no `scaffold`): `mlops plan {folder}` "
            "tells what to add by hand"
        )
    after = _goal(before.answers, catalog, model, level)
    known = fragment_map.load(resources.TEMPLATES / "fragments.yaml")
    wanted = fragment_map.wanted(catalog, catalog.models[after.model], after.level)
    old = _assemble(catalog, known, before.answers, before.practices)
    # What is there stays, also where another model does not ask for it.
    new = _assemble(catalog, known, after, dict.fromkeys((*before.practices, *wanted)))
    first = _rendered(before.answers, old, before.version, before.edition)
    second = _rendered(after, new, __version__, catalog.edition)
    mine = _files(folder, {*first, *second})
    found = [*changes(first, second, mine, git.merge_file)]
    return Upgrade(before, after, tuple(_configured(found, mine, second)))


def refuse_unsaved(folder: Path) -> None:
    """Raise MlopsError where a change of the folder could not be taken back with git."""
    if git.find_root(str(folder)) is None:
        raise MlopsError(
            f"{folder} is in no git repository, so an upgrade could not be taken back: commit it to one, or give "
            "--allow-dirty"
        )
    changed = uncommitted(str(folder))
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise MlopsError(
            f"{changed[0]}{more} is not committed: commit or stash it first, or give --allow-dirty"
        )


def apply(folder: Path, found: Iterable[Change]) -> None:
    """Write the changes; where one cannot be written all files are as before. Raises MlopsError then."""
    undo: list[tuple[Path, File | None]] = []
    todo = [change for change in found if change.action == "remove" or change.file is not None]
    for change in todo:
        _refuse_link(folder, change.path)
    try:
        for change in todo:
            path = folder / change.path
            before = _read(path)
            _write(path, change.file)
            undo.append((path, before))
    except OSError as error:
        for path, file in reversed(undo):
            _write(path, file)
        raise MlopsError(
            f"{error.filename or folder} cannot be written: {error.strerror}; nothing was changed"
        ) from error


def _goal(answers: Answers, catalog: Catalog, model: str | None, level: int | None) -> Answers:
    if model is not None and model not in catalog.models:
        raise MlopsError(f"there is no model {model}; choose one of {', '.join(sorted(catalog.models))}")
    chosen = catalog.models[model or answers.model]
    other = chosen.id != answers.model
    if other and level is None:
        raise MlopsError(
            f"the project was made for {answers.model}: say which level of {chosen.id}, --level N"
        )
    wanted = answers.level + 1 if level is None else level
    if not other and wanted <= answers.level:
        raise MlopsError(
            f"the project is at {chosen.id} level {answers.level} already; give a higher --level"
        )
    if wanted > chosen.max_level:
        if level is None:
            raise MlopsError(
                f"{chosen.id} level {answers.level} is the highest; there is nothing to upgrade to"
            )
        raise MlopsError(f"{chosen.id} has levels 0 to {chosen.max_level}, not {wanted}; give one of them")
    return replace(answers, model=chosen.id, level=wanted)


def _assemble(
    catalog: Catalog, known: Mapping[str, fragment_map.Fragment], answers: Answers, practices: Iterable[str]
) -> Profile:
    return fragment_map.assemble(catalog, known, answers.model, answers.level, answers.ci, practices)


def _rendered(answers: Answers, profile: Profile, version: str, edition: str) -> dict[str, File]:
    context = context_of(answers, profile, version, edition)
    with tempfile.TemporaryDirectory() as work:
        top = render(resources.TEMPLATES, Path(work), answers, profile, context)
        paths = [path for path in top.rglob("*") if path.is_file()]
        return {path.relative_to(top).as_posix(): _file(path) for path in paths}


def _files(folder: Path, paths: Iterable[str]) -> dict[str, File]:
    """Read the files of a person that the renderings name."""
    found = {}
    for name in paths:
        _refuse_link(folder, name)
        file = _read(folder / name)
        if file is not None:
            found[name] = file
    return found


def _configured(
    found: Iterable[Change], mine: Mapping[str, File], new: Mapping[str, File]
) -> Iterable[Change]:
    """Yield the changes; in the configuration only what `new` wrote is renewed, whatever a person added."""
    for change in found:
        if change.path == settings.FILE and change.action in {"merge", "conflict"}:
            try:
                own = mine[change.path].content.decode()
            except UnicodeDecodeError as error:
                raise MlopsError(f"{settings.FILE} is not in UTF-8: save it so, then upgrade") from error
            text = configuration.renew(own, new[change.path].content.decode())
            yield Change(change.path, "merge", File(text.encode(), mine[change.path].executable))
        else:
            yield change


def _refuse_link(folder: Path, name: str) -> None:
    """Raise MlopsError for a path behind a symbolic link: it may lead out of the project."""
    place = folder
    for part in Path(name).parts:
        place /= part
        if place.is_symlink():
            raise MlopsError(
                f"{place} is a symbolic link, and upgrade writes through none: replace it by what it names"
            )


def _read(path: Path) -> File | None:
    return _file(path) if path.is_file() else None


def _file(path: Path) -> File:
    return File(path.read_bytes(), os.access(path, os.X_OK))


def _write(path: Path, file: File | None) -> None:
    """Put a file in place at once, or take it away with the folders that it leaves empty."""
    if file is None:
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # the first folder that holds something ends it
            for parent in path.parents:
                parent.rmdir()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(file.content)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(name).chmod(mode | 0o111 if file.executable else mode)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
