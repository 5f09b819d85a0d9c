"""One entry into a list of [tool.mlops] in a pyproject.toml; comments and order stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlops.errors import MlopsError


def put(text: str, key: str, identity: str, entry: Mapping[str, str]) -> str:
    """Return the text with the entry in the list `key`, in place of one with the same identity.

    Raises MlopsError for what the editor cannot read.
    """
    import tomlkit  # noqa: PLC0415  only edits pay
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    try:
        document = tomlkit.parse(text)
        tool: Any = document["tool"]
        _insert(tool["mlops"], key, identity, entry)
        changed = tomlkit.dumps(document)
    except TOMLKitError as error:
        raise MlopsError(f"pyproject.toml cannot be edited: {error}; add the entry by hand") from error
    return changed.rstrip("\n") + "\n"


def _insert(root: Any, key: str, identity: str, entry: Mapping[str, str]) -> None:
    import tomlkit  # noqa: PLC0415  only edits pay
    from tomlkit.items import AoT  # noqa: PLC0415

    found = root.get(key)
    if not found:
        tables = tomlkit.aot()
        tables.append(_table(entry))
        root.pop(key, None)
        root[key] = tables
        return
    for item in found:
        if item.get(identity) == entry[identity]:
            for name in [name for name in item if name not in entry]:
                del item[name]
            item.update(entry)
            return
    if isinstance(found, AoT):
        found.append(_table(entry))
    else:
        inline = tomlkit.inline_table()
        inline.update(entry)
        found.append(inline)


def _table(entry: Mapping[str, str]) -> Any:
    """Return a table with an empty line behind it."""
    import tomlkit  # noqa: PLC0415  only edits pay

    table = tomlkit.table()
    table.update(entry)
    table.add(tomlkit.nl())
    return table
