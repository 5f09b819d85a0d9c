"""Facts and judgements as compact JSON: a dataclass is the list of its fields, by the types that they declare.

Trailing fields at their defaults are left out. Where a field may hold one of several classes, the number of the class
leads. JSON and not pickle: what a cache holds must never be run.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
#: A change of a value on its way in or out; None for a value that JSON holds as it is.
Change = Callable[[Any], Any] | None

_ENCODERS: dict[Any, Change] = {}
_DECODERS: dict[Any, Change] = {}


def dumps(value: Any) -> bytes:
    """Return a value of frozen dataclasses as JSON."""
    encode = _encoder(type(value))
    plain = encode(value) if encode else value
    return json.dumps(plain, separators=(",", ":")).encode()


def loads(kind: type[T], content: bytes) -> T:
    """Return the value of a class that JSON holds; raise ValueError for anything else."""
    decode = _decoder(kind)
    try:
        plain = json.loads(content)
        value: T = decode(plain) if decode else plain
    except (TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return value


def _encoder(kind: Any) -> Change:
    if kind not in _ENCODERS:
        if _is_record(kind):
            steps: list[tuple[str, Any, Change]] = []
            _ENCODERS[kind] = _row_of(steps)
            steps += [
                (item.name, _default(item), _encoder(hint))
                for item, hint in zip(fields(kind), _hints(kind), strict=True)
            ]
        else:
            _ENCODERS[kind] = _change(kind, _encoder, encode=True)
    return _ENCODERS[kind]


def _decoder(kind: Any) -> Change:
    if kind not in _DECODERS:
        if _is_record(kind):
            steps: list[tuple[int, Callable[[Any], Any]]] = []
            _DECODERS[kind] = _value_of(kind, steps)
            changes = [_decoder(hint) for hint in _hints(kind)]
            steps += [(position, change) for position, change in enumerate(changes) if change is not None]
        else:
            _DECODERS[kind] = _change(kind, _decoder, encode=False)
    return _DECODERS[kind]


def _is_record(kind: Any) -> bool:
    """Tell whether a class has fields; `dataclasses` itself would have to be asked at some cost."""
    return isinstance(kind, type) and "__match_args__" in kind.__dict__


def _hints(kind: Any) -> list[Any]:
    hints = get_type_hints(kind)
    return [hints[name] for name in kind.__match_args__]


def _default(item: Any) -> Any:
    if item.default is not MISSING:
        return item.default
    return item.default_factory() if item.default_factory is not MISSING else MISSING


def _row_of(steps: Sequence[tuple[str, Any, Change]]) -> Callable[[Any], list[Any]]:
    def row(value: Any) -> list[Any]:
        found, kept = [], 0
        for position, (name, default, change) in enumerate(steps, 1):
            item = getattr(value, name)
            # By type too: 0 equals False, and the reader gets back what was written.
            if default is MISSING or item != default or type(item) is not type(default):
                kept = position
            found.append(item if change is None else change(item))
        return found[:kept]

    return row


def _value_of(kind: Any, steps: Sequence[tuple[int, Callable[[Any], Any]]]) -> Callable[[Any], Any]:
    def value(row: list[Any]) -> Any:
        size = len(row)
        for position, change in steps:
            if position < size:
                row[position] = change(row[position])
        return kind(*row)

    return value


def _change(kind: Any, of: Callable[[Any], Change], *, encode: bool) -> Change:
    """Return how a value of a declared type that is no dataclass goes in or out."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return _union(parts, of, encode=encode)
    if origin is tuple:
        return _tuple(parts, of, encode=encode)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        item = of(parts[1])
        return (
            (lambda value: {key: item(part) for key, part in value.items()})
            if item
            else _mapping(encode=encode)
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return (lambda value: value.value) if encode else kind
    return None


def _mapping(*, encode: bool) -> Change:
    return dict if encode else None


def _tuple(parts: tuple[Any, ...], of: Callable[[Any], Change], *, encode: bool) -> Change:
    if len(parts) == 2 and parts[1] is Ellipsis:
        change = of(parts[0])
        if encode:
            return (lambda value: [change(item) for item in value]) if change else list
        return (lambda value: tuple([change(item) for item in value])) if change else tuple
    changes = [of(part) or _same for part in parts]
    build = list if encode else tuple
    if all(change is _same for change in changes):
        return build
    return lambda value: build(change(item) for change, item in zip(changes, value, strict=True))


def _union(parts: tuple[Any, ...], of: Callable[[Any], Change], *, encode: bool) -> Change:
    classes = [part for part in parts if part is not types.NoneType]
    if len(classes) == 1:
        change = of(classes[0])
        return (lambda value: None if value is None else change(value)) if change else None
    if not all(map(_is_record, classes)):
        return None  # plain values, which JSON tells apart
    changes = [of(part) or _same for part in classes]
    if encode:
        numbers = {part: number for number, part in enumerate(classes)}
        return lambda value: (
            value if value is None else [numbers[type(value)], *changes[numbers[type(value)]](value)]
        )
    return lambda value: None if value is None else changes[value[0]](value[1:])


def _same(value: Any) -> Any:
    return value
