"""The one map: a level's practices -> fragments and what they need -> template files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mlops.domain.record import dataclass, field
from mlops.domain.rules import Catalog, Level, Model, Need
from mlops.errors import RuleError

#: The template root that every project shares; the others are named after their CI provider.
PROJECT = "project"
PROVIDERS = ("github-actions", "azure-pipelines", "gitlab-ci")
_EFFORT = {"small": 1, "medium": 3, "large": 8}
_NEVER = 1000


@dataclass(frozen=True, slots=True)
class Fragment:
    """Files that give the evidence of a practice, or that several practices need."""

    id: str
    needs: tuple[str, ...] = ()
    #: Fragments that prove this practice by themselves.
    also_from: tuple[str, ...] = ()
    #: Rendered by itself where all of these fragments are, and `unless` is not.
    when: tuple[str, ...] = ()
    unless: str = ""
    #: Template root -> paths inside the rendered project, as the templates spell them.
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a project is made of."""

    model: str
    level: int
    ci: str
    #: Practices that the level asks for, and those that their fragments bring along.
    practices: tuple[str, ...]
    fragments: tuple[str, ...]
    #: (template root, path) -> the practices and helper fragments that the file serves.
    files: Mapping[tuple[str, str], tuple[str, ...]]


def load(path: Path) -> dict[str, Fragment]:
    """Return the fragments of a map file. Raises RuleError for a fragment that names an unknown one."""
    from ruamel.yaml import YAML  # noqa: PLC0415  start-up counts

    raw = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["fragments"]
    fragments = {name: _fragment(name, value or {}) for name, value in raw.items()}
    for fragment in fragments.values():
        for name in (*fragment.needs, *fragment.also_from, *fragment.when, *filter(None, [fragment.unless])):
            if name not in fragments:
                raise RuleError(f"{path}: fragment {fragment.id} names {name}, which is no fragment")
    return fragments


def _fragment(name: str, value: Mapping[str, object]) -> Fragment:
    files = {root: _texts(value[root]) for root in (PROJECT, *PROVIDERS) if root in value}
    return Fragment(
        name,
        _texts(value.get("needs", ())),
        _texts(value.get("also_from", ())),
        _texts(value.get("when", ())),
        str(value.get("unless", "")),
        files,
    )


def own_files(
    fragments: Mapping[str, Fragment], name: str, ci: str, practices: Iterable[str]
) -> tuple[str, ...]:
    """Return the paths that one practice's fragment brings, with those of the helpers that it needs.

    `practices` are the names that are no helpers: what another practice brings is left out.
    """
    found: dict[str, None] = {}
    pending, others = [name], set(practices)
    seen: set[str] = set()
    while pending:
        current = pending.pop()
        if current in seen or current not in fragments:
            continue
        seen.add(current)
        item = fragments[current]
        found |= dict.fromkeys(path for root in (PROJECT, ci) for path in item.files.get(root, ()))
        pending += [need for need in item.needs if need not in others]
    return tuple(sorted(found))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()


def wanted(catalog: Catalog, model: Model, level: int) -> tuple[str, ...]:
    """Return the practices of core(<= level) and full(<= level) in the order of the model, each choice made.

    An alternative that other terms need anyway wins, then the one of least effort, then the first written; one that
    no template can make is never taken.
    """
    needs = [need for step in _levels(model, level) for need in (*step.require, *step.strict)]
    chosen = dict.fromkeys(name for need in needs if not need.any for name in need.practices())
    for need in needs:
        if need.any:
            chosen |= dict.fromkeys(_cheapest(catalog, need, frozenset(chosen)).practices())
    order = {name: place for place, name in enumerate(name for need in needs for name in need.practices())}
    return tuple(sorted(chosen, key=lambda name: order[name]))


def _levels(model: Model, level: int) -> Iterator[Level]:
    for ladder in model.categories.values() or [model.levels]:
        yield from (step for step in ladder if step.level <= level)


def _cheapest(catalog: Catalog, need: Need, chosen: frozenset[str]) -> Need:
    def effort(option: Need) -> int:
        missing = [catalog.practices[name] for name in option.practices() if name not in chosen]
        return sum(_NEVER if practice.manual else _EFFORT[practice.remedy.effort] for practice in missing)

    return min(need.any, key=effort)


def profile(catalog: Catalog, fragments: Mapping[str, Fragment], model: str, level: int, ci: str) -> Profile:
    """Return what a project at this level is made of."""
    return assemble(catalog, fragments, model, level, ci, wanted(catalog, catalog.models[model], level))


def assemble(
    catalog: Catalog,
    fragments: Mapping[str, Fragment],
    model: str,
    level: int,
    ci: str,
    practices: Iterable[str],
) -> Profile:
    """Return the profile of these practices: their fragments, what those need, and the files of both."""
    roots = ["base", *(catalog.practices[name].fragment for name in practices)]
    selected = closure(fragments, roots)
    names = tuple(name for name in selected if name in catalog.practices)
    return Profile(model, level, ci, names, selected, _files(fragments, selected, ci))


def closure(fragments: Mapping[str, Fragment], roots: Iterable[str]) -> tuple[str, ...]:
    """Return these fragments, all that they need, and the helpers that then come by themselves."""
    reached: set[str] = set()
    pending = [name for name in roots if name]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending.extend(fragments[name].needs)
    reached |= {name for name, item in fragments.items() if _joins(item, reached)}
    return tuple(name for name in fragments if name in reached)


def _joins(fragment: Fragment, reached: set[str]) -> bool:
    """Tell whether a helper comes by itself, without anybody who needs it."""
    conditional = bool(fragment.when or fragment.unless)
    return conditional and reached.issuperset(fragment.when) and fragment.unless not in reached


def _files(
    fragments: Mapping[str, Fragment], selected: Iterable[str], ci: str
) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name in selected:
        for root in (PROJECT, ci):
            for path in fragments[name].files.get(root, ()):
                found[(root, path)] = (*found.get((root, path), ()), name)
    return found
