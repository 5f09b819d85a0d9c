"""What is gathered while a file is walked: scopes, bindings, and calls and checks whose names are not resolved yet.

A *symbol* is an expression as far as it can be named: a rendered literal, a dotted name as written (`model.fit`, its
first part still to be looked up), `?…` for what will stay unresolved, or "" for the rest. A *dependency* is what a
value comes from: the index of a call, TAINT, or the name of a variable (`x`, `self.x`).
"""

from __future__ import annotations

from tree_sitter import Node

from mlops.domain.python import MAIN, MODULE
from mlops.domain.record import dataclass, field

#: A dependency on something that is not known before the code runs: a parameter, a loop variable, an import.
TAINT = -1

Dep = int | str
Deps = list[Dep]

#: Kinds of bindings: the value is absolute already, a symbol, an annotation as written, a class's qualified name, unknown.
IMPORTED, DEFINED, VALUE, ANNOTATED, SELF, OPAQUE = range(6)


@dataclass(slots=True, eq=False)
class Binding:
    """One name bound: from `position` on; the value is looked up as of `origin`."""

    position: int
    kind: int
    value: str
    origin: int
    scope: Scope
    #: The value is the result of calling `value`.
    made: bool = False
    resolved: str | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """One namespace: a module, a function, a class, or the part of a module below `__main__`."""

    number: int
    parent: Scope | None
    #: Qualified name with its dot, put before the names defined here.
    prefix: str = ""
    #: The class that this is the body of.
    owner: ClassRecord | None = None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    #: Names declared global or nonlocal.
    outer: set[str] = field(default_factory=set)
    #: Names loaded without a call, and where first.
    loads: dict[str, Node] = field(default_factory=dict)
    #: Symbols resolved, for those whose first name is bound once.
    cache: dict[str, str] = field(default_factory=dict)
    #: Numeric defaults of parameters.
    defaults: dict[str, str] = field(default_factory=dict)
    #: Numbers of the variables, for the flow of values.
    variables: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Arm:
    """What one arm of a branch does, while its code is walked."""

    start: int = -1
    end: int = -1
    raises: bool = False
    exits: bool = False
    returns: list[tuple[str, int]] = field(default_factory=list)
    idle: bool = False

    def merge(self, inner: Arm) -> None:
        """Take over what code nested in this arm does."""
        self.raises = self.raises or inner.raises
        self.exits = self.exits or inner.exits
        self.returns += inner.returns


@dataclass(slots=True, eq=False)
class Guard:
    """An enclosing `try` (or `suppress`); whether it swallows is known after its handlers were walked."""

    outer: Guard | None
    swallows: bool = False

    def swallowed(self) -> bool:
        """Return whether this or an enclosing one swallows."""
        guard: Guard | None = self
        while guard is not None:
            if guard.swallows:
                return True
            guard = guard.outer
        return False


@dataclass(slots=True, eq=False)
class CallRecord:
    """One call; symbols are resolved later."""

    symbol: str
    node: Node
    scope: Scope
    args: list[str]
    keywords: list[tuple[str, str]]
    deps: Deps
    guard: Guard | None
    live: bool
    discarded: bool = False
    role: str = ""


@dataclass(slots=True, eq=False)
class CheckRecord:
    """One check; its text lies in the source between two bytes."""

    kind: str
    row: int
    start: int
    end: int
    scope: Scope
    deps: Deps
    guard: Guard | None
    live: bool
    body: Arm | None = None
    orelse: Arm | None = None


@dataclass(slots=True, eq=False)
class DecoratorRecord:
    """One decorator: a symbol, or the call that makes it."""

    symbol: str
    row: int
    scope: Scope
    position: int
    call: int = -1


@dataclass(slots=True, eq=False)
class FunctionRecord:
    """One function."""

    name: str
    node: Node
    outer: Scope
    scope: Scope
    owner: str
    decorators: list[DecoratorRecord]
    parameters: list[tuple[str, str, str]]
    body: str = "real"
    deps: Deps = field(default_factory=list)
    returned: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class ClassRecord:
    """One class; attributes are bindings, in its body or on `self` in its methods."""

    name: str
    node: Node
    outer: Scope
    decorators: list[DecoratorRecord]
    bases: list[str]
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)


class Walk:
    """The state of one walk over a file."""

    __slots__ = (
        "arm", "calls", "checks", "classes", "constants", "decorators", "deps", "events", "function", "functions",
        "guard", "imports", "live", "loose", "main", "method", "module", "optional", "problems", "scope", "scopes", "stars",
        "text",
    )  # fmt: skip

    def __init__(self, source: bytes) -> None:
        """Start at the module's scope; `source` is UTF-8."""
        #: One character for each byte, so that a node's bytes are a slice of it.
        self.text = source.decode("latin-1")
        self.module = Scope(MODULE, None)
        self.main = Scope(MAIN, None, names=self.module.names, variables=self.module.variables)
        self.scope = self.module
        self.scopes = [self.module, self.main]
        #: The class whose method is walked.
        self.method: ClassRecord | None = None
        self.function: FunctionRecord | None = None
        self.arm = Arm()
        self.guard: Guard | None = None
        self.live = True
        self.optional = False
        self.deps: Deps = []
        self.decorators: list[DecoratorRecord] = []
        self.calls: list[CallRecord] = []
        self.checks: list[CheckRecord] = []
        self.functions: list[FunctionRecord] = []
        self.classes: dict[str, ClassRecord] = {}
        self.imports: list[tuple[str, str, int, Scope, bool]] = []
        self.stars: list[str] = []
        self.constants: list[tuple[str, str, int, Scope]] = []
        self.loose = 0
        self.problems: list[tuple[int, str]] = []
        #: What flows into what, in the order of the source: a call's index or a variable's name.
        self.events: list[tuple[Scope, Dep, Deps]] = []

    def enter(self, scope: Scope) -> Scope:
        """Register a new scope and return it."""
        self.scopes.append(scope)
        return scope

    def made(self, value: str, deps: Deps) -> bool:
        """Return whether a value that comes from `deps` is the result of a call of its own name."""
        last = deps[-1] if deps else TAINT
        return isinstance(last, int) and last >= 0 and self.calls[last].symbol == value

    def bind(self, name: str, kind: int, value: str, node: Node, deps: Deps) -> None:
        """Bind a name in the current scope from the end of `node` on."""
        scope = self.scope
        if name in scope.outer:
            scope = self.module
        binding = Binding(node.end_byte, kind, value, node.start_byte, self.scope, self.made(value, deps))
        scope.names.setdefault(name, []).append(binding)
        if scope.owner is not None:
            scope.owner.attributes.setdefault(name, []).append(binding)
        if deps:
            self.events.append((scope, name, deps))
