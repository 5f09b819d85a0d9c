"""Keys of results in the cache. Light: where the text of the same run is kept, no more is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops.app.cache import state

if TYPE_CHECKING:
    from mlops.app.cache import Cache
    from mlops.app.trees import Asked, Trees
    from mlops.tree import Tree


def lint_key(tree: Tree, asked: Asked, cache: Cache | None) -> str:
    """Return the key of a lint in the cache, "" where nothing may be kept."""
    return _key(cache, asked, "lint", tree)


def gate_key(path: str, trees: Trees, asked: Asked, cache: Cache | None) -> str:
    """Return the key of a gate in the cache, "" where nothing may be kept."""
    return _key(cache, asked, f"gate {path} {trees.base_name} {trees.rev}", trees.base, trees.head)


def _key(cache: Cache | None, asked: Asked, what: str, *trees: Tree) -> str:
    """Return the key of a result, "" where none may be kept: what checkouts hold is not digested."""
    if cache is None or asked.sources:
        return ""
    told = (asked.model, asked.level, asked.strict, asked.today, asked.allow_config_change)
    return cache.results.key(what, *told, *((tree.root, tree.revision, state(tree)) for tree in trees))
