"""One entry into a list of a YAML file; comments, order and indentation stay."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from mlops.errors import MlopsError

#: Lines are never folded.
_WIDE = 4096


def put(text: str, key: str, identity: str, entry: Mapping[str, str]) -> str:
    """Return the text with the entry in the list `key`, in place of one with the same identity.

    Raises MlopsError for what the editor cannot read.
    """
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415  19 ms that only edits pay

    windows = "\r\n" in text
    text = text.replace("\r\n", "\n")
    try:
        yaml, root = _load(text)
        if root is None:  # comments alone
            changed = text.rstrip("\n") + "\n" + _dump(yaml, {key: [dict(entry)]})
        else:
            _insert(root, key, identity, entry)
            changed = _dump(yaml, root)
    except YAMLError as error:
        raise MlopsError(f"the configuration cannot be edited: {error}; add the entry by hand") from error
    return changed.replace("\n", "\r\n") if windows else changed


def _load(text: str) -> tuple[Any, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415  19 ms that only edits pay
    from ruamel.yaml.comments import CommentedMap  # noqa: PLC0415
    from ruamel.yaml.util import load_yaml_guess_indent  # noqa: PLC0415

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDE
    yaml.explicit_start = any(line.startswith("---") for line in text.splitlines())
    root = yaml.load(text)
    _, _, dash = load_yaml_guess_indent(text)
    dash = 2 if dash is None else dash
    nested = [value.lc.col for value in (root or {}).values() if isinstance(value, CommentedMap)]
    yaml.indent(mapping=max(nested, default=2) or 2, sequence=dash + 2, offset=dash)
    return yaml, root


def _insert(root: Any, key: str, identity: str, entry: Mapping[str, str]) -> None:
    found = root.get(key)
    if not found:
        root[key] = [dict(entry)]
        return
    for item in found:
        if str(item.get(identity)) == entry[identity]:
            _renew(item, entry)
            return
    _append(found, entry)


def _renew(item: Any, entry: Mapping[str, str]) -> None:
    """Change an entry in place; what is written below it stays there."""
    below = item.ca.items.get(list(item)[-1])
    item.update(entry)
    for name in [name for name in item if name not in entry]:
        del item[name]
    if below is not None:
        item.ca.items[list(item)[-1]] = below


def _append(found: Any, entry: Mapping[str, str]) -> None:
    """Append an entry; comments below the last one belong to what follows, so they move below the new one."""
    from ruamel.yaml.comments import CommentedMap  # noqa: PLC0415  only edits pay
    from ruamel.yaml.error import CommentMark  # noqa: PLC0415
    from ruamel.yaml.tokens import CommentToken  # noqa: PLC0415

    new = CommentedMap(entry)
    last = found[-1]
    tokens = last.ca.items.get(list(last)[-1]) if isinstance(last, CommentedMap) and last else None
    if tokens and tokens[2] is not None:
        own, _, rest = tokens[2].value.partition("\n")
        tokens[2].value = f"{own}\n"
        if rest:
            new.ca.items[list(new)[-1]] = [None, None, CommentToken(f"\n{rest}", CommentMark(0)), None]
    found.append(new)


def _dump(yaml: Any, root: Any) -> str:
    out = StringIO()
    yaml.dump(root, out)
    return out.getvalue()
