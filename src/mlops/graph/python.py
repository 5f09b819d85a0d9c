"""Python files as nodes and edges: modules run what they call, import and register."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.graph import Edge, Graph, PlacedFact
from mlops.domain.logic import Tri
from mlops.domain.python import MAIN, MODULE, Call, Function, PythonFacts
from mlops.domain.signs import Signs
from mlops.graph.modules import Modules, Symbol
from mlops.graph.rendered import unquoted

#: At most so many definitions may answer a method call whose receiver is unknown.
_CANDIDATES = 16
#: Methods that every container, file or string has: a call of one on an unknown receiver leads nowhere.
_GENERIC = frozenset({
    "append", "add", "get", "set", "items", "keys", "values", "update", "pop", "close", "open", "read", "write",
    "join", "split", "format", "copy", "sort", "index", "count", "extend", "insert", "remove", "clear", "strip",
    "lower", "upper", "replace", "encode", "decode", "exists", "mkdir", "group", "match", "search", "info",
    "debug", "warning", "error", "exception", "log", "head", "tail", "mean", "sum", "std", "min", "max",
    "shape", "astype", "drop", "rename", "merge", "apply", "map", "filter", "to_csv", "to_dict", "tolist",
    "item", "numpy", "cpu", "cuda", "to", "detach", "size", "view", "reshape", "backward", "step", "zero_grad",
    "start", "wait", "send", "put", "delete", "post", "execute", "commit", "fetchall", "fetchone", "cursor",
    "flush", "seek", "name", "is_file", "is_dir", "resolve",
})  # fmt: skip
#: Decorators that make a function a subcommand.
_SUBCOMMANDS = (".command", ".group", ".callback", "click.command", "typer.command", "cyclopts.App.command")
#: The label of a link to a function that is not called here: it is handed on, kept or returned.
REFERENCE = "refers to"
#: Decorators that leave a function as it is called: they register nothing.
_TRANSPARENT = ("property", "staticmethod", "classmethod", "functools.", "abc.", "contextlib.", "typing.", "torch.",
                "numba.", "tensorflow.function", "tenacity.", "backoff.", "retry", "pytest.", "overload", "jax.",
                "dataclasses.", "attr.", "attrs.", "cached_property", "lru_cache", "unittest.", "deprecated.",
                "typeguard.", "beartype.", "kfp.dsl.", "kfp.v2.dsl.")  # fmt: skip


class PythonGraph:
    """Adds the Python files of a repository to a graph."""

    def __init__(
        self, graph: Graph, files: Mapping[str, PythonFacts], scopes: Mapping[str, str], signs: Signs
    ) -> None:
        """Take the graph to fill, the files' facts and scopes, and the signs of the tools."""
        self.graph = graph
        self.modules = Modules(files)
        self.scopes = scopes
        self.signs = signs
        self.module_nodes: dict[str, int] = {}
        self.main_nodes: dict[str, int] = {}
        self.function_nodes: dict[tuple[str, int], int] = {}
        #: Paths whose module code some other first-party file runs by importing it.
        self.imported: set[str] = set()
        self._imports: dict[str, set[str]] = {}
        #: What each call means: (path, call index) -> symbol.
        self.meanings: dict[tuple[str, int], Symbol] = {}
        #: Functions of a command line by file: the names that call them, and their nodes.
        self.subcommands: dict[str, list[tuple[frozenset[str], int]]] = {}
        #: Placed call facts by (path, call index).
        self.placed: dict[tuple[str, int], PlacedFact] = {}

    def build(self) -> None:
        """Add nodes for all files, then edges and facts."""
        for path, file in self.modules.files.items():
            self._add_nodes(path, file.facts)
        for path, file in self.modules.files.items():
            self._link_imports(path, file.facts)
            self._link_calls(path, file.facts)
            self._link_references(path, file.facts)
            self._link_decorators(path, file.facts)

    def imports_of(self, path: str) -> frozenset[str]:
        """Return the first-party files that a file imports."""
        return frozenset(self._imports.get(path, ()))

    def node_of(self, path: str, scope: int) -> int:
        """Return the node of a scope: a function, the module's top level, or its main block."""
        if scope == MODULE:
            return self.module_nodes[path]
        if scope == MAIN:
            return self.main_nodes.get(path, self.module_nodes[path])
        return self.function_nodes[(path, scope)]

    def node_of_symbol(self, symbol: Symbol) -> int | None:
        """Return the node that running a symbol enters, or None for something foreign."""
        if symbol.kind == "function":
            return self.function_nodes[(symbol.path, symbol.index)]
        if symbol.kind == "module":
            return self.module_nodes[symbol.path]
        if symbol.kind == "class":
            name = self.modules.cls(symbol).name
            index = self.modules.files[symbol.path].functions.get(f"{name}.__init__")
            return None if index is None else self.function_nodes[(symbol.path, index)]
        return None

    def _add_nodes(self, path: str, facts: PythonFacts) -> None:
        scope = self.scopes[path]
        add = self.graph.add
        label = path
        self.module_nodes[path] = add("module", label, path, 1, scope=scope)
        if any(call.scope == MAIN for call in facts.calls) or any(f.scope == MAIN for f in facts.functions):
            line = min((call.line for call in facts.calls if call.scope == MAIN), default=1)
            self.main_nodes[path] = add("main", label, path, line, scope=scope)
            self._edge(self.main_nodes[path], self.module_nodes[path], path, 1, "runs")
        for index, function in enumerate(facts.functions):
            self.function_nodes[(path, index)] = add(
                "function", function.name, path, function.line, scope=scope
            )

    def _edge(
        self,
        source: int,
        target: int,
        path: str,
        line: int,
        label: str,
        *,
        possible: Tri = Tri.YES,
        stops: Tri = Tri.YES,
        reason: str = "",
        fake: str = "",
        stop_reason: str = "",
        stop_fake: str = "",
    ) -> None:
        if source != target:
            self.graph.link(
                Edge(source, target, path, line, label, possible, stops, reason, stop_reason, fake, stop_fake)
            )

    def _link_imports(self, path: str, facts: PythonFacts) -> None:
        for item in facts.imports:
            name = item.name.removesuffix(".*")
            target = self.modules.module(name, path)
            if target is None and "." in name.lstrip("."):
                target = self.modules.module(name.rpartition(".")[0] or ".", path)
            if target is not None and target != path:
                self.imported.add(target)
                self._imports.setdefault(path, set()).add(target)
                self._edge(
                    self.node_of(path, item.scope), self.module_nodes[target], path, item.line, "imports"
                )

    def _link_calls(self, path: str, facts: PythonFacts) -> None:
        for index, call in enumerate(facts.calls):
            symbol = self.modules.resolve(call.name, path)
            if symbol is None:
                for target in self._candidates(path, call):
                    self._call_edge(path, call, target)
                continue
            self.meanings[(path, index)] = symbol
            if symbol.kind == "class":
                self._link_class(path, call, symbol)
            elif symbol.kind == "function":
                self._call_edge(path, call, self.function_nodes[(symbol.path, symbol.index)])
                self._link_overrides(path, call, symbol)

    def _call_edge(self, path: str, call: Call, target: int) -> None:
        swallowed = call.swallowed
        self._edge(
            self.node_of(path, call.scope),
            target,
            path,
            call.line,
            "calls",
            possible=Tri.YES if call.live else Tri.NO,
            reason="" if call.live else "the code before it always returns, or its condition is always false",
            fake="" if call.live else "F9",
            stops=Tri.NO if swallowed else Tri.YES,
            stop_reason="an enclosing try swallows the failure" if swallowed else "",
            stop_fake="F15" if swallowed else "",
        )

    def _link_class(self, path: str, call: Call, symbol: Symbol) -> None:
        """A new object: its constructor runs, its properties are read, and a foreign base calls the methods it knows.

        No fact tells that an attribute of a value is loaded, so all properties count as read.
        """
        cls = self.modules.cls(symbol)
        facts, functions = self.modules.files[symbol.path].facts, self.modules.files[symbol.path].functions
        framework = any(base not in {"object", "abc.ABC", "typing.Protocol", "Exception", "enum.Enum"}
                        for base in self.modules.external_bases(symbol.path, symbol.index))  # fmt: skip
        for name, index in functions.items():
            owner, _, short = name.rpartition(".")
            if owner == cls.name and (short in {"__init__", "__post_init__", "__new__"} or framework
                                      or _is_property(facts.functions[index])):  # fmt: skip
                self._call_edge(path, call, self.function_nodes[(symbol.path, index)])

    def _link_overrides(self, path: str, call: Call, symbol: Symbol) -> None:
        """A method named on a base class may be any override of it in a first-party subclass."""
        function = self.modules.function(symbol)
        if not function.owner:
            return
        short = function.name.rpartition(".")[2]
        owner = self.modules.files[symbol.path].classes.get(function.owner)
        pending = [] if owner is None else self.modules.subclasses(symbol.path, owner)
        seen: set[tuple[str, int]] = set()
        while pending:
            child = pending.pop()
            if child in seen:
                continue
            seen.add(child)
            child_path, child_index = child
            name = self.modules.files[child_path].facts.classes[child_index].name
            override = self.modules.files[child_path].functions.get(f"{name}.{short}")
            if override is not None:
                self._call_edge(path, call, self.function_nodes[(child_path, override)])
            pending.extend(self.modules.subclasses(child_path, child_index))

    def _candidates(self, path: str, call: Call) -> list[int]:
        """Return the first-party methods that a call on an unknown receiver may mean."""
        if "." not in call.name.lstrip("?:."):
            return []
        short = call.name.rpartition(".")[2]
        if short in _GENERIC or short.startswith("?"):
            return []
        scope = self.scopes[path]
        found = [
            method
            for method in self.modules.methods_named(short)
            if scope == "test" or self.scopes[method[0]] != "test"
        ]
        if len(found) > _CANDIDATES:
            found = [method for method in found if method[0] == path]
        return [self.function_nodes[method] for method in found]

    def _link_references(self, path: str, facts: PythonFacts) -> None:
        for reference in facts.references:
            symbol = self.modules.resolve(reference.name, path)
            target = (
                self.node_of_symbol(symbol)
                if symbol is not None and symbol.kind in {"function", "class"}
                else None
            )
            if target is not None:
                self._edge(self.node_of(path, reference.scope), target, path, reference.line, REFERENCE)

    def _link_decorators(self, path: str, facts: PythonFacts) -> None:
        """A decorator that is not known to be transparent hands the function to something that calls it.

        A subcommand of a command line runs only when its name is given: `commands.py` links those.
        """
        for index, function in enumerate(facts.functions):
            registering = [
                d for d in function.decorators if not d.name.lstrip("?:.").startswith(_TRANSPARENT)
            ]
            subcommand = next((d for d in registering if d.name.endswith(_SUBCOMMANDS)), None)
            if subcommand is not None and not function.owner:
                given = (
                    unquoted(subcommand.args[0])
                    if subcommand.args
                    else dict(subcommand.keywords).get("name", "")
                )
                names = {unquoted(given) or function.name, function.name, function.name.replace("_", "-")}
                self.subcommands.setdefault(path, []).append(
                    (frozenset(names), self.function_nodes[(path, index)])
                )
            elif registering and not function.owner:
                self._edge(
                    self.node_of(path, function.scope),
                    self.function_nodes[(path, index)],
                    path,
                    registering[0].line,
                    f"registers with @{registering[0].name.lstrip('?:')}",
                )


def _is_property(function: Function) -> bool:
    return any(
        decorator.name.lstrip("?:.").rpartition(".")[2] in {"property", "cached_property"}
        for decorator in function.decorators
    )
