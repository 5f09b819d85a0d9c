"""Models on disk, in a format that runs no code when it is read."""

from pathlib import Path

from sklearn.pipeline import Pipeline
from skops.io import dump, get_untrusted_types, load


def save(model: Pipeline, path: Path) -> None:
    """Write a model."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dump(model, path)


def read(path: Path) -> Pipeline:
    """Read a model; refuse a file that holds anything but known estimators."""
    unknown = get_untrusted_types(file=path)
    if unknown:
        raise ValueError(f"{path} holds types that are not trusted: {', '.join(unknown)}")
    model: Pipeline = load(path, trusted=[])
    return model
