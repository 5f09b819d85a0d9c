"""Generated projects: one for each model, level and CI provider."""

from functools import cache
from pathlib import Path

from mlops.app import new
from mlops.catalog import load
from mlops.domain.rules import Catalog
from mlops.scaffold import answers
from mlops.scaffold.fragments import PROVIDERS

NAME = "churn-model"
PACKAGE = "churn_model"


@cache
def catalog() -> Catalog:
    """Read the rules once."""
    return load()


def combinations() -> list[tuple[str, int, str]]:
    """Name every model, level and provider."""
    models = catalog().models
    return [
        (name, level, ci)
        for name in sorted(models)
        for level in range(models[name].max_level + 1)
        for ci in PROVIDERS
    ]


def create(model: str, level: int, ci: str, output: Path) -> Path:
    """Make a project without a repository and return its folder."""
    highest = {name: found.max_level for name, found in catalog().models.items()}
    given = {"name": NAME, "model": model, "level": level, "ci": ci}
    return new.create(catalog(), answers.checked(given, highest), output, git=False).folder


def create_all(output: Path) -> None:
    """Make every project as output/model-level/provider/name."""
    for model, level, ci in combinations():
        create(model, level, ci, output / f"{model}-{level}" / ci)
