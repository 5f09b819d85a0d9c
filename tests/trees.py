"""The example trees of the practices: `practices/<id>/{good,bad}-<case>/`, read as repositories of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from unittest import mock

from ruamel.yaml import YAML

from mlops.app.lint import Request, lint
from mlops.catalog import load
from mlops.domain.assessment import Assessment
from mlops.domain.rules import Catalog
from mlops.domain.signs import Signs
from mlops.tree import MemoryTree

ROOT = Path(__file__).parent / "practices"
REQUEST = Request(today=date(2027, 1, 15))


@dataclass(frozen=True)
class Case:
    """One tree; `expected.yaml` beside its files says more than good or bad."""

    practice: str
    name: str
    folder: Path

    @property
    def good(self) -> bool:
        return self.name.startswith("good-")

    @property
    def id(self) -> str:
        return f"{self.practice}/{self.name}"

    def files(self) -> dict[str, bytes]:
        found = {path.relative_to(self.folder).as_posix(): path.read_bytes()
                 for path in sorted(self.folder.rglob("*")) if path.is_file()}  # fmt: skip
        found.pop("expected.yaml", None)
        return found

    def expected(self) -> dict[str, object]:
        path = self.folder / "expected.yaml"
        return YAML(typ="safe").load(path.read_text(encoding="utf-8")) if path.exists() else {}


def cases() -> Iterator[Case]:
    """Yield all trees in order."""
    for practice in sorted(ROOT.iterdir()):
        for folder in sorted(practice.iterdir()):
            yield Case(practice.name, folder.name, folder)


@cache
def rules() -> tuple[Catalog, Signs]:
    """Return the catalog and its signs, made once: most of the time of a small lint goes there."""
    catalog = load()
    return catalog, Signs(catalog.signs)


def judged(files: Mapping[str, bytes | str]) -> Assessment:
    """Lint files as one repository."""
    catalog, signs = rules()
    with mock.patch("mlops.app.lint.Signs", return_value=signs):
        return lint(MemoryTree(files), catalog, REQUEST)


@cache
def assessment(case: Case) -> Assessment:
    """Lint a tree, once in a test run."""
    return judged(case.files())
