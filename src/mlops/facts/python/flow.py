"""Close what flows where over the assignments of each scope: which calls feed a call, a check, a returned value."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mlops.facts.python.state import DEFINED, IMPORTED, Dep, Deps, Scope, Walk

#: At most this many feeding calls are kept, the latest in the file.
_MOST = 100
_ROUNDS = 6
_LARGEST = 8000
#: What is imported or defined is no variable: nothing flows into `logger` by `logger.add(x)`.
_FIXED = frozenset({IMPORTED, DEFINED})


class Flow:
    """Sets of calls as integers: bit 0 is what varies from run to run, bit n + 1 the call with index n."""

    def __init__(self, walk: Walk, varies: Callable[[Scope, str], bool]) -> None:
        """Compute the sets of all calls and variables; `varies` tells the names that are not the same in each run."""
        self._varies = varies
        count = len(walk.calls)
        #: In a file with too many calls everything may vary, and what feeds what is not told.
        self._masks = [2 << index for index in range(count)] if count <= _LARGEST else [1] * count
        self._tuples: dict[int, tuple[int, ...]] = {}
        #: Names that something flows into; no other needs a look-up.
        self._flowing = {target for _, target, _ in walk.events if isinstance(target, str)}
        if count <= _LARGEST:
            self._close(
                [
                    (
                        target if isinstance(target, int) else self._lookup(scope, target),
                        self._numbers(scope, deps),
                    )
                    for scope, target, deps in walk.events
                ]
            )

    def call(self, index: int) -> tuple[int, ...]:
        """Return the calls that feed a call."""
        return self.indices(self._masks[index] & ~(2 << index))

    def mask(self, scope: Scope, deps: Iterable[Dep]) -> int:
        """Return the set of what dependencies come from, as an integer."""
        found = 0
        masks = self._masks
        for dep in deps:
            if isinstance(dep, int):
                found |= masks[dep] if dep >= 0 else 1
                continue
            number = self._lookup(scope, dep)
            if number >= 0 and masks[number]:
                found |= masks[number]
            elif self._varies(scope, dep):
                found |= 1
        return found

    def _close(self, events: list[tuple[int, list[int]]]) -> None:
        masks = self._masks
        for _ in range(_ROUNDS):
            changed = False
            for target, deps in events:
                if target < 0:
                    continue
                before = found = masks[target]
                for dep in deps:
                    found |= masks[dep] if dep >= 0 else 1
                if found != before:
                    masks[target] = found
                    changed = True
            if not changed:
                return

    def _numbers(self, scope: Scope, deps: Deps) -> list[int]:
        found: list[int] = []
        flowing = self._flowing
        for dep in deps:
            if isinstance(dep, int):
                found.append(dep)
            elif dep in flowing:
                number = self._lookup(scope, dep)
                if number >= 0:
                    found.append(number)
        return found

    def _lookup(self, scope: Scope, name: str) -> int:
        """Return the number of a variable, or -2 if the name is bound nowhere in the file."""
        number = scope.variables.get(name)
        if number is None:
            number = self._search(scope, name)
            scope.variables[name] = number
        return number

    def _search(self, scope: Scope, name: str) -> int:
        here: Scope | None = scope
        while here is not None:
            if name in here.names and (here.owner is None or here is scope):
                if here.names[name] and all(binding.kind in _FIXED for binding in here.names[name]):
                    return -2
                number = here.variables.get(name, -2)
                if number < 0:
                    number = here.variables[name] = len(self._masks)
                    self._masks.append(0)
                return number
            here = here.parent
        return -2

    def indices(self, mask: int) -> tuple[int, ...]:
        """Return the calls in a set."""
        mask >>= 1
        if not mask:
            return ()
        found = self._tuples.get(mask)
        if found is None:
            indices: list[int] = []
            rest = mask
            while rest and len(indices) < _MOST:
                index = rest.bit_length() - 1
                indices.append(index)
                rest ^= 1 << index
            found = self._tuples[mask] = tuple(reversed(indices))
        return found
