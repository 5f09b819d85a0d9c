"""R: the calls of scripts, and of the chunks of R Markdown and Quarto documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from mlops.domain.facts import Fact
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.facts.config.values import MAX_TEXT

# Both are possessive, a text that is never closed goes to the end, and a call starts where a word does: nothing makes
# them look twice at the same place.
_NOISE = regex(r"#[^\n]*+|\"(?:[^\"\\]|\\.)*+(?:\"|\\?\Z)|'(?:[^'\\]|\\.)*+(?:'|\\?\Z)", re.DOTALL)
_TOKEN = regex(
    r"\b(?<!\.)(?:(?P<package>[A-Za-z][\w.]*+):::?)?(?P<name>[A-Za-z][\w.]*+)[ \t]*+\(|[()\[\]{},]"
)
_KEYWORD = regex(r"([A-Za-z.][\w.]*)\s*=(?!=)\s*(.+)", re.DOTALL)
_CHUNK = regex(r"[ \t]*```+\s*\{r\b([^}\n]*)\}")
_NOT_RUN = regex(r"\beval\s*[=:]\s*(?:F|FALSE|false)\b")
_WORDS = {"if", "for", "while", "function", "c", "list"}
#: A function at the top level: `fit_model <- function(rows)`, `fit_model = \\(rows)`.
_DEFINITION = regex(r"^(?P<name>[A-Za-z.][\w.]*+)[ \t]*+(?:<-|=)\s*+(?:function\b|\\\()", re.MULTILINE)
_MAX_CALLS = 5000


@dataclass(slots=True)
class _Open:
    """A call whose bracket is open."""

    name: str
    attrs: dict[str, str]
    line: int
    #: Where the argument begins that is being read.
    start: int
    given: int = 0


def is_document(path: str) -> bool:
    """Tell whether a file holds R in chunks."""
    return path.lower().endswith((".rmd", ".qmd"))


def read(path: str, text: str) -> Iterator[Fact]:
    """Yield the calls of a script or document, and the functions that a script defines at its top level."""
    text = _chunks(text) if is_document(path) else text
    text = _NOISE.sub(lambda match: _blank(match[0]) if match[0][0] == "#" else match[0], text)
    bare = _NOISE.sub(lambda match: _blank(match[0]), text)
    yield from _calls(text, bare)
    if not is_document(path):
        yield from _definitions(bare)


def _definitions(bare: str) -> Iterator[Fact]:
    """Yield functions by their names; `bare` is a script without comments and texts."""
    line = at = 0
    for match in islice(_DEFINITION.finditer(bare), _MAX_CALLS):
        line += bare.count("\n", at, match.start())
        at = match.start()
        yield Fact("call", "R::function", line + 1, {"name": match["name"]})


def _calls(text: str, bare: str) -> Iterator[Fact]:
    """Yield the calls as facts `R::name`, with their arguments and the package where it is written."""
    stack: list[_Open | None] = []
    line = count = at = 0
    for token in _TOKEN.finditer(bare):
        start, end = token.span()
        sign = bare[end - 1]
        if sign in "([{":
            package, name = token.groups()
            if not name or name in _WORDS:
                stack.append(None)
                continue
            line += bare.count("\n", at, start)
            at = start
            stack.append(_Open(name, {"package": package} if package else {}, line + 1, end))
        elif stack:
            top = stack.pop() if sign != "," else stack[-1]
            if top is None:
                continue
            _argument(top, text[top.start : min(start, top.start + MAX_TEXT)])
            top.start = end
            if sign != "," and count < _MAX_CALLS:
                count += 1
                yield Fact("call", f"R::{top.name}", top.line, top.attrs)


def _blank(text: str) -> str:
    return " " * len(text) if "\n" not in text else re.sub(r"[^\n]", " ", text)


def _argument(call: _Open, text: str) -> None:
    text = text.strip()
    match = _KEYWORD.fullmatch(text) if "=" in text else None
    if match:
        call.attrs[f"kw.{match[1]}"] = match[2].strip("\"'")
    elif text:
        call.attrs[f"arg.{call.given}"] = text.strip("\"'")
        call.given += 1


def _chunks(text: str) -> str:
    """Return the chunks of R that run, each on its line."""
    kept: list[str] = []
    fence = runs = False
    for written in text.split("\n"):
        opening = None if fence else _CHUNK.match(written)
        if opening:
            fence, runs = True, not _NOT_RUN.search(opening[1])
            kept.append("")
            continue
        if fence and written.strip().startswith("```"):
            fence = False
        if written.lstrip().startswith("#|") and _NOT_RUN.search(written):
            runs = False
        kept.append(written if fence and runs else "")
    return "\n".join(kept)
