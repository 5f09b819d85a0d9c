"""The words of Azure template expressions: `${{ if }}`, `${{ each }}`, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, items_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.record import dataclass, field, replace
from mlops.domain.regex import regex
from mlops.graph.ci.azure_templates import Origin, Placed
from mlops.graph.ci.azure_values import UNKNOWN, Value

DIRECTIVE = regex(r"\s*\$\{\{\s*(if|elseif|else|each|insert)\b(.*?)\}\}\s*$", re.DOTALL)
EACH = regex(r"\s*([A-Za-z_]\w*)\s+in\s+(.*)$", re.DOTALL)
#: A scalar that is one expression and nothing else.
WHOLE = regex(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$", re.DOTALL)
PARAMETER = regex(r"parameters(?:\.|\[')([\w-]+)")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where expansion stands: the file, and all that expressions there can see."""

    origin: Origin
    file: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    loops: Mapping[str, Value] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    #: Parameters whose value a person may choose when starting the run.
    settable: frozenset[str] = frozenset()
    level: int = 0
    guard: Condition = ALWAYS

    @property
    def path(self) -> str:
        """Return the file as evidence names it."""
        return self.origin.shown(self.file)


class Chain:
    """The arms of one `if … elseif … else`: each takes what the earlier ones left."""

    def __init__(self) -> None:
        """Start with nothing left, as `else` without `if` takes nothing."""
        self._left = Tri.NO

    def arm(self, keyword: str, value: Tri) -> Tri:
        """Return whether the next arm is taken, given what its own condition says."""
        if keyword == "if":
            self._left = Tri.YES
        taken = min(self._left, value)
        self._left = min(self._left, ~value)
        return taken


def declared_variables(node: Document | None) -> dict[str, Value]:
    """Return the variables that an expanded `variables` block declares."""
    found: dict[str, Value] = {}
    for item in variable_items(node):
        if not isinstance(item, Map) or item.get("name") is None:
            continue
        guard = item.guard.value if isinstance(item, Placed) else Tri.YES
        if guard is Tri.NO:
            continue
        value = item.get("value")
        known = guard is Tri.YES and isinstance(value, Scalar) and value.tag != "unknown"
        found[text_of(item.get("name")).lower()] = text_of(value) if known else UNKNOWN
    return found


def variable_items(node: Document | None) -> tuple[Document, ...]:
    """Return the items of a `variables` block, its mapping form turned into the list form."""
    if not isinstance(node, Map):
        return items_of(node)
    path, guard = (node.path, node.guard) if isinstance(node, Placed) else ("", ALWAYS)
    return tuple(
        Placed(
            ((Scalar("name", key.line), key), (Scalar("value", key.line), value)),
            key.line,
            path=path,
            guard=guard,
        )
        for key, value in node.items
    )


def is_inclusion(item: Map) -> bool:
    """Return whether a list item includes a template."""
    names = {key.text for key, _ in item.items if not DIRECTIVE.match(key.text)}
    return "template" in names and names <= {"template", "parameters"}


def unsure(node: Document) -> Document:
    """Mark a scalar as one that may not hold."""
    return replace(node, tag="unknown") if isinstance(node, Scalar) else node
