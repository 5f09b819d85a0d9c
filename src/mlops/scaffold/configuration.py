"""The configuration of a project that `new` made, renewed without touching what a person added."""

from __future__ import annotations

from mlops.domain.regex import regex

_KEY = regex(r"([A-Za-z_][A-Za-z0-9_-]*):")
#: Keys that `new` writes. `scaffold` is always there; the others may have moved to pyproject.toml.
_OURS = ("model", "level", "edition", "scaffold")


def renew(mine: str, new: str) -> str:
    """Return a person's configuration with the keys that `new` writes taken from a new rendering."""
    fresh = dict(_blocks(new))
    newline = "\r\n" if "\r\n" in mine else "\n"
    text = "".join(fresh[key] if key in _OURS and key in fresh else block for key, block in _blocks(mine))
    return text.replace("\n", newline) if newline != "\n" else text


def _blocks(text: str) -> list[tuple[str, str]]:
    """Split YAML at its top-level keys; what stands before the first one has the key ""."""
    blocks: list[tuple[str, str]] = [("", "")]
    for line in text.replace("\r\n", "\n").splitlines(keepends=True):
        found = _KEY.match(line)
        if found:
            blocks.append((found[1], line))
        elif line.strip() and not line.startswith((" ", "-")) and blocks[-1][0] in _OURS:
            blocks.append(("", line))  # a comment of what follows
        else:
            key, block = blocks[-1]
            blocks[-1] = (key, block + line)
    return blocks
