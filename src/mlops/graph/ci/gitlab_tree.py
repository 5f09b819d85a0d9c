"""GitLab configuration as a tree: where texts come from, merging, `!reference`, and `$[[ inputs.x ]]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, text_of
from mlops.domain.record import dataclass, replace
from mlops.domain.regex import regex

_INPUT = regex(r"\$\[\[\s*inputs\.([\w-]+)\s*((?:\|[^\]|]*)*)\]\]")
#: Tag of a scalar in the place of a reference that leads nowhere.
LOST = "!lost"
_MAX_REFERENCES = 10
_MAX_NODES = 100_000


@dataclass(frozen=True, slots=True)
class Text(Scalar):
    """A scalar with the file that it stands in: merging mixes lines of several files."""

    path: str = ""


class TooLargeError(Exception):
    """The configuration expands to more than anybody writes."""


def place(node: Document, path: str) -> Document:
    """Return the tree with the file noted on every scalar."""
    if isinstance(node, Scalar):
        return Text(node.text, node.line, node.tag, node.quoted, node.block, path)
    if isinstance(node, Seq):
        return replace(node, items=tuple(place(item, path) for item in node.items))
    return replace(node, items=tuple((_text(key, path), place(value, path)) for key, value in node.items))


def _text(key: Scalar, path: str) -> Text:
    return Text(key.text, key.line, key.tag, key.quoted, key.block, path)


def path_of(node: Document | None, default: str = "") -> str:
    """Return the file that a node's first scalar stands in."""
    if isinstance(node, Text):
        return node.path
    if isinstance(node, Seq):
        return next((path_of(item, default) for item in node.items), default)
    if isinstance(node, Map):
        return next((path_of(key, default) for key, _ in node.items), default)
    return default


def merged(base: Map, over: Map) -> Map:
    """Return both mappings in one: mappings merge, anything else is replaced, the later one wins."""
    found = {key.text: (key, value) for key, value in base.items}
    for key, value in over.items:
        earlier = found.get(key.text)
        if earlier and isinstance(value, Map) and isinstance(earlier[1], Map) and not value.tag:
            found[key.text] = (key, merged(earlier[1], value))
        else:
            found[key.text] = (key, value)
    return Map(tuple(found.values()), over.line or base.line)


class Budget:
    """Counts what expansion makes, and ends it when it gets out of hand."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._nodes = 0

    def spend(self) -> None:
        """Count one node."""
        self._nodes += 1
        if self._nodes > _MAX_NODES:
            raise TooLargeError(f"the configuration expands to more than {_MAX_NODES} values")


def refers(node: Document) -> bool:
    """Return whether a `!reference` stands anywhere below."""
    if isinstance(node, Map):
        return any(refers(value) for _, value in node.items)
    return isinstance(node, Seq) and (node.tag == "!reference" or any(refers(item) for item in node.items))


def dereferenced(node: Document, root: Map, budget: Budget, depth: int = 0) -> Document:
    """Put what each `!reference [job, key]` names in its place; lists inside lists are spliced."""
    budget.spend()
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Map):
        return replace(
            node, items=tuple((key, dereferenced(value, root, budget, depth)) for key, value in node.items)
        )
    if node.tag == "!reference":
        target = root.get(*(text_of(item) for item in node.items)) if node.items else None
        if target is None or depth >= _MAX_REFERENCES:
            return Scalar("!reference", node.line, LOST)
        return dereferenced(target, root, budget, depth + 1)
    items: list[Document] = []
    for item in node.items:
        value = dereferenced(item, root, budget, depth)
        is_splice = isinstance(item, Seq) and isinstance(value, Seq)
        items.extend(value.items if is_splice and isinstance(value, Seq) else (value,))
    return replace(node, items=tuple(items))


def input_values(spec: Document | None, given: Document | None) -> dict[str, Document | None]:
    """Return the value of every declared input: the given one, else the default, else None."""
    passed = {key.text: value for key, value in entries_of(given)}
    return {
        key.text: passed.get(key.text, value.get("default") if isinstance(value, Map) else None)
        for key, value in entries_of(spec)
    }


def interpolated(node: Document, inputs: Mapping[str, Document | None]) -> Document:
    """Put inputs in the place of `$[[ inputs.x ]]`; one without a value leaves the text, marked unknown."""
    if isinstance(node, Seq):
        return replace(node, items=tuple(interpolated(item, inputs) for item in node.items))
    if isinstance(node, Map):
        entries = (
            (_interpolated_text(key, inputs), interpolated(value, inputs)) for key, value in node.items
        )
        return replace(
            node,
            items=tuple((key if isinstance(key, Scalar) else Scalar("", 0), value) for key, value in entries),
        )
    return _interpolated_text(node, inputs)


def _interpolated_text(node: Scalar, inputs: Mapping[str, Document | None]) -> Document:
    if "$[[" not in node.text:
        return node
    whole = _INPUT.fullmatch(node.text.strip())
    if whole and isinstance(value := inputs.get(whole[1]), (Seq, Map)):
        return value
    unknown = False

    def written(match: re.Match[str]) -> str:
        nonlocal unknown
        value = inputs.get(match[1])
        if not isinstance(value, Scalar) or value.tag == "unknown":
            unknown = True
            return match[0]
        return _changed(value.text, match[2])

    text = _INPUT.sub(written, node.text)
    return replace(node, text=text, tag="unknown" if unknown else "str")


_CHANGES: Mapping[str, Callable[[str, list[str]], str]] = {
    "truncate": lambda text, numbers: (
        text[int(numbers[0]) :][: int(numbers[1])] if len(numbers) == 2 else text
    ),
}


def _changed(text: str, functions: str) -> str:
    """Apply the functions after the bar; `expand_vars` leaves the text, the shell will expand it."""
    for function in functions.split("|")[1:]:
        name, _, rest = function.strip().partition("(")
        change = _CHANGES.get(name)
        if change is not None:
            text = change(text, re.findall(r"\d{1,6}", rest))
    return text
