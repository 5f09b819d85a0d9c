"""Which capabilities a fact shows: the signs of all tools, indexed so that most facts cost one look-up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from mlops.domain.globs import glob_matches, where_matches
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.domain.rules import Pattern
from mlops.domain.sign_index import SEPARATORS, Raw

_NOTHING: frozenset[str] = frozenset()
#: A program with the version that `uvx` or `pipx run` shall take: `ruff@0.5`, `ruff>=0.5`, `mypy[reports]`.
_HEAD = regex(r"^([^@=<>~\[]+)[@=<>~\[].*$", re.DOTALL)
#: Distinct values remembered; a repository with more starts over.
_MEMORY = 200_000

#: Tool -> what it is imported as.
_Imports = Mapping[str, Sequence[str]]


@dataclass(slots=True)  # not frozen: freezing triples the time
class _Entry:
    """One sign beside the capability that it shows."""

    capability: str
    match: str
    where: Mapping[str, Pattern]
    #: Import roots of which the file must hold one; None for no condition.
    roots: frozenset[str] | None

    @property
    def conditional(self) -> bool:
        """Tell whether more than the value decides."""
        return bool(self.where) or self.roots is not None

    def holds(self, attrs: Mapping[str, str], roots: Collection[str]) -> bool:
        """Tell whether the attributes and the imports of the file satisfy the sign."""
        return (self.roots is None or not self.roots.isdisjoint(roots)) and where_matches(self.where, attrs)


def _entry(raw: Raw, imports: _Imports) -> _Entry:
    text, where, tool = (raw, {}, "") if isinstance(raw, str) else raw
    capability, _, match = text.partition(" ")
    patterns = {name: Pattern(tuple(globs), tuple(excludes)) for name, (globs, excludes) in where.items()}
    return _Entry(capability, match, patterns, _roots(imports[tool]) if tool else None)


def _roots(names: Iterable[str]) -> frozenset[str]:
    """Return names and the top-level packages that they lie in."""
    return frozenset(root for name in names for root in (name, name.partition(".")[0]))


class _Place:
    """The entries of one place by their key, made when they are first asked for."""

    def __init__(self, raw: Mapping[str, Iterable[Raw]], imports: _Imports) -> None:
        self._raw = raw
        self._imports = imports
        self._made: dict[str, list[_Entry]] = {}

    def __bool__(self) -> bool:
        return bool(self._raw)

    def get(self, key: str) -> Sequence[_Entry]:
        made = self._made.get(key)
        if made is None:
            if key not in self._raw:
                return ()
            made = self._made[key] = [_entry(raw, self._imports) for raw in self._raw[key]]
        return made


#: What a value shows in any case, and the signs that look at more than the value.
_Found = tuple[frozenset[str], tuple[_Entry, ...]]


class _Values:
    """The signs of one kind: exact values, then globs by their first or last whole segment, then the rest."""

    def __init__(self, places: Mapping[str, Mapping[str, Iterable[Raw]]], imports: _Imports) -> None:
        self._exact, self._first, self._last, self._rest = (
            _Place(places.get(name, {}), imports) for name in ("exact", "first", "last", "rest")
        )
        #: Finds the longest literal part of any of the rest: one search instead of dozens of comparisons.
        self._hint: re.Pattern[str] | None = None

    def find(self, value: str) -> Sequence[_Entry]:
        globs = self._unsorted(value) if self._rest else []
        if self._first or self._last:
            pieces = SEPARATORS.split(value)
            globs += self._first.get(pieces[0])
            globs += self._last.get(pieces[-1])
        if globs:
            globs = [entry for entry in globs if glob_matches(entry.match, value)]
        return [*self._exact.get(value), *globs]

    def _unsorted(self, value: str) -> list[_Entry]:
        if self._hint is None:
            parts = {max(entry.match.split("*"), key=len) for entry in self._rest.get("")}
            self._hint = re.compile("|".join(map(re.escape, sorted(parts))))
        return list(self._rest.get("")) if self._hint.search(value) else []


class _Commands:
    """The signs of commands by their first word; those of a word are sorted further when it is first asked for."""

    def __init__(self, places: Mapping[str, Mapping[str, Iterable[Raw]]], imports: _Imports) -> None:
        self._first = _Place(places.get("first", {}), imports)
        self._globs = _Place(places.get("rest", {}), imports)
        #: First word -> the longest other word that a sign asks for ("" for none) -> signs.
        self._sorted: dict[str, dict[str, list[_Entry]]] = {}

    def find(self, value: str) -> Sequence[_Entry]:
        words = value.split()
        if not words:
            return ()
        head = _HEAD.sub(r"\1", words[0].rpartition("/bin/")[2])
        entries = [e for e in self._globs.get("") if glob_matches(e.match.partition(" ")[0], head)]
        by_word = self._of(head)
        if by_word:
            for key in ("", *dict.fromkeys(words[1:])):
                entries += by_word.get(key, ())
        return [entry for entry in entries if _follows(entry.match, words[1:])]

    def _of(self, head: str) -> Mapping[str, list[_Entry]]:
        found = self._sorted.get(head)
        if found is None:
            found = self._sorted[head] = {}
            for entry in self._first.get(head):
                words, _ = _command(entry.match)
                key = max((word for word in words if "*" not in word), key=len, default="")
                found.setdefault(key, []).append(entry)
        return found


@lru_cache(maxsize=16_384)
def _command(match: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a command's sign after the first, and its options."""
    words = match.split()[1:]
    return tuple(w for w in words if not w.startswith("-")), tuple(w for w in words if w.startswith("-"))


def _follows(match: str, words: list[str]) -> bool:
    ordered, options = _command(match)
    rest = iter(words)
    for wanted in ordered:
        # `in` on an iterator goes on behind the word it finds
        if not (any(glob_matches(wanted, word) for word in rest) if "*" in wanted else wanted in rest):
            return False
    return all(_has_option(option, words) for option in options)


def _has_option(option: str, words: list[str]) -> bool:
    """Tell whether an option stands anywhere: as it is, or before a value (`--junitxml=report.xml`)."""
    if "*" not in option:
        return option in words or any(word.startswith(f"{option}=") for word in words)
    return any(glob_matches(option, word) or glob_matches(option, word.partition("=")[0]) for word in words)


class Signs:
    """The signs of all tools, ready to be asked about facts."""

    def __init__(self, index: Mapping[str, Any]) -> None:
        """Take the index that `sign_index.index_of` made."""
        self._imports: _Imports = index["imports"]
        self._kinds = {
            kind: _Commands(places, self._imports) if kind == "command" else _Values(places, self._imports)
            for kind, places in index["kinds"].items()
        }
        self._distributions: Mapping[str, Sequence[str]] = index["distributions"]
        #: Tool -> the capabilities that it shows, in one text.
        self._shows: Mapping[str, str] = index["shows"]
        self._memory: dict[tuple[str, str], _Found] = {}

    def capabilities(
        self, kind: str, value: str, attrs: Mapping[str, str], roots: Collection[str] = _NOTHING
    ) -> frozenset[str]:
        """Return what a fact shows; `roots` are the imports of its file, without which no `method` counts.

        A dependency shows all capabilities of its tool: it declares them, whatever the code does with it.
        """
        always, conditional = self._memory.get((kind, value)) or self._find(kind, value)
        if not conditional:
            return always
        return always.union(entry.capability for entry in conditional if entry.holds(attrs, roots))

    def knows(self, kind: str, value: str) -> bool:
        """Tell whether a fact can show anything, whatever its attributes: most show nothing."""
        always, conditional = self._memory.get((kind, value)) or self._find(kind, value)
        return bool(always or conditional)

    def _find(self, kind: str, value: str) -> _Found:
        index = self._kinds.get(kind)
        shown = self._declared(value) if kind == "dependency" else _NOTHING
        found: _Found = shown, ()
        if index is not None and (entries := index.find(value)):
            always = shown.union(entry.capability for entry in entries if not entry.conditional)
            found = always, tuple(e for e in entries if e.conditional and e.capability not in always)
        if len(self._memory) >= _MEMORY:
            self._memory.clear()
        self._memory[(kind, value)] = found
        return found

    def distribution_imports(self) -> Mapping[str, Sequence[str]]:
        """Return what every distribution that a tool names is imported as."""
        return {name: self._imports[tools[-1]] for name, tools in self._distributions.items()}

    def _declared(self, distribution: str) -> frozenset[str]:
        """Return all that the tools of a distribution show."""
        return frozenset(
            name for tool in self._distributions.get(distribution, ()) for name in self._shows[tool].split()
        )
