"""What the readers of configuration share: a document's scalars as attributes, commands as shell text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator

from mlops.domain.document import Document, Map, Scalar, Seq, items_of, text_of, walk
from mlops.domain.facts import Fact, Target
from mlops.domain.regex import regex

#: How many scalars of a resource become attributes, and how long they may be.
MAX_ATTRIBUTES = 120
MAX_TEXT = 200
_MAX_VARIANTS = 8
#: Lists that say nothing about what a resource is; environment variables are facts of their own.
_DULL = regex(r"(?:^|\.)(?:env|args|command|volumes|volumeMounts|tags|parameters|ports)\.\*")

Found = tuple[tuple[Fact, ...], tuple[Target, ...]]
NOTHING: Found = ((), ())


def resource(value: str, name: str, line: int, node: Document | None = None, **more: str) -> Iterator[Fact]:
    """State a resource with the scalars below it; where a list of mappings gives a key several values, state it again."""
    found: dict[str, list[str]] = {}
    for path, leaf in walk(node):
        if isinstance(leaf, Scalar) and path:
            key = ".".join(path)
            if key not in found and len(found) >= MAX_ATTRIBUTES:
                break
            values = found.setdefault(key, [])
            text = leaf.text[:MAX_TEXT]
            if path[-1] == "*" and values:
                values[0] = f"{values[0]}, {text}"[:MAX_TEXT]
            elif text not in values and len(values) < _MAX_VARIANTS:
                values.append(text)
    varied = [len(values) for key, values in found.items() if not _DULL.search(key)]
    given = {key: text for key, text in more.items() if text}
    for index in range(max(varied, default=1)):
        attrs = {key: values[min(index, len(values) - 1)] for key, values in found.items()}
        yield Fact("resource", value, line, {**attrs, **given, "name": name})


def line_of(node: Document | None, default: int = 1) -> int:
    """Return the line of a node."""
    return node.line if node is not None else default


def strings(node: Document | None) -> tuple[str, ...]:
    """Return the texts of a list of scalars, or of one scalar."""
    return tuple(item.text for item in items_of(node) if isinstance(item, Scalar))


def maps(node: Document | None) -> tuple[Map, ...]:
    """Return the mappings of a list."""
    return tuple(item for item in node.items if isinstance(item, Map)) if isinstance(node, Seq) else ()


def command(words: Iterable[str]) -> str:
    """Write an argument list as shell text; `sh -c TEXT` gives the text itself."""
    given = list(words)
    if len(given) >= 3 and given[0].rpartition("/")[2] in {"sh", "bash", "ash", "dash", "zsh"}:
        for index, word in enumerate(given[1:-1], 1):
            if word.startswith("-") and word.endswith("c"):
                return given[index + 1]
    # $VARS stay open for the shell's reader; everything else is quoted where it must be.
    return " ".join(
        word if re.fullmatch(r"[\w./:=@%+,${}()\[\]-]+", word) else shlex.quote(word) for word in given
    )


def script_line(node: Document | None, default: int) -> int:
    """Return the line on which a scalar's text starts."""
    if isinstance(node, Scalar):
        return node.line + 1 if node.block else node.line
    return line_of(node, default)


def named(node: Map, *keys: str, default: str = "") -> str:
    """Return the first of the keys that gives a scalar."""
    return next((text for key in keys if (text := text_of(node.get(key)))), default)
