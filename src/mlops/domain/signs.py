"""Which capabilities a fact shows: the signs of all tools, indexed so that most facts cost one look-up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from mlops.domain.record import dataclass, field
from mlops.domain.rules import Pattern, Sign, Tool

_NOTHING: frozenset[str] = frozenset()
#: The globs of a pattern that accepts every text.
_ANYTHING = ("*",)
#: What ends a segment of a value: `mlflow.log_metric`, `tf:aws_x`, `owner/name`, `NAME=value`.
_SEPARATORS = re.compile(r"[./:=@\s]")
#: The first segment of a glob, if it is whole.
_FIRST = re.compile(r"([^*./:=@\s]*)[./:=@\s]")
#: A program with the version that `uvx` or `pipx run` shall take: `ruff@0.5`, `ruff>=0.5`, `mypy[reports]`.
_HEAD = re.compile(r"^([^@=<>~\[]+)[@=<>~\[].*$", re.DOTALL)
#: Kinds whose names the platforms compare without regard to case.
_CASELESS = frozenset({"action", "task"})
#: Distinct values remembered; a repository with more starts over.
_MEMORY = 200_000


@lru_cache(maxsize=16_384)
def _parts(glob: str) -> tuple[str, ...]:
    return tuple(glob.split("*"))


def glob_matches(glob: str, text: str) -> bool:
    """Tell whether a glob covers a whole text; `*` stands for any characters, nothing else is special."""
    parts = _parts(glob)
    head, tail = parts[0], parts[-1]
    if len(parts) == 1:
        return text == head
    if len(text) < len(head) + len(tail) or not text.startswith(head) or not text.endswith(tail):
        return False
    position, end = len(head), len(text) - len(tail)
    for part in parts[1:-1]:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


def pattern_matches(pattern: Pattern, text: str | None) -> bool:
    """Tell whether a pattern accepts a text; None, a missing attribute, satisfies only a pure `not`."""
    if text is None:
        return bool(pattern.excludes) and pattern.globs == _ANYTHING
    if pattern.globs != _ANYTHING and not any(glob_matches(glob, text) for glob in pattern.globs):
        return False
    return not (pattern.excludes and any(glob_matches(glob, text) for glob in pattern.excludes))


def where_matches(where: Mapping[str, Pattern], attrs: Mapping[str, str]) -> bool:
    """Tell whether attributes satisfy every pattern of a `where`; a name with `*` asks for any such attribute."""
    return all(
        pattern_matches(pattern, attrs.get(name)) if "*" not in name else _any_matches(name, pattern, attrs)
        for name, pattern in where.items()
    )


def _any_matches(name: str, pattern: Pattern, attrs: Mapping[str, str]) -> bool:
    return any(glob_matches(name, key) and pattern_matches(pattern, text) for key, text in attrs.items())


@dataclass(slots=True)  # not frozen: thousands are made at every start, and freezing triples the time
class _Entry:
    """One sign beside the capability that it shows."""

    capability: str
    sign: Sign
    #: Import roots of which the file must hold one; None for no condition.
    roots: frozenset[str] | None

    @property
    def conditional(self) -> bool:
        """Tell whether more than the value decides."""
        return bool(self.sign.where) or self.roots is not None

    def holds(self, attrs: Mapping[str, str], roots: Collection[str]) -> bool:
        """Tell whether the attributes and the imports of the file satisfy the sign."""
        return (self.roots is None or not self.roots.isdisjoint(roots)) and where_matches(
            self.sign.where, attrs
        )


#: What a value shows in any case, and the signs that look at more than the value.
_Found = tuple[frozenset[str], tuple[_Entry, ...]]


@dataclass(slots=True)
class _Index:
    """The signs of one kind: exact values, then globs by their first or last whole segment, then the rest."""

    exact: dict[str, list[_Entry]] = field(default_factory=dict)
    first: dict[str, list[_Entry]] = field(default_factory=dict)
    last: dict[str, list[_Entry]] = field(default_factory=dict)
    rest: list[_Entry] = field(default_factory=list)
    #: Finds the longest literal part of any of the rest: one search instead of dozens of comparisons.
    _hint: re.Pattern[str] | None = None

    def add(self, entry: _Entry) -> None:
        glob = entry.sign.match
        if "*" not in glob:
            self.exact.setdefault(glob, []).append(entry)
            return
        cut = _FIRST.match(glob)
        if cut:
            self.first.setdefault(cut[1], []).append(entry)
        elif len(pieces := _SEPARATORS.split(glob.rpartition("*")[2])) > 1:
            self.last.setdefault(pieces[-1], []).append(entry)
        else:
            self.rest.append(entry)
            self._hint = None

    def find(self, value: str) -> Sequence[_Entry]:
        globs = self._unsorted(value) if self.rest else []
        if self.first or self.last:
            pieces = _SEPARATORS.split(value)
            globs += self.first.get(pieces[0], ())
            globs += self.last.get(pieces[-1], ())
        if globs:
            globs = [entry for entry in globs if glob_matches(entry.sign.match, value)]
        return [*self.exact.get(value, ()), *globs]

    def _unsorted(self, value: str) -> list[_Entry]:
        if self._hint is None:
            parts = {max(entry.sign.match.split("*"), key=len) for entry in self.rest}
            self._hint = re.compile("|".join(map(re.escape, sorted(parts))))
        return list(self.rest) if self._hint.search(value) else []


class _Commands:
    """The signs of commands by their first word; those of a word are sorted further when it is first asked for."""

    def __init__(self) -> None:
        self._first: dict[str, list[_Entry]] = {}
        self._globs: list[_Entry] = []
        #: First word -> the longest other word that a sign asks for ("" for none) -> signs.
        self._sorted: dict[str, dict[str, list[_Entry]]] = {}

    def add(self, entry: _Entry) -> None:
        head = entry.sign.match.partition(" ")[0]
        if "*" in head:
            self._globs.append(entry)
        else:
            self._first.setdefault(head, []).append(entry)

    def find(self, value: str) -> Sequence[_Entry]:
        words = value.split()
        if not words:
            return ()
        head = _HEAD.sub(r"\1", words[0].rpartition("/bin/")[2])
        entries = [entry for entry in self._globs if glob_matches(entry.sign.match.partition(" ")[0], head)]
        by_word = self._of(head)
        if by_word:
            for key in ("", *dict.fromkeys(words[1:])):
                entries += by_word.get(key, ())
        return [entry for entry in entries if _follows(entry.sign.match, words[1:])]

    def _of(self, head: str) -> Mapping[str, list[_Entry]]:
        found = self._sorted.get(head)
        if found is None and head in self._first:
            found = self._sorted[head] = {}
            for entry in self._first[head]:
                words, _ = _command(entry.sign.match)
                key = max((word for word in words if "*" not in word), key=len, default="")
                found.setdefault(key, []).append(entry)
        return found or {}


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

    def __init__(self, tools: Iterable[Tool]) -> None:
        """Index the signs of these tools."""
        self._tools = tuple(tools)
        self._indexes: dict[str, _Index | _Commands] = {"command": _Commands()}
        self._memory: dict[tuple[str, str], _Found] = {}
        #: Distribution -> all that its tools show.
        self._declared: dict[str, frozenset[str]] = {}
        self._imports: dict[str, Tool] = {}
        for tool in self._tools:
            for name in tool.imports:
                self._imports.setdefault(name, tool)
            self._add(tool)

    def _add(self, tool: Tool) -> None:
        roots = frozenset(tool.imports) | {name.partition(".")[0] for name in tool.imports}
        for capability, signs in tool.signs.items():
            for sign in signs:
                self._index(sign.kind).add(_Entry(capability, sign, roots if sign.kind == "method" else None))
        for name in tool.distributions:
            self._declared[name] = self._declared.get(name, _NOTHING) | tool.signs.keys()

    def _index(self, kind: str) -> _Index | _Commands:
        index = self._indexes.get(kind)
        if index is None:
            index = self._indexes[kind] = _Index()
        return index

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
        index = self._indexes.get(kind)
        found: _Found = self._declared.get(value, _NOTHING) if kind == "dependency" else _NOTHING, ()
        if index is not None and (entries := index.find(value)):
            always = found[0].union(entry.capability for entry in entries if not entry.conditional)
            found = always, tuple(e for e in entries if e.conditional and e.capability not in always)
        if len(self._memory) >= _MEMORY:
            self._memory.clear()
        self._memory[(kind, value)] = found
        return found

    def roots(self) -> frozenset[str]:
        """Return the top-level packages of all tools: a file that names none of them uses no tool's library."""
        return frozenset(name.partition(".")[0] for name in self._imports)

    def tool_of_import(self, name: str) -> Tool | None:
        """Return the tool that an imported name belongs to, the longest known prefix deciding."""
        while name:
            found = self._imports.get(name)
            if found is not None:
                return found
            name = name.rpartition(".")[0]
        return None

    def distribution_imports(self) -> Mapping[str, tuple[str, ...]]:
        """Return the import roots of every distribution that a tool names."""
        return {name: tool.imports for tool in self._tools for name in tool.distributions}
