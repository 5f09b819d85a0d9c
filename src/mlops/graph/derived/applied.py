"""Resources that a command applies: what the file of `az ml … --file X` declares happens at the command."""

from __future__ import annotations

from mlops.domain.graph import PlacedFact
from mlops.graph.commands.found import given
from mlops.graph.context import Context

_VERBS = frozenset({"create", "update"})


def add_applied(context: Context) -> None:
    """Place the resources of the files that Azure's command line creates or updates at the command, too."""
    graph = context.graph
    by_path: dict[str, list[PlacedFact]] = {}
    for fact in graph.of_kind("resource"):
        by_path.setdefault(fact.path, []).append(fact)
    for command in graph.of_kind("command") if by_path else ():
        words = tuple(command.fact.value.split())
        if words[:2] != ("az", "ml") or not _VERBS & set(words):
            continue
        for path in given(context, words, command.fact.attrs.get("folder", ""), "-f", "--file"):
            graph.place([
                PlacedFact(item.fact, item.path, item.scope, command.node, item.capabilities)
                for item in by_path.get(path, ())
                if item.node < 0
            ])  # fmt: skip
