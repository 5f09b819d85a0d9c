"""Bitbucket Pipelines: default, branch, pull-request, tag and custom pipelines."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event, Job, Pipeline, Run, Step
from mlops.domain.record import replace
from mlops.graph.ci.common import FORGIVEN, first_map, problems_of, script, texts, variables
from mlops.graph.ci.globs import matches

PATHS = ("bitbucket-pipelines.yml", "bitbucket-pipelines.yaml")


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read the Bitbucket configuration of a repository."""
    return [
        Pipeline(
            "bitbucket", path, path, tuple(_runs(path, root, config)), problems=problems_of(path, files[path])
        )
        for path in PATHS
        if path in files and (root := first_map(files[path])) is not None
    ]


def _runs(path: str, root: Map, config: CiConfig) -> list[Run]:
    found: list[Run] = []
    default = root.get("pipelines", "default")
    named = entries_of(root.get("pipelines", "branches"))
    replaced = any(matches((key.text,), name) for key, _ in named for name in config.default_branches)
    if default is not None:
        key = _key(root, "default")
        kinds = (
            [("branch", "push to another branch")]
            if replaced
            else [("push", "push"), ("branch", "push to another branch")]
        )
        found.extend(_run(path, root, Event(kind, label, path, key.line), default) for kind, label in kinds)
    for key, body in named:
        guards = any(matches((key.text,), name) for name in config.default_branches)
        found.append(
            _run(
                path, root, Event("push" if guards else "branch", f"push to {key.text}", path, key.line), body
            )
        )
    for section, kind, label in (
        ("pull-requests", "pull_request", "pull request from"),
        ("tags", "tag", "push of tag"),
        ("custom", "manual", "custom pipeline"),
    ):
        for key, body in entries_of(root.get("pipelines", section)):
            found.append(_run(path, root, Event(kind, f"{label} {key.text}", path, key.line), body))
    return found


def _key(root: Map, name: str) -> Scalar:
    node = root.get("pipelines")
    return (node.key(name) if isinstance(node, Map) else None) or Scalar(name, root.line)


def _run(path: str, root: Map, event: Event, body: Document) -> Run:
    jobs: list[Job] = []
    before: tuple[str, ...] = ()
    manual = False
    for item in body.items if isinstance(body, Seq) else ():
        group = _steps(item)
        made: list[Job] = []
        for step in group:
            # what follows a step with `trigger: manual` waits for the person too
            manual = manual or text_of(step.get("trigger")) == "manual"
            made.append(_job(path, root, step, len(jobs) + len(made) + 1, before, manual))
        if made:
            jobs.extend(made)
            before = tuple(job.id for job in made)
    return Run(event, tuple(jobs))


def _steps(item: Document) -> list[Map]:
    """Return the steps of one item: a step, a parallel group or a stage."""
    found: list[Map] = []
    for key, body in entries_of(item):
        if key.text == "step" and isinstance(body, Map):
            found.append(body)
        elif key.text in {"parallel", "stage"}:
            inner = body.get("steps") if isinstance(body, Map) else body
            for one in inner.items if isinstance(inner, Seq) else ():
                step = one.get("step") if isinstance(one, Map) else None
                if isinstance(step, Map):
                    found.append(step)
    return found


def _job(path: str, root: Map, body: Map, number: int, needs: tuple[str, ...], manual: bool) -> Job:
    image = body.get("image") or root.get("image")
    steps = [*_commands(path, body.get("script"))]
    after = Step(
        "", path, 0, stops=replace(FORGIVEN, reason="its result is known before"), after_failure=True
    )
    steps.extend(script(body.get("after-script"), after))
    changes = texts(body.get("condition", "changesets", "includePaths"))
    condition = ALWAYS
    if changes:
        condition = Condition(Tri.UNKNOWN, f"it runs only when {', '.join(changes)} change", "", body.line)
    name = text_of(body.get("name")) or "step"
    return Job(
        f"{number} {name}",
        path,
        body.line,
        tuple(steps),
        needs,
        condition,
        environment=text_of(body.get("deployment")),
        approval=manual,
        image=text_of(image) or text_of(image.get("name") if isinstance(image, Map) else None),
        services=texts(body.get("services")),
    )


def _commands(path: str, node: Document | None) -> list[Step]:
    """Return the commands between two pipes as one step, and each pipe as another."""
    found: list[Step] = []
    waiting: list[Document] = []
    for item in node.items if isinstance(node, Seq) else ():
        pipe = item.get("pipe") if isinstance(item, Map) else None
        if isinstance(item, Map) and isinstance(pipe, Scalar):
            found.extend(script(Seq(tuple(waiting), item.line), Step("", path, 0)))
            waiting.clear()
            name, _, ref = pipe.text.rpartition(":")
            given = variables(item.get("variables"))
            found.append(Step(pipe.text, path, pipe.line, uses=name or pipe.text, ref=ref, inputs=given))
        elif isinstance(item, Scalar):
            waiting.append(item)
    return [*found, *script(Seq(tuple(waiting), 0), Step("", path, 0))]
