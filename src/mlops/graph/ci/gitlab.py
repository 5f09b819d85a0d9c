"""GitLab CI: the pipeline of a repository as each event makes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, items_of, text_of, walk
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event, Job, Pipeline, Run, Unresolved
from mlops.domain.record import dataclass, field, replace
from mlops.domain.regex import regex
from mlops.graph.ci.gitlab_config import Config, complete
from mlops.graph.ci.gitlab_events import REF_WORDS, Kind, kinds, names_source
from mlops.graph.ci.gitlab_include import Loader, local_includes
from mlops.graph.ci.gitlab_jobs import jobs_of
from mlops.graph.ci.gitlab_occasion import Occasion
from mlops.graph.ci.gitlab_rules import by_rules, file_variables

_ROOT = ".gitlab-ci.yml"
_MAX_CHILDREN = 2
_MAX_ELSEWHERE = 20
_MAX_NAMED = 6
#: A rule that asks for one branch, and what the name of one looks like under `only`.
_ASKED = regex(r"\$CI_COMMIT_(?:BRANCH|REF_NAME)\s*==\s*[\"']([\w./-]+)[\"']")
_BRANCH = regex(r"[A-Za-z][\w./-]*")


@dataclass(slots=True)
class _Record:
    """What came up while the runs of a pipeline were made."""

    unresolved: list[Unresolved] = field(default_factory=list)
    problems: list[tuple[str, int, str]] = field(default_factory=list)
    includes: list[tuple[str, int]] = field(default_factory=list)

    def take(self, loader: Loader, config: Config) -> None:
        """Add what a loader and a configuration recorded, once."""
        self.unresolved.extend(item for item in loader.unresolved if item not in self.unresolved)
        self.includes.extend(item for item in loader.includes if item not in self.includes)
        for problem in (*loader.problems, *config.problems):
            if problem not in self.problems and not (
                loader.unresolved and "does not exist here" in problem[2]
            ):
                self.problems.append(problem)


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Return the GitLab pipeline of a repository: the file in the root, else those elsewhere, as a possibility."""
    if _ROOT in files:
        return [_pipeline(_ROOT, files, config, ALWAYS)]
    included = local_includes(files)
    others = [
        path for path in files if path.endswith("/" + _ROOT) and path not in included and "{{" not in path
    ]
    return [_pipeline(path, files, config, _only_if_set(path)) for path in sorted(others)[:_MAX_ELSEWHERE]]


def _only_if_set(path: str) -> Condition:
    return Condition(
        Tri.UNKNOWN, f"it applies only if a project's settings name `{path}` as its CI file", "", 1
    )


def _pipeline(path: str, files: Mapping[str, FileFacts], config: CiConfig, active: Condition) -> Pipeline:
    name = path.rpartition("/")[2]
    if not files[path].documents:
        lost = Unresolved(path, 1, "", path, "the file cannot be read")
        faults = tuple((path, problem.line, problem.message) for problem in files[path].problems)
        return Pipeline("gitlab-ci", path, name, unresolved=(lost,), problems=faults)
    branches = config.default_branches or ("main",)
    branch = _likeliest(files, path, branches)
    record = _Record()
    runs: list[tuple[Kind, Run]] = []
    named = _named(files, path, branches)
    for kind in kinds(branch, branches, config.paths, config.repository, named):
        run = _run(path, kind, files, config, record)
        if run is not None:
            runs.append((kind, replace(run, event=replace(run.event, active=run.event.active & active))))
    shown = _shown(runs)
    problems = tuple(problem if problem[0] else (path, *problem[1:]) for problem in record.problems)
    return Pipeline(
        "gitlab-ci", path, name, shown, tuple(record.unresolved), problems, includes=tuple(record.includes)
    )


def _shown(runs: list[tuple[Kind, Run]]) -> tuple[Run, ...]:
    """Return the runs worth telling: those with a job, and the one on other branches only where it differs."""
    alive = [(kind, run) for kind, run in runs if _live(run)]
    if not alive:
        return tuple(run for kind, run in runs if kind.kind == "push")
    push = next((run for kind, run in alive if kind.kind == "push"), None)
    common = _live(push) if push else frozenset()
    shown: list[Run] = []
    for kind, run in alive:
        if kind.kind != "branch" or _live(run) - common:
            shown.append(run)
        if kind.kind == "branch":
            common |= _live(run)
    return tuple(shown)


def _live(run: Run) -> frozenset[str]:
    if run.event.active.value is Tri.NO:
        return frozenset()
    return frozenset(job.id for job in run.jobs if job.condition.value is not Tri.NO)


def _named(files: Mapping[str, FileFacts], path: str, branches: tuple[str, ...]) -> tuple[str, ...]:
    """Return the branches besides the default one that the CI files name: a rule for a branch says that it exists."""
    found: dict[str, None] = {}
    for other, facts in files.items():
        if other != path and "gitlab" not in other.lower():
            continue
        for document in facts.documents:
            for keys, node in walk(document):
                if not isinstance(node, Scalar):
                    continue
                if keys[-1:] == ("if",):
                    found.update(dict.fromkeys(_ASKED.findall(node.text)))
                elif "only" in keys and _BRANCH.fullmatch(node.text) and "changes" not in keys:
                    found[node.text] = None
    return tuple(name for name in found if name not in branches and name not in REF_WORDS)[:_MAX_NAMED]


def _likeliest(files: Mapping[str, FileFacts], path: str, branches: tuple[str, ...]) -> str:
    """Return the default branch's name: the one that the CI files mention most."""
    mentions: Counter[str] = Counter()
    pattern = re.compile(r"(?<![\w-])(" + "|".join(re.escape(name) for name in branches) + r")(?![\w-])")
    for other, facts in files.items():
        if other != path and "gitlab" not in other.lower():
            continue
        for document in facts.documents:
            for keys, node in walk(document):
                if isinstance(node, Scalar) and not {"if", "only", "except", "refs"}.isdisjoint(keys):
                    mentions.update(pattern.findall(node.text))
    return max(branches, key=lambda name: (mentions[name], -branches.index(name)))


def _run(
    path: str, kind: Kind, files: Mapping[str, FileFacts], config: CiConfig, record: _Record
) -> Run | None:
    loader = Loader(files, config.sources, kind.occasion)
    root = loader.load(path)
    if kind.named_only and not names_source(root, kind.occasion.source):
        return None
    complete_config = complete(root)
    record.take(loader, complete_config)
    occasion = kind.occasion.with_variables(file_variables(root.get("variables")))
    active, occasion = _workflow(root, occasion)
    jobs = _all_jobs(complete_config, loader, occasion, record, 0)
    if not any(job.condition.value is not Tri.NO for job in jobs) and active.value is not Tri.NO:
        active = Condition(Tri.NO, "no job of the pipeline is there for this event", "", root.line)
    event = Event(kind.kind, kind.label, path, _event_line(root, kind), active, (), kind.origin)
    return Run(event, jobs)


def _event_line(root: Map, kind: Kind) -> int:
    """Return the line that speaks of the event's source, else the first."""
    words = {"schedule": "schedule", "pull_request": "merge_request", "tag": "TAG"}.get(kind.kind)
    if words:
        for keys, node in walk(root):
            if isinstance(node, Scalar) and words in node.text and not {"if", "only"}.isdisjoint(keys):
                return node.line
    return 1


def _workflow(root: Map, occasion: Occasion) -> tuple[Condition, Occasion]:
    """Return whether a pipeline is made at all, and the variables that the workflow's rule adds."""
    rules = root.get("workflow", "rules")
    occasion = replace(occasion, by_workflow=rules is not None)
    if rules is None:
        return ALWAYS, occasion
    decision = by_rules(rules, occasion, "pipeline")
    condition = decision.condition
    if condition.value is Tri.NO and not condition.reason.startswith("the pipeline is disabled"):
        condition = replace(
            condition, reason=condition.reason.replace("rule of the pipeline", "`workflow: rules`")
        )
    return condition, occasion.with_variables(decision.variables)


def _all_jobs(
    config: Config, loader: Loader, occasion: Occasion, record: _Record, depth: int
) -> tuple[Job, ...]:
    """Return the jobs of a pipeline and of the child pipelines that its jobs start from local files."""
    jobs = jobs_of(config, occasion, loader.guards, partial=bool(loader.unresolved))
    found = list(jobs)
    for job in jobs:
        trigger = config.jobs[job.id].get("trigger")
        if isinstance(trigger, Map) and trigger.get("include") is not None and depth < _MAX_CHILDREN:
            found.extend(_children(job, trigger, loader, occasion, record, depth))
    return tuple(found)


def _children(
    parent: Job, trigger: Map, loader: Loader, occasion: Occasion, record: _Record, depth: int
) -> list[Job]:
    inside = replace(
        occasion,
        source="parent_pipeline",
        variables={**occasion.variables, "CI_PIPELINE_SOURCE": "parent_pipeline"},
    )
    found: list[Job] = []
    for file in _child_files(trigger.get("include")):
        child = Loader(loader.files, loader.sources, inside)
        root = child.load(file)
        if not root.items:
            problem = (parent.path, trigger.line, f"the child pipeline `{file}` does not exist")
            record.problems.extend([] if problem in record.problems else [problem])
            continue
        config = complete(root)
        record.take(child, config)
        own = replace(inside, variables={**file_variables(root.get("variables")), **inside.variables})
        active, own = _workflow(root, own)
        depends = text_of(trigger.get("strategy")) in {"depend", "mirror"}
        inner = _all_jobs(config, child, own, record, depth + 1)
        found.extend(_as_child(job, parent, active, depends=depends) for job in inner)
    return found


def _as_child(job: Job, parent: Job, active: Condition, *, depends: bool) -> Job:
    stops = job.stops
    if not depends:
        reason = "a failure of the child pipeline does not reach its parent without `strategy: depend`"
        stops = stops & Condition(Tri.UNKNOWN, reason, "", parent.line)
    return replace(
        job,
        id=f"{parent.id}/{job.id}",
        needs=(*(f"{parent.id}/{need}" for need in job.needs), parent.id, *parent.needs),
        condition=parent.condition & active & job.condition,
        stops=parent.stops & stops,
        approval=job.approval or parent.approval,
    )


def _child_files(node: Document | None) -> list[str]:
    """Return the local files of a child pipeline; artifacts and other projects are known only when it runs."""
    items = (node,) if isinstance(node, Map) else items_of(node)
    names = [text_of(item.get("local")) if isinstance(item, Map) else text_of(item) for item in items]
    return [name.lstrip("/").removeprefix("./") for name in names if name and "$" not in name]
