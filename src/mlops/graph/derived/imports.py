"""Imports that cannot succeed: a first-party module that is not there, or that does not define what is asked of it."""

from __future__ import annotations

from mlops.domain.python import MODULE
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import facts_of

#: Calls by which a module gets names that its text does not bind.
_DYNAMIC = {"globals", "setattr", "exec", "sys.modules", "locals", "vars"}
#: Modules that a build makes, which nobody tracks.
_GENERATED = regex(r"(^|_)version(_?info)?$|_pb2(_grpc)?$|generated|^_")


def lost_imports(context: Context, path: str) -> tuple[str, str] | None:
    """Return a module's file and what a file imports from it in vain, or None.

    Values can be bound in ways that the facts do not show (unpacked, computed, in a loop), so one missing name proves
    nothing: nothing that is imported may be there, and a class must be among it.
    """
    if path not in context.lost_imports:
        context.lost_imports[path] = _lost(context, path)
    return context.lost_imports[path]


def _lost(context: Context, path: str) -> tuple[str, str] | None:
    modules = context.python.modules
    asked: dict[str, list[str]] = {}
    for item in facts_of(context, path).imports:
        prefix, _, name = item.name.rpartition(".")
        if item.scope != MODULE or item.optional or not prefix.strip(".") or name == "*":
            continue
        gone = _gone(context, path, item.name)
        if gone is not None:
            return gone
        source = modules.module(prefix, path)
        if source is not None and source != path and modules.module(item.name, path) is None:
            asked.setdefault(source, []).append(name)
    for source, names in asked.items():
        bound = _bound(context, source)
        if bound is None:
            continue
        missing = [name for name in names if name not in bound]
        if len(missing) == len(names) and any(_is_class(name) for name in names):
            return source, ", ".join(missing)
    return None


def _gone(context: Context, path: str, name: str) -> tuple[str, str] | None:
    """Return the package and what is asked of it, where it has no such module or folder; None where that may be."""
    modules = context.python.modules
    first, *rest = name.split(".")
    package = modules.module(first, path) if first else None
    if package is None or package != f"{first}/__init__.py" or len(rest) < 2:
        return None
    wanted = rest[0]
    bound = modules.files[package]
    if bound.stars or bound.facts.calls or wanted in {*bound.aliases, *bound.variables, *bound.classes}:
        return None
    if modules.module(f"{first}.{wanted}", path) is not None:
        return None  # another folder with a package of that name is the import root of this file
    stem = f"/{first}/{wanted}"
    there = any(f"{stem}/" in f"/{other}" or f"/{other}".startswith(f"{stem}.") for other in context.paths)
    return None if there or _GENERATED.search(wanted) else (package, ".".join(rest))


def _bound(context: Context, path: str) -> set[str] | None:
    """Return the names that a module binds, or None where its text does not tell."""
    file = context.python.modules.files[path]
    facts = file.facts
    dynamic = any(call.name in _DYNAMIC for call in facts.calls)
    broken = any(problem.message for problem in context.files[path].problems)
    if file.stars or dynamic or broken or "__getattr__" in file.functions:
        return None
    if not facts.functions and not facts.classes:
        return None  # names of a file of constants or of re-exports are bound in too many ways
    return {
        *file.functions,
        *file.classes,
        *file.aliases,
        *file.variables,
        *(c.name for c in facts.constants),
    }


def _is_class(name: str) -> bool:
    return name[:1].isupper() and not name.isupper()
