"""A merged GitLab configuration as complete jobs: `extends`, `default`, `inherit`, hidden jobs, stages."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, entries_of, items_of, text_of
from mlops.domain.record import dataclass, field
from mlops.graph.ci.gitlab_tree import Budget, TooLargeError, dereferenced, merged, path_of, refers

#: Root keys that are no jobs.
_GLOBALS = frozenset({
    "stages", "default", "variables", "include", "workflow", "image", "services", "before_script", "after_script",
    "cache", "spec", "types",
})  # fmt: skip
#: What a job takes from `default:` or from the root.
_DEFAULTS = (
    "image",
    "services",
    "before_script",
    "after_script",
    "artifacts",
    "tags",
    "interruptible",
    "hooks",
)
_STAGES = ("build", "test", "deploy")
_MAX_LEVELS = 11


@dataclass(slots=True)
class Config:
    """The complete jobs of a configuration, by name, and the stages in order."""

    root: Map
    jobs: dict[str, Map] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    problems: list[tuple[str, int, str]] = field(default_factory=list)


def complete(root: Map) -> Config:
    """Return a configuration's real jobs with all that they inherit."""
    config = Config(root)
    names = tuple(text_of(item) for item in items_of(root.get("stages"))) or _STAGES
    config.stages = (".pre", *(name for name in names if name not in {".pre", ".post"}), ".post")
    budget = Budget()
    try:
        extended = {
            key.text: _extended(key.text, root, config, budget, ())
            for key, value in root.items
            if key.text not in _GLOBALS and isinstance(value, Map)
        }
        whole = merged(root, Map(tuple((Scalar(name, 0), job) for name, job in extended.items()), 0))
        for name, job in extended.items():
            if not name.startswith("."):
                full: Document = _with_defaults(job, root)
                full = dereferenced(full, whole, budget) if refers(full) else full
                if isinstance(full, Map) and any(
                    full.get(key) is not None for key in ("script", "trigger", "run")
                ):
                    config.jobs[name] = full
                    _check_script(full, config)
    except TooLargeError as fault:
        config.problems.append((path_of(root), root.line, str(fault)))
    return config


def _check_script(job: Map, config: Config) -> None:
    """Record commands that YAML reads as mappings, as in `- echo "a: b"` without outer quotes."""
    for key in ("before_script", "script"):
        for item in items_of(job.get(key)):
            if isinstance(item, Map):
                entry = (
                    path_of(item),
                    item.line,
                    "a command is read as a mapping and GitLab refuses it: quote the line",
                )
                if entry not in config.problems:
                    config.problems.append(entry)


def _extended(name: str, root: Map, config: Config, budget: Budget, stack: tuple[str, ...]) -> Map:
    """Return a job merged over all that it extends, the last one named winning."""
    budget.spend()
    job = root.get(name)
    if not isinstance(job, Map):
        return Map((), 0)
    parents = [text_of(item) for item in items_of(job.get("extends"))]
    if not parents:
        return job
    where = job.key("extends")
    if name in stack or len(stack) >= _MAX_LEVELS:
        _fault(config, where, f"the job `{name}` extends itself or too many levels")
        return job
    base = Map((), job.line)
    for parent in parents:
        if not isinstance(root.get(parent), Map):
            _fault(config, where, f"the job `{name}` extends `{parent}`, which does not exist here")
        base = merged(base, _extended(parent, root, config, budget, (*stack, name)))
    return merged(base, Map(tuple(entry for entry in job.items if entry[0].text != "extends"), job.line))


def _fault(config: Config, where: Scalar | None, message: str) -> None:
    entry = (path_of(where), where.line if where else 0, message)
    if entry not in config.problems:
        config.problems.append(entry)


def _with_defaults(job: Map, root: Map) -> Map:
    """Return a job with the defaults that it does not set itself, unless `inherit` refuses them."""
    wanted = _inherited(job.get("inherit", "default"))
    found = {key.text: (key, value) for key, value in job.items}
    for name in _DEFAULTS:
        value = root.get("default", name) or root.get(name)
        if name in found or value is None or not (wanted is None or name in wanted):
            continue
        found[name] = (Scalar(name, value.line), value)
    variables = _inherited(job.get("inherit", "variables"))
    globals_ = Map(
        tuple(
            entry
            for entry in entries_of(root.get("variables"))
            if variables is None or entry[0].text in variables
        ),
        job.line,
    )
    own = job.get("variables")
    if globals_.items:
        both = merged(globals_, own) if isinstance(own, Map) else globals_
        found["variables"] = (Scalar("variables", job.line), both)
    return Map(tuple(found.values()), job.line)


def _inherited(node: Document | None) -> frozenset[str] | None:
    """Return the names that `inherit` lets through, None for all."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return frozenset() if node.text.lower() == "false" else None
    return frozenset(text_of(item) for item in items_of(node))


def stage_of(job: Map, config: Config) -> int:
    """Return the position of a job's stage; an unknown stage counts as `test`."""
    name = text_of(job.get("stage"), "test")
    if name not in config.stages:
        name = "test" if "test" in config.stages else config.stages[-2]
    return config.stages.index(name)


def matrix_of(job: Map) -> tuple[str, ...]:
    """Return the texts that tell the legs of `parallel:matrix` apart."""
    legs: list[str] = []
    for block in items_of(job.get("parallel", "matrix")):
        product = [""]
        for _, values in entries_of(block):
            texts = [text_of(value) for value in items_of(values)]
            product = [f"{left} {right}".strip() for left in product for right in texts][:200]
        legs.extend(leg for leg in product if leg)
    return tuple(legs[:200])


def job_variables(job: Map) -> Mapping[str, str]:
    """Return the variables of a job as texts."""
    found = {}
    for key, value in entries_of(job.get("variables")):
        node = value.get("value") if isinstance(value, Map) else value
        if isinstance(node, Scalar):
            found[key.text] = node.text
    return found
