"""The dataclass decorator of all slotted classes: defining one takes a twentieth of the usual time, making one half.

`dataclasses` writes and compiles six methods for each frozen class where it is defined: with the classes that a start
loads, that is a quarter of what linting a small repository may take. Here the constructor is compiled when the first
object is made, comparison and hash need no compiling, and what else `dataclasses` knows of a class (`replace`,
`fields`, subclasses) is asked of a true dataclass of the same shape when somebody asks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "replace"]


def _record(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type], type]:
    """Return a decorator that does what `dataclasses.dataclass` does with these arguments."""

    def define(cls: type) -> type:
        if not slots or cls.__bases__ != (object,):
            return dataclasses.dataclass(slots=slots, frozen=frozen, eq=eq)(cls)
        return _define(cls, frozen=frozen, eq=eq)

    return define


def _define(cls: type, *, frozen: bool, eq: bool) -> type:
    names = tuple(cls.__annotations__)
    given = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
    left_out = {"__dict__", "__weakref__", *given}
    space = {name: value for name, value in cls.__dict__.items() if name not in left_out}
    shape = _Shape(names, given, frozen=frozen, eq=eq)
    space |= {
        "__slots__": names,
        "__match_args__": names,
        "__qualname__": cls.__qualname__,
        "__dataclass_fields__": _Asked("__dataclass_fields__", shape),
        "__dataclass_params__": _Asked("__dataclass_params__", shape),
    }
    space.setdefault("__repr__", _represent)
    values = _values(names)
    if eq:
        space["__eq__"] = _equality(values)
        space["__hash__"] = (lambda self: hash(values(self))) if frozen else None
    if frozen:
        space["__setattr__"] = space["__delattr__"] = _refuse
        # Copies and pickles are made anew, since nothing can be set later.
        space["__reduce__"] = lambda self: (type(self), values(self))
    made = type(cls.__name__, (), space)
    _start(made, shape)
    return made


class _Shape:
    """The fields of a class and what it was declared with."""

    def __init__(self, names: tuple[str, ...], given: dict[str, Any], *, frozen: bool, eq: bool) -> None:
        self.names = names
        self.given = given
        self.frozen = frozen
        self.eq = eq

    def true(self, cls: type) -> type:
        """Return a true dataclass of this shape."""
        space = {"__annotations__": cls.__annotations__, **self.given}
        return dataclasses.dataclass(frozen=self.frozen, eq=self.eq)(type(cls.__name__, (), space))


class _Asked:
    """An attribute of a class that is that of a true dataclass of the same shape."""

    def __init__(self, name: str, shape: _Shape) -> None:
        self._name = name
        self._shape = shape

    def __get__(self, instance: object, owner: type) -> object:
        true = self._shape.true(owner)
        for name in ("__dataclass_fields__", "__dataclass_params__"):
            setattr(owner, name, getattr(true, name))
        return getattr(true, self._name)


def _values(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a getter of all values; `attrgetter` makes no tuple of one or none."""
    return (
        attrgetter(*names) if len(names) > 1 else lambda self: tuple([getattr(self, name) for name in names])
    )


def _equality(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, object], object]:
    def equal(self: Any, other: object) -> object:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _represent(self: Any) -> str:
    inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{type(self).__qualname__}({inside})"


def _refuse(self: object, name: str, *_value: object) -> None:
    raise FrozenInstanceError(f"cannot change field {name!r} of {type(self).__qualname__}")


def _start(cls: Any, shape: _Shape) -> None:
    """Give a class a constructor that compiles the true one when the first object is made."""

    def start(self: Any, *args: object, **keywords: object) -> None:
        cls.__init__ = _constructor(cls, shape)
        cls.__init__(self, *args, **keywords)

    cls.__init__ = start


def _constructor(cls: Any, shape: _Shape) -> Callable[..., None]:
    space: dict[str, Any] = {"_MISSING": MISSING}
    parameters, lines = ["self"], []
    for name in shape.names:
        default = shape.given.get(name, MISSING)
        value = name
        if isinstance(default, Field):
            if default.default_factory is not MISSING:
                space[f"_make_{name}"] = default.default_factory
                value = f"_make_{name}() if {name} is _MISSING else {name}"
            default = default.default
        space[f"_default_{name}"] = default
        parameters.append(f"{name}=_default_{name}" if name in shape.given else name)
        if shape.frozen:
            # The slot itself sets what the class refuses to set.
            space[f"_set_{name}"] = getattr(cls, name).__set__
            lines.append(f" _set_{name}(self, {value})\n")
        else:
            lines.append(f" self.{name} = {value}\n")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()\n")
    exec(f"def __init__({', '.join(parameters)}):\n{''.join(lines) or ' pass'}", space)  # noqa: S102 (only names)
    made: Callable[..., None] = space["__init__"]
    return made


#: Class -> how all values of an object are got, and at which place each field stands.
_KNOWN: dict[type, tuple[Callable[[Any], tuple[Any, ...]], dict[str, int]]] = {}


def _replace(value: Any, /, **changes: object) -> Any:
    """Return a copy with other values in some fields, as `dataclasses.replace` does."""
    cls = value.__class__
    known = _KNOWN.get(cls)
    if known is None:
        names = cls.__match_args__
        known = _KNOWN[cls] = _values(names), {name: place for place, name in enumerate(names)}
    get, places = known
    values = list(get(value))
    for name, change in changes.items():
        if name not in places:
            raise TypeError(f"{cls.__qualname__} has no field {name!r}")
        values[places[name]] = change
    return cls(*values)


if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:
    dataclass, replace = _record, _replace
