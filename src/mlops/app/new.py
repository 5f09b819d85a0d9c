"""`new`: a project for a maturity level, rendered beside its place and moved there in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mlops import __version__, resources
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.scaffold import fragments as fragment_map
from mlops.scaffold.answers import Answers
from mlops.scaffold.fragments import Profile
from mlops.scaffold.render import LOCK, SERVICE_LOCK, context_of, render

BRANCH = "main"
#: Why there is no commit where none was wanted.
NO_GIT = "--no-git was given"


@dataclass(frozen=True, slots=True)
class Created:
    """What `create` made: the folder, its files, and whether they are committed."""

    folder: Path
    files: tuple[str, ...]
    committed: bool
    #: Why there is no commit, "" where there is one.
    note: str = ""


def plan(catalog: Catalog, answers: Answers) -> Profile:
    """Return what a project of these answers is made of."""
    known = fragment_map.load(resources.TEMPLATES / "fragments.yaml")
    return fragment_map.profile(catalog, known, answers.model, answers.level, answers.ci)


def preview(profile: Profile) -> Mapping[str, tuple[str, ...]]:
    """Return path -> the practices and helper fragments that the file serves, without writing anything."""
    shown = {path: served for (_, path), served in profile.files.items() if path not in {LOCK, SERVICE_LOCK}}
    shown[LOCK] = ("base",)
    if "components-containerized" in profile.practices:
        shown[SERVICE_LOCK] = ("components-containerized",)
    return dict(sorted(shown.items()))


def refuse_occupied(target: Path) -> None:
    """Raise MlopsError where a project cannot be put: a file, or a folder that holds something."""
    if target.is_dir() and not any(target.iterdir()):
        return
    if target.exists() or target.is_symlink():
        raise MlopsError(f"{target} exists already and is not empty; choose another name or --output-dir")


def create(catalog: Catalog, answers: Answers, output: Path, *, git: bool = True) -> Created:
    """Render a project into `output`/slug and commit it; nothing is left behind when something fails.

    Raises MlopsError where the place is taken or cannot be written.
    """
    target = output / answers.slug
    refuse_occupied(target)
    profile = plan(catalog, answers)
    context = context_of(answers, profile, __version__, catalog.edition)
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{answers.slug}-", dir=output) as work:
            rendered = render(resources.TEMPLATES, Path(work), answers, profile, context)
            files = tuple(
                sorted(p.relative_to(rendered).as_posix() for p in rendered.rglob("*") if p.is_file())
            )
            note = _commit(rendered, output, answers) if git else NO_GIT
            _move(rendered, target)
    except OSError as error:
        raise MlopsError(f"{target} cannot be written: {error.strerror or error}") from error
    return Created(target, files, not note, note)


def _move(rendered: Path, target: Path) -> None:
    """Put the finished folder in place at once; an empty folder that is there gives way."""
    if target.is_dir():
        target.rmdir()
    try:
        rendered.rename(target)
    except OSError:
        refuse_occupied(target)
        shutil.move(str(rendered), target)


def _commit(rendered: Path, output: Path, answers: Answers) -> str:
    """Make a repository with a first commit; return why there is none, or ""."""
    if _inside_repository(output):
        return "the folder lies inside a repository"
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # a missing git is a note here, not a failed import
    import git  # noqa: PLC0415  start-up counts

    try:
        repository = git.Repo.init(rendered, initial_branch=BRANCH)
        with repository:
            repository.git.add("--all")
            repository.index.commit(
                f"Start {answers.slug} at {answers.model} level {answers.level}", skip_hooks=True
            )
    except (git.GitError, OSError) as error:
        shutil.rmtree(rendered / ".git", ignore_errors=True)
        return f"git could not commit ({type(error).__name__})"
    return ""


def _inside_repository(folder: Path) -> bool:
    return any((place / ".git").exists() for place in [folder.resolve(), *folder.resolve().parents])
