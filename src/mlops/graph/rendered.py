"""Rendered arguments of calls (see `domain/python.py`) as attributes of facts."""

from __future__ import annotations

from mlops.domain.python import Call


def call_attrs(call: Call) -> dict[str, str]:
    """Return a call's arguments, and what it is called on, as attributes of its fact."""
    own = {"receiver": call.name.lstrip("?").rpartition(".")[0]}
    if call.swallowed:
        own["swallowed"] = "yes"
    return {**own, **attributes(call.args, call.keywords)}


def attributes(args: tuple[str, ...], keywords: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return rendered arguments as attributes: `arg.0`, `kw.name`; string literals lose their quotes."""
    found = {f"arg.{position}": unquoted(value) for position, value in enumerate(args)}
    found.update({f"kw.{name}": unquoted(value) for name, value in keywords})
    return found


def unquoted(rendered: str) -> str:
    """Return a rendered string literal without its quotes; anything else as it is."""
    if len(rendered) > 1 and rendered[0] == rendered[-1] and rendered[0] in "'\"":
        return rendered[1:-1]
    return rendered
