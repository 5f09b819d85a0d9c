"""What starts a GitHub workflow: each trigger as the finite environments in which conditions are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event
from mlops.domain.record import replace
from mlops.graph.ci import cron
from mlops.graph.ci import github_contexts as known
from mlops.graph.ci.github_trigger import Environment, Trigger, active_of, each_branch, other_branches, select
from mlops.graph.ci.globs import matches
from mlops.graph.ci.values import Object, Shape, Unknown, Value

_GUARDING_TYPES = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})


def trigger_names(on: Document | None) -> tuple[str, ...]:
    """Return the names of the triggers under `on`."""
    if isinstance(on, Map):
        return tuple(key.text for key, _ in on.items)
    return tuple(text_of(item) for item in items_of(on))


def environments(
    on: Document | None,
    path: str,
    config: CiConfig,
    workflows: Mapping[str, tuple[str, ...]],
    named: tuple[str, ...] = (),
) -> list[list[Environment]]:
    """Return the environments of every trigger, the primary ones first; `workflow_call` gives none."""
    found: list[list[Environment]] = []
    entries: Iterable[tuple[Scalar, Document | None]] = entries_of(on) or (
        (item, None) for item in items_of(on) if isinstance(item, Scalar)
    )
    for key, settings in entries:
        trigger = Trigger(key.text, path, key.line, settings, config, workflows, named)
        if key.text == "schedule":
            found.extend([environment] for environment in _schedule(trigger))
        elif key.text != "workflow_call":
            found.append(_READERS.get(key.text, _other)(trigger))
    return found


def call_environment(on: Document | None, path: str, config: CiConfig) -> Environment:
    """Return the environment of a workflow that only others start, for want of a caller in the repository."""
    key = on.key("workflow_call") if isinstance(on, Map) else None
    active = Condition(Tri.UNKNOWN, "no workflow of the repository calls it")
    event = Event("call", "workflow_call", path, key.line if key else 1, active)
    github = Object(
        {"workspace": ".", "repository": config.repository or Unknown(frozenset({"github.repository"}))},
        Unknown(frozenset({"github"})),
    )
    return Environment(event, github, Object(rest=Unknown(frozenset({"inputs"}))))


def _push(trigger: Trigger) -> list[Environment]:
    found: list[Environment] = []
    by_branch = trigger.texts("branches") or trigger.texts("branches-ignore")
    by_tag = trigger.texts("tags") or trigger.texts("tags-ignore")
    active = active_of(trigger)
    if by_branch or not by_tag:
        names = select(trigger, trigger.config.default_branches)
        if names:
            label = f"push to {' or '.join(names)}" if by_branch or len(names) == 1 else "push"
            found.append(trigger.environment("push", label, known.default_ref(names), active=active))
        others = other_branches(trigger)
        each = each_branch(trigger, others)
        for name in each:
            items = known.branch_ref((name,), trigger.config.default_branches)
            label = f"push to {name}"
            first = not names and name == each[0]
            found.append(trigger.environment("branch", label, items, active=active, primary=first))
        if others is not None and not (others and len(each) == len(others)):
            label = f"push to {' or '.join(others or trigger.texts('branches')) or 'another branch'}"
            items = known.branch_ref(others, trigger.config.default_branches)
            first = not names and not each
            found.append(trigger.environment("branch", label, items, active=active, primary=first))
    if by_tag or not by_branch:
        tags = trigger.texts("tags")
        label = f"push of tag {' or '.join(tags)}" if tags else "push of a tag"
        found.append(trigger.environment("tag", label, known.tag_ref(tags), primary=bool(by_tag)))
    if not found:
        nothing = Condition(Tri.NO, "its filters leave no branch and no tag", "F6", trigger.line)
        found.append(trigger.environment("branch", "push", {}, active=nothing))
    return found


def _pull_request(trigger: Trigger) -> list[Environment]:
    types = trigger.texts("types") or ("opened", "synchronize", "reopened")
    bases = select(trigger, trigger.config.default_branches)
    others = other_branches(trigger)
    names = tuple(bases) if bases else (others or trigger.texts("branches"))
    filtered = trigger.texts("branches") or trigger.texts("branches-ignore")
    label = f"{trigger.name} to {' or '.join(names)}" if filtered and names else trigger.name
    active = active_of(trigger)
    if not bases and others is None:
        active = Condition(Tri.NO, "its filters leave no branch", "F6", trigger.line)
    base = known.one_of(bases, synonyms=True) if bases else known.one_of(others or ())
    items = known.pull_request_ref(base, bases, target=trigger.name == "pull_request_target")

    def variant(kind: str, label: str, *, merged: bool, primary: bool) -> Environment:
        request = known.pull_request_object(base, merged, trigger.config)
        event: dict[str, Value] = {"action": known.one_of(types), "pull_request": request}
        return trigger.environment(kind, label, items, event, active=active, primary=primary)

    if _GUARDING_TYPES.isdisjoint(types):
        found = [variant("other", f"{label} ({', '.join(types)})", merged=False, primary=True)]
    else:
        found = [variant("pull_request" if bases else "branch", label, merged=False, primary=True)]
    if "closed" in types:
        kind = "push" if bases else "branch"
        found.append(variant(kind, f"{label} (merged)", merged=True, primary=False))
    return found


def _merge_group(trigger: Trigger) -> list[Environment]:
    bases = select(trigger, trigger.config.default_branches)
    items: dict[str, Value] = {
        "ref": Shape("refs/heads/gh-readonly-queue/", "", (), "github.ref"),
        "base_ref": known.one_of((f"refs/heads/{base}" for base in bases), synonyms=True),
    }
    return [trigger.environment("pull_request" if bases else "branch", "merge_group", items)]


def _schedule(trigger: Trigger) -> list[Environment]:
    found: list[Environment] = []
    for item in trigger.settings.items if isinstance(trigger.settings, Seq) else ():
        written = item.get("cron") if isinstance(item, Map) else None
        if not isinstance(written, Scalar):
            continue
        active = replace(cron.check(written.text), line=written.line)
        at = replace(trigger, line=written.line)
        label = f'schedule "{written.text}"'
        found.append(
            at.environment("schedule", label, at.default_ref(), {"schedule": written.text}, active=active)
        )
    if not found:
        nothing = Condition(Tri.NO, "the schedule has no cron expression", "F6", trigger.line)
        found.append(trigger.environment("schedule", "schedule", trigger.default_ref(), active=nothing))
    return found


def _workflow_run(trigger: Trigger) -> list[Environment]:
    wanted = trigger.texts("workflows")
    upstream = [name for name in trigger.workflows if any(matches((one,), name) for one in wanted)]
    active = ALWAYS
    if not upstream:
        active = Condition(
            Tri.NO, "no workflow of the repository has the name that it waits for", "F6", trigger.line
        )
    types = trigger.texts("types") or ("completed",)
    events = list(dict.fromkeys(event for name in upstream for event in trigger.workflows[name])) or [""]
    outcomes: list[tuple[Value, str]] = [("success", ""), ("failure", " (failed)")]
    if "completed" not in types:
        outcomes = [(None, f" ({', '.join(types)})")]
    found: list[Environment] = []
    for conclusion, suffix in outcomes:
        for event in events[:6]:
            run = Object(
                {
                    "conclusion": conclusion,
                    "event": event or Unknown(),
                    "head_branch": known.one_of(
                        select(trigger, trigger.config.default_branches), synonyms=True
                    ),
                    "name": known.one_of(upstream),
                },
                Unknown(),
            )
            payload: dict[str, Value] = {"workflow_run": run, "action": known.one_of(types)}
            label = f"workflow_run of {' or '.join(wanted)}{suffix}"
            items = trigger.default_ref()
            found.append(
                trigger.environment("pipeline", label, items, payload, active=active, primary=not found)
            )
    return found


def _dispatch(trigger: Trigger) -> list[Environment]:
    """Read `workflow_dispatch`: a person chooses the branch and the inputs."""
    declared = trigger.settings.get("inputs") if isinstance(trigger.settings, Map) else None
    inputs: dict[str, Value] = {}
    for key, settings in entries_of(declared):
        options = settings.get("options") if isinstance(settings, Map) else None
        choices = [text_of(item) for item in items_of(options)]
        inputs[key.text.lower()] = (
            known.one_of(choices) if choices else Unknown(frozenset({f"inputs.{key.text}"}))
        )
    given = Object(inputs)
    items = trigger.default_ref()
    manual = trigger.environment("manual", "workflow_dispatch", items, {"inputs": given}, inputs=given)
    others = known.branch_ref((), trigger.config.default_branches)
    tags = known.tag_ref(())
    return [
        manual,
        *(
            trigger.environment("manual", label, ref, {"inputs": given}, inputs=given, primary=False)
            for label, ref in (
                ("workflow_dispatch on another branch", others),
                ("workflow_dispatch on a tag", tags),
            )
        ),
    ]


def _repository_dispatch(trigger: Trigger) -> list[Environment]:
    types = trigger.texts("types")
    label = f"repository_dispatch {', '.join(types)}" if types else "repository_dispatch"
    items = trigger.default_ref()
    return [trigger.environment("signal", label, items, {"action": known.one_of(types)})]


def _release(trigger: Trigger) -> list[Environment]:
    types = trigger.texts("types") or ("published", "created", "released", "edited", "prereleased")
    release = Object(
        {"prerelease": known.seldom("github.event.release.prerelease"), "draft": False}, Unknown()
    )
    kind = "other" if set(types) <= {"deleted", "unpublished", "edited"} else "release"
    label = f"release {', '.join(types)}" if trigger.texts("types") else "release"
    event: dict[str, Value] = {"release": release, "action": known.one_of(types)}
    return [trigger.environment(kind, label, known.tag_ref(()), event)]


def _create(trigger: Trigger) -> list[Environment]:
    branch = known.branch_ref((), trigger.config.default_branches)
    return [
        trigger.environment("tag", "create of a tag", known.tag_ref(()), {"ref_type": "tag"}),
        trigger.environment("branch", "create of a branch", branch, {"ref_type": "branch"}, primary=False),
    ]


def _other(trigger: Trigger) -> list[Environment]:
    types = trigger.texts("types")
    event: dict[str, Value] = {"action": known.one_of(types)} if types else {}
    items = {**trigger.default_ref(), "ref": Unknown(frozenset({"github.ref"}))}
    return [trigger.environment("other", trigger.name, items, event)]


_READERS: Mapping[str, Callable[[Trigger], list[Environment]]] = {
    "push": _push,
    "pull_request": _pull_request,
    "pull_request_target": _pull_request,
    "merge_group": _merge_group,
    "workflow_run": _workflow_run,
    "workflow_dispatch": _dispatch,
    "repository_dispatch": _repository_dispatch,
    "release": _release,
    "create": _create,
}
