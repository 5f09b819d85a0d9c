"""Resolve symbols to names: what an expression is called once imports, definitions and assignments are looked up."""

from __future__ import annotations

import builtins
import sys
from bisect import bisect_right
from operator import attrgetter

from mlops.domain.regex import regex
from mlops.facts.python import literals
from mlops.facts.python.state import (
    ANNOTATED,
    DEFINED,
    IMPORTED,
    OPAQUE,
    SELF,
    VALUE,
    Binding,
    ClassRecord,
    Scope,
    Walk,
)

_BUILTINS = frozenset(dir(builtins)) | {
    "__file__", "WindowsError", "basestring", "display", "execfile", "get_ipython", "long", "raw_input", "reduce",
    "reload", "unichr", "unicode", "xrange",
}  # fmt: skip
#: Names longer than this come from chains of reassignments, and say nothing.
_LONGEST = 240
_DEEPEST = 40
_WRAPPERS = frozenset(
    {"Optional", "Annotated", "Union", "Final", "ClassVar", "Required", "NotRequired", "Type", "type"}
)
_ANNOTATION = regex(r"([\w.]+)(\[)?")
_LATEST = sys.maxsize
#: So many bindings are looked at, for one that says something.
_NEAR = 20
_POSITION = attrgetter("position")
#: How the literals start that stand for a name wherever it is an argument.
_TEXTS = ("'", '"', "['", '["')
_NAMING = frozenset({IMPORTED, DEFINED, SELF})


class Resolver:
    """Looks symbols up in the scopes of one file."""

    def __init__(self, walk: Walk) -> None:
        """Take the scopes and classes of a finished walk."""
        self._classes = walk.classes
        self._star = walk.stars[0] if len(set(walk.stars)) == 1 else ""
        self._depth = 0
        #: Names bound somewhere to a number, or by an import or definition: all others need no look-up.
        self._numeric: set[str] = set()
        self._definable: set[str] = set()
        #: Names bound to instances: calling one calls its `__call__`.
        self._instances = {"self"}
        for scope in walk.scopes:
            self._numeric.update(scope.defaults)
            for name, bindings in scope.names.items():
                for binding in bindings:
                    if binding.made or binding.kind == ANNOTATED:
                        self._instances.add(name)
                    if binding.kind == VALUE:
                        if literals.is_number(binding.value):
                            self._numeric.add(name)
                    elif binding.kind in _NAMING:
                        self._definable.add(name)

    def render(self, scope: Scope, symbol: str, position: int) -> str:
        """Return an argument as `Call` has it: a literal, a resolved name, or "" for the rest."""
        if not symbol or symbol == "?" or literals.is_literal(symbol):
            return symbol if symbol != "?" else ""
        return self._text(scope, symbol, position) or self.name(scope, symbol, position)

    def _text(self, scope: Scope, symbol: str, position: int) -> str:
        """Return the text, or list of texts, that a plain name is bound to as a literal, or ""."""
        if "." in symbol:
            return ""
        home, found = self._find(scope, symbol)
        if found is None or home is None:
            return ""
        binding = found[0] if len(found) == 1 else pick(found, position if home is scope else _LATEST)
        return binding.value if binding.kind == VALUE and binding.value.startswith(_TEXTS) else ""

    def name(self, scope: Scope, symbol: str, position: int) -> str:
        """Return the name of a symbol as it is used at a position in a scope."""
        cached = scope.cache.get(symbol)
        if cached is not None:
            return cached
        root, _, rest = symbol.partition(".")
        home, found = self._find(scope, root)
        if found is None:
            result = self._unbound(scope, root, rest, symbol)
        else:
            binding = found[0] if len(found) == 1 else pick(found, position if home is scope else _LATEST)
            result = self._bound(binding, home, root, rest, symbol)
        if not result.isascii() and not literals.is_literal(result):
            result = literals.native(result)
        if found is None or len(found) == 1 or home is not scope:
            scope.cache[symbol] = result
        return result

    def defined(self, scope: Scope, symbol: str) -> bool:
        """Return whether a symbol starts with a name that is imported or defined in the file, or with `self`."""
        root = symbol.partition(".")[0]
        if root not in self._definable:
            return False
        _, found = self._find(scope, root)
        return found is not None and any(binding.kind in _NAMING for binding in found)

    def called(self, scope: Scope, symbol: str, position: int) -> str:
        """Return the name of what calling a symbol calls: for an instance, its `__call__`."""
        name = self.name(scope, symbol, position)
        if (symbol in self._instances or symbol[:5] == "self.") and name[0] != "?":
            return f"{name}.__call__" if self._is_instance(scope, symbol, position) else name
        return name

    def _is_instance(self, scope: Scope, symbol: str, position: int) -> bool:
        root, _, rest = symbol.partition(".")
        home, found = self._find(scope, root)
        if found is None:
            return False
        binding = pick(found, position if home is scope else _LATEST)
        if not rest:
            return binding.made or binding.kind == ANNOTATED or (binding.kind == SELF and root != "cls")
        record = self._classes.get(binding.value) if binding.kind == SELF else None
        if record is None or rest in record.members:
            return False
        bindings = self._attribute(record, rest, 0)
        if not bindings:
            return False
        binding = pick(bindings, _LATEST)
        return binding.made or binding.kind == ANNOTATED

    def member(self, scope: Scope, symbol: str, name: str) -> bool:
        """Return whether a resolved symbol, if it starts with an instance of the own class, names a method."""
        _, found = self._find(scope, symbol.partition(".")[0])
        if found is None or found[0].kind != SELF:
            return True
        owner, _, method = name.rpartition(".")
        record = self._classes.get(owner.removeprefix(":"))
        return record is not None and method in record.members

    def number(self, scope: Scope, name: str) -> str:
        """Return the number that a name is bound to as a literal, or ""."""
        home, found = self._find(scope, name) if name in self._numeric else (None, None)
        if found is None or home is None:
            return ""
        if name in home.defaults:
            return home.defaults[name]
        return next((binding.value for binding in found[:_NEAR] if literals.is_number(binding.value)), "")

    def varies(self, scope: Scope, name: str) -> bool:
        """Return whether a name that nothing flows into may differ from run to run: imported, or bound nowhere."""
        _, found = self._find(scope, name)
        if found is None:
            return name not in _BUILTINS
        return any(binding.kind == IMPORTED for binding in found)

    def annotation(self, scope: Scope, written: str) -> str:
        """Return the name of an annotation; `Optional[X]`, `X | None` and the like are X."""
        text = "".join(written.replace('"', "").replace("'", "").split())
        name = ""
        for _ in range(6):
            found = None
            for found in _ANNOTATION.finditer(text):
                if found[1] != "None":
                    break
            if found is None:
                return ""
            name = found[1]
            if not found[2] or name.rpartition(".")[2] not in _WRAPPERS:
                break
            text = text[found.end() :]
        return self.name(scope, name, _LATEST) if name and not literals.is_literal(name) else ""

    def value(self, binding: Binding) -> str:
        """Return the name of what a binding binds; a literal, or `?` for what has no name."""
        if binding.resolved is None:
            # A name that is made of itself ends here.
            binding.resolved = "?"
            if self._depth < _DEEPEST:
                self._depth += 1
                binding.resolved = self._evaluate(binding)
                self._depth -= 1
        return binding.resolved

    def _evaluate(self, binding: Binding) -> str:
        kind, value = binding.kind, binding.value
        if kind in (IMPORTED, DEFINED):
            # An import that could not be parsed has no name.
            return value or "?"
        if kind == SELF:
            return ":" + value
        if kind == ANNOTATED:
            return self.annotation(binding.scope, value) or "?"
        if kind == VALUE and value and value[0] != "?":
            if literals.is_literal(value):
                return value
            look_up = self.called if binding.made else self.name
            return look_up(binding.scope, value, binding.origin)
        return "?"

    def _find(self, scope: Scope, root: str) -> tuple[Scope | None, list[Binding] | None]:
        here: Scope | None = scope
        while here is not None:
            if here.owner is None or here is scope:
                found = here.names.get(root)
                if found:
                    return here, found
            here = here.parent
        return None, None

    def _unbound(self, scope: Scope, root: str, rest: str, symbol: str) -> str:
        if symbol[0] == "?":
            return symbol
        if root == "super" and rest:
            return f"{self._base(scope)}.{rest}"
        if root in _BUILTINS:
            return symbol
        return self._star + symbol if self._star else "?" + symbol

    def _base(self, scope: Scope) -> str:
        here: Scope | None = scope
        while here is not None and here.owner is None:
            here = here.parent
        owner = here.owner if here is not None else None
        if owner is None or not owner.bases:
            return "object"
        return self.name(owner.outer, owner.bases[0], owner.node.start_byte)

    def _bound(self, binding: Binding, home: Scope | None, root: str, rest: str, symbol: str) -> str:
        base = self.value(binding)
        if literals.is_literal(base):
            if rest:
                return "?" + symbol
            # A local literal stands for itself, unless it is filled later; one of the module is a constant with a name.
            if home is None or home.number < 0 or home.owner is not None:
                return f":{home.prefix if home is not None else ''}{root}"
            return "?" + symbol if base[-1] in ")]}" else base
        if base[0] == "?":
            return "?" + symbol
        if not rest:
            return base
        if base[0] == ":" and base[1:] in self._classes:
            return self._member(base[1:], rest, symbol, 0)
        joined = f"{base}.{rest}"
        return joined if len(joined) <= _LONGEST else "?" + symbol

    def _member(self, owner: str, rest: str, symbol: str, depth: int) -> str:
        """Return the name of an attribute of a class of this file, or of its instance."""
        attribute, _, more = rest.partition(".")
        record = self._classes[owner]
        if attribute in record.members:
            return f":{owner}.{rest}"
        bindings = self._attribute(record, attribute, 0)
        if bindings is None:
            return "?" + symbol if more else f":{owner}.{attribute}"
        base = self.value(pick(bindings, _LATEST))
        if literals.is_literal(base):
            return "?" + symbol if more else f":{owner}.{attribute}"
        if base[0] == "?" or depth > 8:
            return "?" + symbol
        if not more:
            return base
        if base[0] == ":" and base[1:] in self._classes:
            return self._member(base[1:], more, symbol, depth + 1)
        joined = f"{base}.{more}"
        return joined if len(joined) <= _LONGEST else "?" + symbol

    def _attribute(self, record: ClassRecord, name: str, depth: int) -> list[Binding] | None:
        found = record.attributes.get(name)
        if found or depth > 4:
            return found
        for base in record.bases:
            parent = self._classes.get(
                self.name(record.outer, base, record.node.start_byte).removeprefix(":")
            )
            if parent is not None and parent is not record:
                found = self._attribute(parent, name, depth + 1)
                if found:
                    return found
        return None


def pick(bindings: list[Binding], position: int) -> Binding:
    """Return the binding that holds at a position: the last before it that says something."""
    index = bisect_right(bindings, position, key=_POSITION)
    before = bindings[max(0, index - _NEAR) : index]
    candidates = reversed(before) if before else bindings[:_NEAR]
    fallback = before[-1] if before else bindings[0]
    chosen = next((binding for binding in candidates if not _vague(binding)), fallback)
    if chosen.kind == IMPORTED and bindings[0].kind == IMPORTED:
        # `try: import a except ImportError: import b as a`: the first is meant.
        return bindings[0]
    return chosen


def _vague(binding: Binding) -> bool:
    return binding.kind == OPAQUE or binding.value == "None" or binding.value[:1] == "?"
