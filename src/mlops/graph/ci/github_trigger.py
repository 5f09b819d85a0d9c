"""One trigger of a GitHub workflow: what its filters of branches and paths let through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops.domain.document import Document, Map, Scalar, items_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event
from mlops.domain.record import dataclass
from mlops.graph.ci import github_contexts as known
from mlops.graph.ci.globs import any_matches, is_literal, matches
from mlops.graph.ci.values import Object, Value

#: Branches besides the default one that are looked at one by one.
_MAX_BRANCHES = 6


@dataclass(frozen=True, slots=True)
class Environment:
    """One event with what is known of its contexts."""

    event: Event
    github: Object
    inputs: Value
    #: False for a variant (a tag, a merge, a failed pipeline) that is worth a run only if it makes more possible.
    primary: bool = True


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger with its settings and what is known around it."""

    name: str
    path: str
    line: int
    settings: Document | None
    config: CiConfig
    #: Name of every workflow of the repository -> the names of its triggers.
    workflows: Mapping[str, tuple[str, ...]]
    #: Branches besides the default one that the workflow's conditions ask for.
    named: tuple[str, ...] = ()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a setting."""
        node = self.settings.get(key) if isinstance(self.settings, Map) else None
        return tuple(text_of(item) for item in items_of(node) if isinstance(item, Scalar))

    def environment(
        self,
        kind: str,
        label: str,
        items: Mapping[str, Value],
        event: Mapping[str, Value] | None = None,
        *,
        active: Condition = ALWAYS,
        inputs: Value = None,
        primary: bool = True,
    ) -> Environment:
        """Return an environment of this trigger, with what is known of its contexts."""
        payload = known.event_object(self.name, items, event or {}, self.config)
        paths = self.texts("paths") + tuple(f"!{path}" for path in self.texts("paths-ignore"))
        found = Event(kind, label, self.path, self.line, active, paths if kind != "tag" else ())
        github = known.github_object(self.name, items, payload, self.config)
        return Environment(found, github, Object() if inputs is None else inputs, primary)

    def default_ref(self) -> dict[str, Value]:
        """Return the items of the context that name the default branch."""
        return known.default_ref(self.config.default_branches)


def select(trigger: Trigger, names: Sequence[str]) -> list[str]:
    """Return those of the branches that the filter lets through."""
    wanted, unwanted = trigger.texts("branches"), trigger.texts("branches-ignore")
    if wanted:
        return [name for name in names if matches(wanted, name)]
    return [name for name in names if not any(matches((pattern,), name) for pattern in unwanted)]


def active_of(trigger: Trigger) -> Condition:
    """Tell whether the filters of a trigger let any change of the repository start it."""
    for kind in ("branches", "tags", "paths"):
        if trigger.texts(kind) and trigger.texts(f"{kind}-ignore"):
            return Condition(
                Tri.UNKNOWN, f"`{kind}` and `{kind}-ignore` exclude each other", "", trigger.line
            )
    tracked = trigger.config.paths
    wanted, unwanted = trigger.texts("paths"), trigger.texts("paths-ignore")
    if tracked and wanted and not any_matches(wanted, tracked):
        return Condition(Tri.NO, "no tracked file matches its `paths`", "F6", trigger.line)
    if tracked and unwanted and all(any(matches((one,), path) for one in unwanted) for path in tracked):
        return Condition(Tri.NO, "its `paths-ignore` leaves no tracked file", "F6", trigger.line)
    return ALWAYS


def other_branches(trigger: Trigger) -> tuple[str, ...] | None:
    """Return the branches beside the default one that a filter names; () for any, None for no other."""
    wanted = [one for one in trigger.texts("branches") if not one.startswith("!")]
    if not wanted:
        return None if trigger.texts("branches") or "**" in trigger.texts("branches-ignore") else ()
    if any(not is_literal(one) for one in wanted):
        return ()
    return tuple(one for one in wanted if one not in trigger.config.default_branches) or None


def each_branch(trigger: Trigger, others: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the branches to look at one by one: those of the filter, or those that conditions ask for."""
    if others is None:
        return ()
    names = others or tuple(select(trigger, trigger.named))
    return tuple(name for name in names if name not in trigger.config.default_branches)[:_MAX_BRANCHES]
