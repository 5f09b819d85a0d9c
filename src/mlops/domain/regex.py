"""Regular expressions that are compiled when they are first used: a start compiles hundreds and uses dozens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

#: What the program asks of an expression; taken over from the compiled one, so that later uses cost nothing more.
_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


class _Regex:
    """An expression and its flags, until somebody asks for a method."""

    __slots__ = (*_METHODS, "_flags", "_source")

    def __init__(self, source: str | bytes, flags: int = 0) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile: Python asks here only for slots that are still empty."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


if TYPE_CHECKING:
    regex = re.compile
else:
    regex = _Regex
