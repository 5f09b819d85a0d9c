"""CircleCI: workflows with their filters and schedules; orbs stay closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops.domain.document import Document, Map, Scalar, entries_of, items_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event, Job, Pipeline, Run
from mlops.domain.record import dataclass, replace
from mlops.graph.ci import cron
from mlops.graph.ci.circleci_steps import Jobs, parameter_legs, parameter_values
from mlops.graph.ci.common import first_map, is_false, is_true, problems_of, texts

PATHS = (
    ".circleci/config.yml",
    ".circleci/config.yaml",
    ".circleci/continue_config.yml",
    ".circleci/continue-config.yml",
)


@dataclass(frozen=True, slots=True)
class _Use:
    """A job as a workflow lists it."""

    name: str
    job: str
    line: int
    settings: Map | None
    parameters: Mapping[str, str]


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read the CircleCI configuration of a repository."""
    return [
        _pipeline(path, root, files[path], config)
        for path in PATHS
        if path in files and (root := first_map(files[path]))
    ]


def _pipeline(path: str, root: Map, facts: FileFacts, config: CiConfig) -> Pipeline:
    jobs = Jobs(path, root)
    runs: list[Run] = []
    workflows = [(key, body) for key, body in entries_of(root.get("workflows")) if isinstance(body, Map)]
    for key, body in workflows:
        runs.extend(_workflow(jobs, key, body, config))
    if not workflows and isinstance(root.get("jobs", "build"), Map):
        key = root.key("jobs") or Scalar("jobs", root.line)
        use = _Use("build", "build", key.line, None, {})
        runs.extend(_run(jobs, event, [use], config) for event in _changes(path, key.line))
    return Pipeline("circleci", path, path, tuple(runs), tuple(jobs.unresolved), problems_of(path, facts))


def _changes(path: str, line: int) -> list[Event]:
    return [Event("push", "push", path, line), Event("branch", "push to another branch", path, line)]


def _workflow(jobs: Jobs, key: Scalar, body: Map, config: CiConfig) -> list[Run]:
    uses = [use for item in items_of_any(body.get("jobs")) for use in _uses(item)]
    active = _active(body)
    events: list[Event] = []
    for item in items_of_any(body.get("triggers")):
        written = item.get("schedule", "cron") if isinstance(item, Map) else None
        if isinstance(written, Scalar):
            check = cron.check(written.text)
            events.append(
                Event(
                    "schedule",
                    f'schedule "{written.text}"',
                    jobs.path,
                    written.line,
                    min(active, check, key=_value),
                )
            )
    if not events:
        events = [replace(event, active=active) for event in _changes(jobs.path, key.line)]
        if any(use.settings is not None and use.settings.get("filters", "tags") is not None for use in uses):
            events.append(Event("tag", "push of a tag", jobs.path, key.line, active))
    return [_run(jobs, event, uses, config) for event in events]


def items_of_any(node: Document | None) -> tuple[Document, ...]:
    """Return a list's items whatever they are."""
    return () if node is None or isinstance(node, Map) else items_of(node)


def _value(condition: Condition) -> Tri:
    return condition.value


def _active(body: Map) -> Condition:
    for name, wanted in (("when", True), ("unless", False)):
        node = body.get(name)
        if node is None:
            continue
        if isinstance(node, Scalar) and (is_true(node) or is_false(node)):
            if is_true(node) is not wanted:
                return Condition(
                    Tri.NO, f"the workflow is disabled by `{name}: {node.text}`", "F6", node.line
                )
            continue
        return Condition(Tri.UNKNOWN, f"the workflow's `{name}` depends on parameters", "", node.line)
    return ALWAYS


def _uses(item: Document) -> list[_Use]:
    if isinstance(item, Scalar):
        return [_Use(item.text, item.text, item.line, None, {})]
    found: list[_Use] = []
    for key, settings in entries_of(item):
        body = settings if isinstance(settings, Map) else None
        given = parameter_values(body)
        name = text_of(body.get("name")) if body is not None else ""
        legs = parameter_legs(body)
        for leg in legs:
            suffix = f" ({', '.join(leg.values())})" if len(legs) > 1 else ""
            found.append(_Use((name or key.text) + suffix, key.text, key.line, body, {**given, **leg}))
    return found


def _run(jobs: Jobs, event: Event, uses: Sequence[_Use], config: CiConfig) -> Run:
    names: dict[str, list[str]] = {}
    for use in uses:
        names.setdefault(use.name.partition(" (")[0], []).append(use.name)
        names.setdefault(use.job, []).append(use.name)
    found: dict[str, Job] = {}
    for use in uses:
        needs = [name for need in _requires(use) for name in dict.fromkeys(names.get(need, ()))]
        condition = _filters(use, event, config)
        for need in needs:
            before = found.get(need)
            if before is not None and before.condition.value < condition.value:
                reason = f"it needs `{need}`, which does not run: {before.condition.reason}"
                condition = replace(before.condition, reason=reason)
        approval = use.settings is not None and text_of(use.settings.get("type")) == "approval"
        job = Job(use.name, jobs.path, use.line, needs=tuple(needs), condition=condition, approval=approval)
        found[use.name] = job if approval else jobs.fill_in(job, use.job, use.parameters)
    return Run(event, tuple(found.values()))


def _requires(use: _Use) -> list[str]:
    node = use.settings.get("requires") if use.settings is not None else None
    return [
        name
        for item in items_of_any(node)
        for name in (texts(item) or [key.text for key, _ in entries_of(item)])
    ]


def _filters(use: _Use, event: Event, config: CiConfig) -> Condition:
    """Apply branch and tag filters: without a tag filter a job does not run for tags."""
    filters = use.settings.get("filters") if use.settings is not None else None
    if event.kind == "schedule":
        return ALWAYS
    if event.kind == "tag":
        tags = filters.get("tags") if isinstance(filters, Map) else None
        return ALWAYS if tags is not None else Condition(Tri.NO, "it has no filter for tags", "", use.line)
    branches = filters.get("branches") if isinstance(filters, Map) else None
    if not isinstance(branches, Map):
        return ALWAYS
    line = branches.line
    only, ignore = texts(branches.get("only")), texts(branches.get("ignore"))
    names = config.default_branches if event.kind == "push" else ("some/other-branch",)
    if ignore and all(any(_matches(one, name) for one in ignore) for name in names):
        return Condition(Tri.NO, f"its filter ignores {', '.join(ignore)}", "F6", line)
    if only and not any(_matches(one, name) for one in only for name in names):
        if event.kind == "branch" and any(one not in config.default_branches for one in only):
            return ALWAYS
        return Condition(Tri.NO, f"its filter admits only {', '.join(only)}", "", line)
    return ALWAYS


def _matches(pattern: str, name: str) -> bool:
    """Match a branch name; of regular expressions only the ones that match everything are understood."""
    if pattern in {"/.*/", "/.+/", "/^.*$/", "/.*"}:
        return True
    return pattern == name
