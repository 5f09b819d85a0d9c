"""Monorepos: one graph a component, shared practices from the whole, the repository as the minimum."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from mlops.app.reading import Reading
from mlops.domain.assessment import Attainment, Component, Verdict
from mlops.domain.config import Config
from mlops.domain.diagnostic import Diagnostic
from mlops.domain.graph import Graph, PlacedFact
from mlops.domain.record import replace
from mlops.domain.rules import Catalog

#: Practices of CI that count for a component only if the command reaches its files.
_REACHING = frozenset({"unit-tests", "ci-runs-tests", "ci-builds", "ci-lints"})
_COMMANDS = frozenset({"command", "action", "task"})


def restrict(reading: Reading, folder: str, config: Config) -> Reading:
    """Return the reading without the files of the other components."""
    prefixes = tuple(f"{other}/" for other in _others(folder, config))
    paths = (
        tuple(path for path in reading.paths if not path.startswith(prefixes)) if prefixes else reading.paths
    )
    kept = frozenset(paths)
    return replace(
        reading, paths=paths, files={path: file for path, file in reading.files.items() if path in kept}
    )


def _others(folder: str, config: Config) -> list[str]:
    return [
        other
        for other in config.components.values()
        if other
        and other != folder
        and not folder.startswith(f"{other}/")
        and not other.startswith(f"{folder}/")
    ]


def focus(graph: Graph, folder: str, config: Config) -> Graph:
    """Refuse commands that name another component's folder: what they do, they do not do for this one."""
    others = _others(folder, config)
    facts, graph.facts = graph.facts, []
    graph.clear_index()
    graph.place(_refused(fact) if _concerns(fact, others) else fact for fact in facts)
    return graph


def _concerns(fact: PlacedFact, others: list[str]) -> bool:
    if fact.fact.kind not in _COMMANDS:
        return False
    words = {
        word.removeprefix("./").rstrip("/") for word in (*fact.fact.value.split(), *fact.fact.attrs.values())
    }
    return any(word == other or word.startswith(f"{other}/") for other in others for word in words)


def _refused(fact: PlacedFact) -> PlacedFact:
    return replace(fact, refused=("it is about another component", ""))


def combine(
    own: Mapping[str, Verdict], shared: Mapping[str, Verdict], catalog: Catalog
) -> dict[str, Verdict]:
    """Return a component's verdicts: its own for what is bound to it, the repository's for the rest."""
    return {
        name: own[name] if practice.per_component or name in _REACHING else shared[name]
        for name, practice in catalog.practices.items()
    }


def weakest(shared: Mapping[str, Verdict], parts: Mapping[str, Component]) -> dict[str, Verdict]:
    """Return for each practice the verdict of the component that has it least (for display)."""
    found = {}
    for name in shared:
        candidates = [part.verdicts[name] for part in parts.values()]
        found[name] = min(candidates, key=lambda verdict: (verdict.strength, verdict.possible))
    return found


def lowest(models: Mapping[str, Attainment], parts: Mapping[str, Component]) -> dict[str, Attainment]:
    """Return each model with the lowest level of all components."""
    return {name: _lowest([part.models[name] for part in parts.values()], models[name]) for name in models}


def _lowest(found: list[Attainment], whole: Attainment) -> Attainment:
    def least(name: str) -> int | None:
        values = [getattr(item, name) for item in found]
        return None if any(value is None for value in values) else min(values)

    weakest_part = min(found, key=lambda item: (item.formula_level, item.met))
    return replace(
        weakest_part,
        level=least("level"),
        strict_level=least("strict_level"),
        possible_level=least("possible_level"),
        attested_level=whole.attested_level,
        formula_level=min(item.formula_level for item in found),
        formula_strict_level=min(item.formula_strict_level for item in found),
    )


def advice(graph: Graph, config: Config) -> list[Diagnostic]:
    """Say that the evidence mixes models where several folders train and no components are named."""
    if config.components:
        return []
    found = training_folders(graph)
    if len(found) < 2:
        return []
    block = ", ".join(f"{name}: {folder}" for name, folder in found.items())
    return [
        Diagnostic(
            config.path or next(iter(graph.paths), ""),
            0,
            f"{len(found)} folders train a model, so the evidence mixes them; to judge each, put "
            f"`components: {{{block}}}` into .mlops.yaml",
        )
    ]


def training_folders(graph: Graph) -> dict[str, str]:
    """Return the folders with a training and a manifest or pipeline of their own, by a name for each."""
    own = {posixpath.dirname(path) for path in graph.paths if posixpath.basename(path) in _MANIFESTS}
    roots = {
        _root(fact.path, own)
        for fact in graph.of_kind("training")
        if fact.scope == "source" and not fact.refused[0]
    }
    found: dict[str, str] = {}
    for folder in sorted(roots - {""}):
        short = _slug(posixpath.basename(folder))
        found[short if short and short not in found else _slug(folder) or f"component-{len(found)}"] = folder
    return found


def _root(path: str, own: set[str]) -> str:
    """Return the nearest folder above a file that is among these, "" for the top."""
    folder = posixpath.dirname(path)
    while folder and folder not in own:
        folder = posixpath.dirname(folder)
    return folder


def _slug(text: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", text.lower()))


_MANIFESTS = frozenset(
    {"pyproject.toml", "requirements.txt", "setup.py", "environment.yml", "environment.yaml", "conda.yaml", "dvc.yaml",
     "MLproject", "Pipfile", "Dockerfile", "conda.yml"}
)  # fmt: skip
