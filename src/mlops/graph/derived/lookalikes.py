"""What only looks like evidence, so that a report can name it: printed commands, dependencies that nothing imports.

All of it is refused, and added last: no other family reads it.
"""

from __future__ import annotations

import re

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived

_PRINTS = {"echo", "printf", "true", ":"}
#: What a printed text pretends to run -> the facts that it would have given.
_PRETENDED = {
    "test-command": regex(
        r"\b(pytest|unittest|tox|nox|make test|run(ning)? (the )?(unit )?tests?)\b", re.IGNORECASE
    ),
    "lint": regex(r"\b(ruff|flake8|pylint|mypy|black|lint(ing)?)\b", re.IGNORECASE),
    "build": regex(r"\b(docker build|python -m build|build(ing)? the (image|package))\b", re.IGNORECASE),
    "deploy": regex(r"\b(deploy\w*|kubectl|helm|rollout|releas(e|ing))\b", re.IGNORECASE),
}
#: Capability -> the derived fact by which practices ask for it.
_DERIVED = {
    "experiment-tracking": "tracked",
    "data-validation": "data-validation",
    "drift-detection": "drift-signal",
    "prediction-logging": "prediction-log",
    "quality-monitoring": "live-quality",
    "data-fetch": "ingestion",
}


def add_lookalikes(context: Context) -> None:
    """Add refused facts for what looks like evidence."""
    _printed(context)
    _never_imported(context)


def _printed(context: Context) -> None:
    for fact in list(context.graph.of_kind("command")):
        head, _, rest = fact.fact.value.partition(" ")
        if head not in _PRINTS or fact.scope != "source":
            continue
        for kind, words in _PRETENDED.items():
            if words.search(rest):
                refused = (f"`{head}` only prints it", "F7")
                attrs = {"what": "model-deploy", "of": "command", "runner": head}
                context.graph.place([derived(fact, kind, refused=refused, **attrs)])


def _never_imported(context: Context) -> None:
    roots = context.signs.distribution_imports()
    imported = {fact.fact.value.partition(".")[0] for fact in context.graph.of_kind("import")}
    started = {fact.fact.value.partition(" ")[0] for fact in context.graph.of_kind("command")}
    for fact in list(context.graph.of_kind("dependency")):
        name = fact.fact.value
        wanted = {root.partition(".")[0] for root in roots.get(name, ())}
        if not wanted or wanted & imported or {name, *wanted} & started or fact.scope != "source":
            continue
        kinds = {"call", *(kind for capability, kind in _DERIVED.items() if capability in fact.capabilities)}
        refused = ("it is declared, and nothing imports it", "F8")
        context.graph.place(
            PlacedFact(
                Fact(kind, name, fact.fact.line, {}), fact.path, fact.scope, -1, fact.capabilities, refused
            )
            for kind in sorted(kinds)
        )
