"""Model cards, data sheets and reports in Markdown, Quarto's and R's too: their sections, and whether somebody filled them in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from mlops.domain.facts import Fact
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.facts import yaml
from mlops.facts.config.values import resource

_NAMED = regex(
    r"(?:model|data(?:set)?)[-_ ]?cards?|datasheet|report|evaluation|results|(?:^|/)docs?/models?\b",
    re.IGNORECASE,
)
_HEADING = regex(r" {0,3}(#{1,6})\s(.*)$")
_UNDERLINE = regex(r" {0,3}(=+|-{2,})\s*$")
_FENCE = regex(r" {0,3}(```+|~~~+)")
_PLACEHOLDER = regex(
    r"\[?more information needed\]?|\bTODO\b|\bTBD\b|\bTBA\b|\bFIXME\b|lorem ipsum|\{\{.*?\}\}|<(?:your|insert|todo|fill|name|team|model|describe)[^<>]*>|"
    r"\[(?:insert|your|describe|fill|add)\b[^\]]*\](?!\()|coming soon|to be (?:done|written|added|defined)|_{5,}|\bxxx+\b",
    re.IGNORECASE,
)
_COMMENT = regex(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_WORD = regex(r"\w[\w.%'-]*")
_CARD_KEYS = {
    "license",
    "tags",
    "datasets",
    "metrics",
    "model-index",
    "library_name",
    "pipeline_tag",
    "base_model",
    "language",
}
_MAX_SECTIONS = 500
#: As much of a line is looked at: unclosed brackets in a row would cost their number squared.
_MAX_LINE = 4000


@dataclass(slots=True)
class _Section:
    title: str
    level: int
    line: int
    words: int = 0
    placeholder: bool = False
    #: Anything but blank lines: a table, an image or code fills a section too.
    filled: bool = False


def matches(path: str) -> bool:
    """Tell whether a Markdown file is named like a card or report, or may be one by its front matter."""
    name = posixpath.basename(path)
    if not name.lower().endswith((".md", ".markdown", ".qmd", ".rmd")):
        return False
    return bool(_NAMED.search(path.rpartition(".")[0])) or name.lower().startswith("readme.")


def sections(path: str, text: str) -> Iterator[Fact]:
    """Yield the sections of a card or report, and the card that a front matter describes."""
    front, body, offset = _front_matter(text)
    documents, _ = yaml.documents(front.encode("utf-8", "replace")) if front else ((), ())
    keys = {
        key.text
        for document in documents
        for key, _ in getattr(document, "items", ())
        if hasattr(key, "text")
    }
    is_card = bool(keys & _CARD_KEYS)
    if not is_card and not _NAMED.search(path.rpartition(".")[0]):
        return
    if is_card:
        yield from resource("hf:card", path, 1, documents[0])
    for section in _sections(body, offset):
        empty = section.placeholder or not section.filled
        attrs = {"words": str(section.words), "level": str(section.level)} | (
            {"placeholder": "yes"} if empty else {}
        )
        yield Fact("section", section.title.lower(), section.line, attrs)


def _front_matter(text: str) -> tuple[str, str, int]:
    """Split a front matter off; the third value is the number of lines before the body."""
    if text.startswith("---\n"):
        end = text.find("\n---", 4)
        if end > 0:
            cut = text.find("\n", end + 1)
            cut = len(text) if cut < 0 else cut + 1
            return text[4 : end + 1], text[cut:], text.count("\n", 0, cut)
    return "", text, 0


def _sections(body: str, offset: int) -> list[_Section]:
    body = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), body)
    found: list[_Section] = []
    fence = previous = ""
    for line, written in enumerate(body.split("\n"), offset + 1):
        mark = _FENCE.match(written)
        if mark:
            fence = "" if fence and written.strip().startswith(fence) else fence or mark[1][:3]
            continue
        if fence:
            for section in found[-1:]:
                section.filled = True
            continue
        heading = _HEADING.match(written)
        under = _UNDERLINE.match(written) if previous.strip() and not _HEADING.match(previous) else None
        if heading:
            found.append(_Section(heading[2].strip().rstrip("#").strip(), len(heading[1]), line))
        elif under and not previous.lstrip().startswith(("|", "-", ">")):
            _add(found, previous, -1)
            found.append(_Section(previous.strip(), 1 if "=" in under[1] else 2, line - 1))
        else:
            _add(found, written, 1)
        previous = written
        if len(found) >= _MAX_SECTIONS:
            break
    return found


def _add(found: list[_Section], written: str, sign: int) -> None:
    """Count the words of a line for its section and for those that hold the section."""
    words = sign * len(_WORD.findall(written[:_MAX_LINE]))
    placeholder = bool(_PLACEHOLDER.search(written[:_MAX_LINE]))
    level = 7
    for section in reversed(found):
        if section.level < level:
            section.words += words
            section.filled = section.filled or (sign > 0 and bool(written.strip()))
            if level == 7:
                section.placeholder = section.placeholder or placeholder
            level = section.level
        if level == 1:
            break
