"""GitHub Actions workflows, and those of Forgejo and Gitea, which are written alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops.domain.document import Map, Scalar, text_of, walk
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import CiConfig, Condition, Job, Pipeline, Run
from mlops.domain.record import replace
from mlops.domain.regex import regex
from mlops.graph.ci.github_events import call_environment, environments, trigger_names
from mlops.graph.ci.github_jobs import Call, expand_jobs
from mlops.graph.ci.github_place import Home, Reader
from mlops.graph.ci.github_trigger import Environment

_FOLDERS = {
    ".github/workflows": "github-actions",
    ".forgejo/workflows": "forgejo",
    ".gitea/workflows": "gitea",
}
#: `github.ref == 'refs/heads/dev'`, `github.ref_name == 'dev'`.
_ASKED = regex(
    r"refs/heads/([\w.-]+(?:/[\w.-]+)*)['\"]|github\.(?:ref_name|head_ref)\s*==\s*['\"]([\w./-]+)['\"]"
)


def is_workflow(path: str) -> bool:
    """Tell whether a path is one at which a workflow is found."""
    folder, _, name = path.rpartition("/")
    return folder in _FOLDERS and name.endswith((".yml", ".yaml"))


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read every workflow of a repository."""
    home = Home(files)
    paths = sorted(path for path in files if is_workflow(path) and files[path].documents)
    workflows = {
        text_of(document.get("name")) or path: trigger_names(document.get("on"))
        for path in paths
        if (document := home.document(path)) is not None
    }
    called = {target for path in paths for target in _called(home.document(path))}
    found = [_pipeline(home, path, config, workflows, called=path in called) for path in paths]
    broken = sorted(
        path for path in files if is_workflow(path) and not files[path].documents and files[path].problems
    )
    return found + [
        Pipeline(
            _provider(path),
            path,
            path,
            problems=tuple((path, p.line, p.message) for p in files[path].problems),
        )
        for path in broken
    ]


def _provider(path: str) -> str:
    return _FOLDERS[path.rpartition("/")[0]]


def _called(document: Map | None) -> list[str]:
    """Return the local workflows that the jobs of a workflow use."""
    jobs = document.get("jobs") if document is not None else None
    if not isinstance(jobs, Map):
        return []
    used = [text_of(job.get("uses")) for _, job in jobs.items if isinstance(job, Map)]
    return [text[2:] for text in used if text.startswith(("./", "$/"))]


def _pipeline(
    home: Home, path: str, config: CiConfig, workflows: Mapping[str, tuple[str, ...]], *, called: bool
) -> Pipeline:
    document = home.document(path)
    if document is None:
        return Pipeline(_provider(path), path, path, problems=((path, 1, "the workflow is not a mapping"),))
    reader = Reader(home, config)
    refused = _refused(document, home.files[path], _provider(path))
    if refused:
        reader.problem(path, refused[1], refused[0])
    on = document.get("on")
    triggers = environments(on, path, config, workflows, _named(document))
    if not triggers and "workflow_call" in trigger_names(on) and not called:
        triggers = [[call_environment(on, path, config)]]
    runs: list[Run] = []
    for variants in triggers:
        runs.extend(_runs(reader, home, path, document, variants))
    if refused:
        dead = Condition(Tri.NO, f"GitHub refuses the file: {refused[0]}", "F6", refused[1])
        runs = [replace(run, event=replace(run.event, active=dead)) for run in runs]
    return Pipeline(
        _provider(path),
        path,
        text_of(document.get("name")) or path,
        tuple(runs),
        tuple(reader.unresolved),
        tuple(reader.problems),
    )


def _named(document: Map) -> tuple[str, ...]:
    """Return the branches that a workflow's conditions ask for: a condition on a branch says that it exists."""
    found: dict[str, None] = {}
    for keys, node in walk(document):
        if isinstance(node, Scalar) and "ref" in node.text and keys[:1] != ("on",):
            found.update(dict.fromkeys(name for pair in _ASKED.findall(node.text) for name in pair if name))
    return tuple(found)


def _refused(document: Map, facts: FileFacts, provider: str) -> tuple[str, int] | None:
    """Return why GitHub would not take a workflow that YAML readers take."""
    for key in ("on", "jobs"):
        if document.get(key) is None:
            return f"it has no `{key}`", document.line
    if not isinstance(document.get("jobs"), Map):
        return "its `jobs` are no mapping", document.line
    for problem in facts.problems:
        if problem.message.startswith("duplicate key"):
            return problem.message.partition(":")[0], problem.line
    if provider == "github-actions":
        merged = next((node for _, node in walk(document) if isinstance(node, Map) and node.merged), None)
        if merged is not None:
            return "it uses the merge key `<<`", merged.line
    return None


def _runs(reader: Reader, home: Home, path: str, document: Map, variants: Sequence[Environment]) -> list[Run]:
    """Expand a workflow for the environments of one trigger; a variant must make more possible to stay."""
    runs: list[Run] = []
    seen: list[tuple[Job, ...]] = []
    for environment in variants:
        call = Call(home, path, document, environment.github, environment.inputs, environment.event.label)
        reader.jobs = reader.steps = 0
        jobs = tuple(expand_jobs(reader, call))
        if not environment.primary and not _adds(jobs, seen):
            continue
        seen.append(jobs)
        runs.append(Run(environment.event, jobs))
    return runs


def _adds(jobs: tuple[Job, ...], seen: Sequence[tuple[Job, ...]]) -> bool:
    """Tell whether jobs or steps are possible that no run before it made as possible."""
    best: dict[tuple[str, str, int], Tri] = {}
    for run in seen:
        for key, value in _possible(run):
            best[key] = max(best.get(key, Tri.NO), value)
    return any(value > best.get(key, Tri.NO) for key, value in _possible(jobs))


def _possible(jobs: tuple[Job, ...]) -> list[tuple[tuple[str, str, int], Tri]]:
    found: list[tuple[tuple[str, str, int], Tri]] = []
    for job in jobs:
        found.append(((job.id, job.path, job.line), job.condition.value))
        for step in job.steps:
            key = (f"{job.id}\0{step.script}", step.path, step.line)
            found.append((key, min(job.condition.value, step.condition.value)))
    return found
