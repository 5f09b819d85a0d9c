"""Imports that cannot succeed: what a file asks of a first-party module that does not define it."""

from __future__ import annotations

from mlops.domain.python import MODULE
from mlops.graph.context import Context
from mlops.graph.derived.common import facts_of

#: Calls by which a module gets names that its text does not bind.
_DYNAMIC = {"globals", "setattr", "exec", "sys.modules", "locals", "vars"}


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
