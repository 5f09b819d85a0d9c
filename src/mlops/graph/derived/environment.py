"""Whether the environment is pinned, and who installs from the lock: `locked-environment`, `frozen-install`."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.logic import Tri
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, with_capability

#: Share of direct requirements that must be pinned exactly (catalog, reproducible-env).
_PINNED_SHARE = 0.9
#: So many nodes below the build of an image are looked at.
_STEPS = 500
_TOOLING = {
    "pip",
    "setuptools",
    "wheel",
    "python",
    "pip-tools",
    "uv",
    "poetry",
    "hatchling",
    "poetry-core",
    "conda",
}
#: Groups that are no environment of the ML code.
_DOC_GROUPS = ("doc", "lint", "style", "release", "build-system", "test", "dev", "ci", "type")
#: Distributions that show that an environment is one of ML code.
_LOCK_NAMES = ("docs/", "doc/", "website/", "frontend/", "ui/", "client/")


def add_environment(context: Context) -> None:
    """Add one fact for each manifest or lock that pins the environment of the code."""
    needed = _imported_distributions(context)
    locks = _by_file(context, "locked")
    for path, locked in locks.items():
        ecosystem = locked[0].fact.attrs.get("tool", "")
        if path.startswith(_LOCK_NAMES) or ecosystem == "npm":
            continue
        names = {fact.fact.value for fact in locked}
        missing = sorted(name for name in needed if name not in names)
        refused = ("", "")
        if ecosystem not in {"renv", "nix"} and needed and len(missing) > len(needed) / 2:
            refused = (f"the lock does not hold what the code imports: {', '.join(missing[:4])}", "F13")
        _place(context, path, ecosystem or "lock", refused)
    for path, dependencies in _by_file(context, "dependency").items():
        _manifest(context, path, dependencies, needed)
    _image_installs(context)


def _image_installs(context: Context) -> None:
    """The build of an image installs from the lock, and stops when the lock does not fit."""
    installs = {f.node: f for f in with_capability(context, "locked-install") if f.fact.kind == "command"}
    for path, target in context.targets.get("image-build", ()):
        pending = [context.target_nodes[(path, "image-build", target.name)]]
        for _ in range(_STEPS):
            if not pending:
                break
            node = pending.pop()
            if node in installs:
                context.graph.place([derived(installs[node], "frozen-install")])
            pending += [
                edge.target
                for edge in context.graph.out[node]
                if edge.possible is Tri.YES and edge.stops is Tri.YES
            ]


def _place(context: Context, path: str, value: str, refused: tuple[str, str], line: int = 1) -> None:
    fact = Fact("locked-environment", value, line, {})
    context.graph.place(
        [PlacedFact(fact, path, context.scopes.get(path, "source"), -1, frozenset(), refused)]
    )


def _by_file(context: Context, kind: str) -> Mapping[str, list[PlacedFact]]:
    found: dict[str, list[PlacedFact]] = {}
    for fact in context.graph.of_kind(kind):
        if fact.scope in {"source", "notebook"}:
            found.setdefault(fact.path, []).append(fact)
    return found


def _imported_distributions(context: Context) -> set[str]:
    """Return the distributions of known tools that first-party code imports."""
    by_root: dict[str, str] = {}
    for distribution, roots in context.signs.distribution_imports().items():
        for root in roots:
            by_root.setdefault(root.partition(".")[0], distribution)
    declared = {fact.fact.value for fact in context.graph.of_kind("dependency")}
    found = set()
    for fact in context.graph.of_kind("import"):
        if fact.scope != "source" or fact.fact.attrs.get("optional"):
            continue
        provider = by_root.get(fact.fact.value.partition(".")[0], "")
        if provider in declared:
            found.add(provider)
    return found


def _manifest(context: Context, path: str, dependencies: list[PlacedFact], needed: set[str]) -> None:
    """A manifest pins an environment when nearly all of its direct requirements name one version."""
    if needed and not any(fact.fact.value in needed for fact in dependencies):
        # Linters and the like: no environment of the code.
        return
    counted = [
        fact.fact
        for fact in dependencies
        if fact.fact.value not in _TOOLING
        and fact.fact.attrs.get("ecosystem", "pypi") in {"pypi", "conda"}
        and not fact.fact.attrs.get("group", "").lower().startswith(_DOC_GROUPS)
    ]
    if not counted:
        return
    pinned = [fact for fact in counted if fact.attrs.get("pinned") == "exact"]
    share = len(pinned) / len(counted)
    name = posixpath.basename(path)
    if share >= _PINNED_SHARE:
        _place(
            context, path, f"{len(pinned)} of {len(counted)} requirements pinned", ("", ""), pinned[0].line
        )
    elif pinned:
        loose = next(fact for fact in counted if fact.attrs.get("pinned") != "exact")
        reason = f"{name} pins {len(pinned)} of {len(counted)} requirements; {loose.value} is free"
        _place(context, path, name, (reason, "F13"), loose.line)
