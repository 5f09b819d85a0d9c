"""Literals in Python's repr, and how they are told from names."""

from __future__ import annotations

import re

from mlops.domain.regex import regex

#: Longer renderings are cut.
LIMIT = 300

_ESCAPE = regex(
    r"\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\n": "", "\r\n": ""}
_KEPT = frozenset("\\'\"")
_OPENING = regex(r"([a-zA-Z]{0,3})('''|\"\"\"|'|\")")


def is_literal(value: str) -> bool:
    """Tell a rendered literal from a name."""
    return value != "" and (
        value[-1] in "'\")]}" or value[0] in "0123456789-" or value in {"True", "False", "None"}
    )


def is_number(value: str) -> bool:
    """Tell a rendered number from other literals and from names."""
    return value != "" and (value[0].isdigit() or (value[0] == "-" and value[1:2].isdigit()))


def number(text: str) -> str:
    """Render a numeric literal as written, in Python's repr where it is sane."""
    text = text.lower().replace("_", "").rstrip("l")
    if len(text) > LIMIT:
        return text[:LIMIT]
    try:
        if text[:1] == "0" and text[1:].isdigit():
            return str(int(text, 8))
        return str(int(text, 0))
    except ValueError:
        pass
    try:
        return repr(complex(text) if text.endswith("j") else float(text))
    except ValueError:
        return text


def split_string(text: str) -> tuple[str, str]:
    """Return the lower-case prefix and the text between the quotes of a string as written."""
    opening = _OPENING.match(text)
    if opening is None:
        return "", text
    quote = opening[2]
    end = (
        len(text) - len(quote)
        if text.endswith(quote) and len(text) >= opening.end() + len(quote)
        else len(text)
    )
    return opening[1].lower(), text[opening.end() : end]


def native(text: str) -> str:
    """Turn a slice of the source, in which each character is one byte of UTF-8, into the text it stands for."""
    return text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace")


def unescape(text: str) -> str:
    """Replace the escapes of a string literal; an unknown one stays as written, as in Python."""
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _escape(match: re.Match[str]) -> str:
    body = match[1]
    if body in _SIMPLE:
        return _SIMPLE[body]
    if body in _KEPT:
        return body
    if body[0] in "xuU" and len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if code < 0x110000 else match[0]
    if body.isdigit() and body.isascii():
        return chr(int(body, 8)) if body[0] < "8" else match[0]
    return match[0]
