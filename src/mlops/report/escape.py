"""Text of the repository made harmless for the languages that several formats share."""

from __future__ import annotations

import json
from typing import Any

from mlops.report.paint import clean

_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def json_text(data: Any) -> str:
    """Return data as JSON in ASCII: no console, log or viewer can show hidden characters or run `##vso[`."""
    return json.dumps(data, indent=2, ensure_ascii=True).replace("##", "#\\u0023") + "\n"


def xml(text: str) -> str:
    """Return text for XML and HTML, in elements and in quoted attributes."""
    return "".join(_XML.get(letter, letter) for letter in clean(text))


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters; an ellipsis tells that more follows."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
