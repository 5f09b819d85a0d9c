"""Which file an import means, and which definition a dotted name means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mlops.domain.python import Class, Function, PythonFacts
from mlops.domain.record import dataclass, field

_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name means: a function or class of a file (`index`), a module, or something outside (`name`)."""

    kind: str
    path: str = ""
    index: int = -1
    name: str = ""


@dataclass(slots=True)
class _File:
    path: str
    facts: PythonFacts
    functions: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)


class Modules:
    """All Python files of the repository, by import name."""

    def __init__(self, files: Mapping[str, PythonFacts]) -> None:
        """Index the files; `files` maps a path to its facts."""
        self.files: dict[str, _File] = {path: _index(path, facts) for path, facts in files.items()}
        self._by_suffix: dict[str, list[str]] = {}
        for path in self.files:
            for name in _import_names(path):
                self._by_suffix.setdefault(name, []).append(path)
        #: First segments of all that can be imported: a name that starts otherwise is foreign.
        self._roots = {name.partition(".")[0] for name in self._by_suffix}
        self._packages = {path.rpartition("/")[0] for path in self.files if path.endswith("__init__.py")}
        self._methods: dict[str, list[tuple[str, int]]] | None = None
        self._subclasses: dict[tuple[str, str], list[tuple[str, int]]] | None = None
        self._found: dict[tuple[str, str], str | None] = {}
        self._resolved: dict[tuple[str, str], Symbol | None] = {}

    def module(self, name: str, importer: str) -> str | None:
        """Return the file that `import name` means in the file `importer`, or None for a foreign module."""
        key = (name, importer.rpartition("/")[0])
        if key not in self._found:
            self._found[key] = self._find(name, importer)
        return self._found[key]

    def _find(self, name: str, importer: str) -> str | None:
        if name.startswith("."):
            return self._relative(name, importer)
        candidates = self._by_suffix.get(name, ())
        best, best_rank = None, 9
        for path in candidates:
            rank = self._rank(name, path, importer)
            if rank < best_rank:
                best, best_rank = path, rank
        return best

    def _rank(self, name: str, path: str, importer: str) -> int:
        """Order candidates: beside the importer, at the root or in src, at another import root; 9 refuses."""
        depth = name.count(".") + 1
        parts = path.removesuffix("/__init__.py").removesuffix(".py").split("/")
        root = "/".join(parts[: len(parts) - depth])
        if path == importer:
            return 9
        if root == importer.rpartition("/")[0] and root not in self._packages:
            return 0
        if root == "":
            return 1
        if root == importer.rpartition("/")[0]:
            # `import x` inside package `pkg` meaning pkg/x.py: run as a script, its folder is first on the path.
            return 2
        if root in {"src", "lib", "python"}:
            return 3
        if root in self._packages:
            # `from utils.io import x` in package `pkg` meaning pkg/utils/io.py: run with pkg as the working folder.
            return 8 if depth > 1 and importer.startswith(root + "/") else 9
        if importer.startswith(root + "/"):
            return 4
        is_package = f"{root}/{parts[len(parts) - depth]}" in self._packages or depth > 1
        return 5 if is_package else 7

    def _relative(self, name: str, importer: str) -> str | None:
        level = len(name) - len(name.lstrip("."))
        folder = importer.split("/")[:-1]
        base = folder[: len(folder) - level + 1] if level <= len(folder) + 1 else None
        if base is None:
            return None
        rest = [part for part in name[level:].split(".") if part]
        stem = "/".join([*base, *rest])
        for path in (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py"):
            if path in self.files:
                return path
        return None

    def resolve(self, name: str, path: str, depth: int = 0) -> Symbol | None:
        """Return what a name in the form of `domain/python.py` means in a file; None where it cannot be told."""
        if depth > _DEPTH or not name or name[0] == "?":
            return None
        if depth:
            return self._resolve(name, path, depth)
        # The same names are asked for again and again, by calls, references and decorators.
        key = (name, path)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(name, path, depth)
        return self._resolved[key]

    def _resolve(self, name: str, path: str, depth: int) -> Symbol | None:
        if name[0] == ":":
            return self._local(path, name[1:].split("."), depth)
        if name[0] == ".":
            level = len(name) - len(name.lstrip("."))
            parts, prefix = [part for part in name[level:].split(".") if part], "." * level
        else:
            parts, prefix = name.split("."), ""
            if parts[0] not in self._roots:
                return Symbol("external", name=name)
        for size in range(len(parts), -1 if prefix else 0, -1):
            found = self.module(prefix + ".".join(parts[:size]), path)
            if found is not None:
                if size == len(parts):
                    return Symbol("module", found)
                return self._member(found, parts[size:], depth + 1)
        return None if prefix else Symbol("external", name=name)

    def _member(self, path: str, parts: list[str], depth: int) -> Symbol | None:
        """Look a name up in a module: a definition, else something that it imports, else a submodule."""
        return self._local(path, parts, depth)

    def _local(self, path: str, parts: list[str], depth: int) -> Symbol | None:
        file = self.files.get(path)
        if file is None or depth > _DEPTH:
            return None
        for size in range(len(parts), 0, -1):
            head, rest = ".".join(parts[:size]), parts[size:]
            if head in file.functions:
                return self._through(path, file.functions[head], rest, depth)
            if head in file.classes:
                return self._class_member(path, file.classes[head], rest, depth)
        if parts[0] in file.variables:
            return self.resolve(".".join([file.variables[parts[0]], *parts[1:]]), path, depth + 1)
        if parts[0] in file.aliases:
            target = file.aliases[parts[0]]
            return self.resolve(".".join([target, *parts[1:]]) if parts[1:] else target, path, depth + 1)
        for star in file.stars:
            source = self.module(star, path)
            found = self._local(source, parts, depth + 1) if source and source != path else None
            if found is not None and found.kind != "external":
                return found
        if path.endswith("__init__.py"):
            submodule = f"{path.removesuffix('__init__.py')}{parts[0]}"
            for candidate in (f"{submodule}.py", f"{submodule}/__init__.py"):
                if candidate in self.files:
                    rest = parts[1:]
                    return self._local(candidate, rest, depth + 1) if rest else Symbol("module", candidate)
        return None

    def _through(self, path: str, index: int, rest: list[str], depth: int) -> Symbol | None:
        """Follow `function.rest`: an attribute of what the function returns."""
        if not rest:
            return Symbol("function", path, index)
        function = self.files[path].facts.functions[index]
        for returned in function.returned:
            if returned and returned[0] != "?":
                found = self.resolve(".".join([returned, *rest]), path, depth + 1)
                if found is not None:
                    return found
        return None

    def _class_member(self, path: str, index: int, rest: list[str], depth: int) -> Symbol | None:
        if not rest:
            return Symbol("class", path, index)
        if depth > _DEPTH:
            return None
        cls = self.files[path].facts.classes[index]
        method = self.files[path].functions.get(f"{cls.name}.{rest[0]}")
        if method is not None:
            return self._through(path, method, rest[1:], depth)
        for attribute, origin in cls.attributes:
            if attribute == rest[0]:
                known = bool(origin) and origin[0] != "?"
                return self.resolve(".".join([origin, *rest[1:]]), path, depth + 1) if known else None
        inherited = self._inherited(path, cls, rest, depth)
        foreign = inherited is not None and inherited.kind == "external"
        if foreign and len(rest) > 1 and any(name == rest[1] for name, _ in cls.attributes):
            # An inherited constructor (`Settings.model_validate(…).job`): an attribute of the class itself.
            return self._class_member(path, index, rest[1:], depth + 1)
        return inherited

    def _inherited(self, path: str, cls: Class, rest: list[str], depth: int) -> Symbol | None:
        """Look a member up in the bases of a class; one of a foreign base is foreign."""
        for base in cls.bases:
            symbol = self.resolve(base, path, depth + 1)
            found = None
            if symbol is not None and symbol.kind == "class":
                found = self._class_member(symbol.path, symbol.index, rest, depth + 1)
            elif symbol is not None and symbol.kind == "external":
                found = Symbol("external", name=".".join([symbol.name, *rest]))
            if found is not None:
                return found
        return None

    def function(self, symbol: Symbol) -> Function:
        """Return the function of a symbol of kind function."""
        return self.files[symbol.path].facts.functions[symbol.index]

    def cls(self, symbol: Symbol) -> Class:
        """Return the class of a symbol of kind class."""
        return self.files[symbol.path].facts.classes[symbol.index]

    def methods_named(self, name: str) -> list[tuple[str, int]]:
        """Return all methods of first-party classes with this name: (path, function index)."""
        if self._methods is None:
            self._methods = {}
            for path, file in self.files.items():
                for index, function in enumerate(file.facts.functions):
                    if function.owner:
                        short = function.name.rpartition(".")[2]
                        self._methods.setdefault(short, []).append((path, index))
        return self._methods.get(name, [])

    def subclasses(self, path: str, index: int) -> list[tuple[str, int]]:
        """Return the first-party classes that derive directly from this one."""
        if self._subclasses is None:
            self._subclasses = {}
            for child_path, file in self.files.items():
                for child, cls in enumerate(file.facts.classes):
                    for base in cls.bases:
                        symbol = self.resolve(base, child_path)
                        if symbol is not None and symbol.kind == "class":
                            parent = self.files[symbol.path].facts.classes[symbol.index]
                            self._subclasses.setdefault((symbol.path, parent.name), []).append(
                                (child_path, child)
                            )
        cls = self.files[path].facts.classes[index]
        return self._subclasses.get((path, cls.name), [])

    def external_bases(self, path: str, index: int, depth: int = 0) -> Iterator[str]:
        """Yield the names of foreign classes that a class derives from, directly or not."""
        if depth > _DEPTH:
            return
        for base in self.files[path].facts.classes[index].bases:
            symbol = self.resolve(base, path)
            if symbol is None or symbol.kind == "external":
                yield symbol.name if symbol else base
            elif symbol.kind == "class":
                yield from self.external_bases(symbol.path, symbol.index, depth + 1)


def _index(path: str, facts: PythonFacts) -> _File:
    file = _File(path, facts)
    for index, function in enumerate(facts.functions):
        file.functions.setdefault(function.name, index)
    for index, cls in enumerate(facts.classes):
        file.classes.setdefault(cls.name, index)
    file.variables.update(facts.variables)
    for item in facts.imports:
        if item.name.endswith(".*"):
            file.stars.append(item.name.removesuffix(".*") or ".")
        else:
            # `import a.b.c` binds `a`; everything else binds what is imported.
            parts = item.name.split(".")
            plain = item.alias == parts[0] != parts[-1]
            file.aliases.setdefault(item.alias, item.alias if plain else item.name)
    return file


def _import_names(path: str) -> Iterable[str]:
    """Return every dotted suffix by which a file may be imported."""
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return [".".join(parts[start:]) for start in range(len(parts))]
