"""Position-annotated trees of YAML, JSON and TOML documents."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.domain.record import dataclass


@dataclass(frozen=True, slots=True)
class Scalar:
    """One scalar as written: `text` is never converted, `on:` stays "on" and `3.10` stays "3.10"."""

    text: str
    line: int
    #: The resolved type (str, int, float, bool, null) or an explicit local tag such as "!reference".
    tag: str = "str"
    #: True where the file quotes the scalar or gives it as a block.
    quoted: bool = False
    #: True for a block scalar (`|` or `>`): its text starts on the line after `line`.
    block: bool = False


@dataclass(frozen=True, slots=True)
class Seq:
    """A list."""

    items: tuple[Document, ...]
    line: int
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping in file order; keys are scalars (a key that is none is left out by the reader)."""

    items: tuple[tuple[Scalar, Document], ...]
    line: int
    tag: str = ""
    #: True where a merge key (`<<`) gave some of the entries: GitHub refuses such a file.
    merged: bool = False

    def get(self, *keys: str) -> Document | None:
        """Return the value below the path of keys, or None where a step is missing or no mapping."""
        node: Document = self
        for key in keys:
            if not isinstance(node, Map):
                return None
            for name, value in node.items:
                if name.text == key:
                    node = value
                    break
            else:
                return None
        return node

    def key(self, name: str) -> Scalar | None:
        """Return the key itself, for its line."""
        return next((key for key, _ in self.items if key.text == name), None)


Document = Scalar | Seq | Map


def text_of(node: Document | None, default: str = "") -> str:
    """Return the text of a scalar, else the default."""
    return node.text if isinstance(node, Scalar) else default


def items_of(node: Document | None) -> tuple[Document, ...]:
    """Return a list's items, a scalar as a list of one, nothing for the rest."""
    if isinstance(node, Seq):
        return node.items
    return (node,) if isinstance(node, Scalar) and node.tag != "null" else ()


def entries_of(node: Document | None) -> tuple[tuple[Scalar, Document], ...]:
    """Return a mapping's entries, nothing for the rest."""
    return node.items if isinstance(node, Map) else ()


def plain(node: Document | None) -> object:
    """Return the tree as dicts, lists and strings (all scalars stay text, null becomes None)."""
    if isinstance(node, Map):
        return {key.text: plain(value) for key, value in node.items}
    if isinstance(node, Seq):
        return [plain(item) for item in node.items]
    if node is None or node.tag == "null":
        return None
    return node.text


def walk(node: Document | None, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Document]]:
    """Yield every node below with the path of keys that leads there; list items give "*"."""
    if node is None:
        return
    yield prefix, node
    if isinstance(node, Map):
        for key, value in node.items:
            yield from walk(value, (*prefix, key.text))
    elif isinstance(node, Seq):
        for item in node.items:
            yield from walk(item, (*prefix, "*"))
