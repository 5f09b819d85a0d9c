"""The catalog for a tree: ours, plus the rules that the tree's own configuration names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlops.app import settings
from mlops.catalog import load
from mlops.domain.config import Config
from mlops.domain.diagnostic import Problem
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError, RuleError
from mlops.tree import Tree

#: More files than that are no rules but a wrong folder.
_MAX_FILES = 1_000


def catalog_for(tree: Tree, config: Config | None = None) -> Catalog:
    """Return the catalog that judges a tree: by its own configuration unless another one is given.

    Raises MlopsError for a configuration and RuleError for a rule that cannot be used.
    """
    config = settings.load(tree) if config is None else config
    practices = [
        source for place in config.practices for source in _sources(tree, place, config, "practices")
    ]
    tools = [source for place in config.tools for source in _sources(tree, place, config, "tools")]
    return load(practices, tools)


def _sources(tree: Tree, place: str, config: Config, key: str) -> Iterator[tuple[str, bytes]]:
    for path in _files(tree.paths(), place, f"{config.path}:{config.lines.get(key, 1)}: {key}"):
        content = tree.read(path)
        if isinstance(content, Problem):
            raise RuleError(f"{path}: cannot be read: {content.message}. Mend the file, or name another.")
        yield path, content


def _files(paths: Sequence[str], place: str, where: str) -> list[str]:
    """Return the rule file, or those of the folder, that the configuration names."""
    name = "/".join(part for part in place.split("/") if part not in {"", "."})
    if name in set(paths):
        return [name]
    below = [path for path in paths if path.startswith(f"{name}/" if name else "")]
    found = [path for path in below if path.endswith((".yaml", ".yml"))]
    if not below:
        raise MlopsError(f"{where}: {place} is no file or folder of the repository; mend the path")
    if not found:
        raise MlopsError(f"{where}: {place} holds no rule files; name a folder with *.yaml files, or a file")
    if len(found) > _MAX_FILES:
        raise MlopsError(f"{where}: {place} holds {len(found)} files; name the folder of the rules alone")
    return found
