"""`lint` and `gate` by way of the cache: a tree that was judged before costs no reading and no linking."""

from __future__ import annotations

from mlops.app.cache import Cache
from mlops.app.trees import Asked, Trees
from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog
from mlops.tree import Tree


@dataclass(frozen=True, slots=True)
class KeptLint:
    """A kept assessment; `own` tells that rules of the repository took part."""

    assessment: Assessment
    own: bool


@dataclass(frozen=True, slots=True)
class KeptGate:
    """A kept comparison; `own` tells that rules of the base took part."""

    comparison: Comparison
    own: bool


def lint(tree: Tree, asked: Asked, cache: Cache | None, key: str) -> tuple[Assessment, Catalog]:
    """Judge a tree as `app.lint` does, or return what was said of the same tree before."""
    kept = cache.results.load(KeptLint, key) if cache is not None and key else None
    if kept is not None:
        return kept.assessment, _catalog(tree, own=kept.own)
    from mlops.app import settings  # noqa: PLC0415  a hit needs neither readers nor graph
    from mlops.app.reading import Begun  # noqa: PLC0415

    config = settings.load(tree)
    known = cache.facts() if cache is not None else None
    # What judges is loaded while another process reads.
    with Begun(tree, exclude=config.exclude, progress=asked.progress, known=known) as begun:
        from mlops.app import lint as judging  # noqa: PLC0415
        from mlops.app.rules import catalog_for  # noqa: PLC0415

        catalog = catalog_for(tree, config)
        request = judging.Request(
            asked.model, asked.level, asked.strict, asked.sources, asked.today, asked.progress, known
        )
        found = judging.end(begun, catalog, request, config)
    assessment = judging.conclude(tree, judging.link(found, catalog, request), catalog, request)
    if cache is not None and key:
        cache.results.save(key, KeptLint(assessment, bool(config.practices or config.tools)))
    return assessment, catalog


def gate(path: str, trees: Trees, asked: Asked, cache: Cache | None, key: str) -> tuple[Comparison, Catalog]:
    """Compare two trees as `app.gate` does, or return what was said of the same two before."""
    kept = cache.results.load(KeptGate, key) if cache is not None and key else None
    if kept is not None:
        return kept.comparison, _catalog(trees.base, own=kept.own)
    from mlops.app import gate as gating  # noqa: PLC0415  a hit needs neither readers nor graph

    done = gating.gate(path, trees, asked, cache.facts() if cache is not None else None)
    if cache is not None and key:
        cache.results.save(key, KeptGate(done.comparison, done.own))
    return done.comparison, done.catalog


def _catalog(tree: Tree, *, own: bool) -> Catalog:
    if own:
        from mlops.app.rules import catalog_for  # noqa: PLC0415  start-up counts

        return catalog_for(tree)
    from mlops.catalog import load  # noqa: PLC0415

    return load()
