"""Buildkite: command steps, barriers and block steps."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event, Job, Pipeline, Run, Step, Unresolved
from mlops.domain.record import replace
from mlops.domain.regex import regex
from mlops.graph.ci.common import FORGIVEN, first_map, is_true, problems_of, script, texts, variables
from mlops.graph.ci.globs import matches

_PATH = regex(r"\.buildkite/(?:.*/)?[^/]*pipeline[^/]*\.ya?ml|buildkite\.ya?ml")


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read every Buildkite pipeline of a repository."""
    found: list[Pipeline] = []
    for path in sorted(path for path in files if _PATH.fullmatch(path)):
        document = files[path].documents[0] if files[path].documents else None
        root = first_map(files[path])
        steps = document if root is None else root.get("steps")
        if not isinstance(steps, Seq):
            continue
        unresolved: list[Unresolved] = []
        env = variables(root.get("env") if root is not None else None)
        events = [
            Event("push", "push", path, steps.line),
            Event("branch", "push to another branch", path, steps.line),
        ]
        runs = tuple(
            Run(event, tuple(_jobs(path, steps, env, event, config, unresolved))) for event in events
        )
        left = tuple(dict.fromkeys(unresolved))
        found.append(Pipeline("buildkite", path, path, runs, left, problems_of(path, files[path])))
    return found


def _flat(steps: Seq) -> list[Document]:
    """Return the steps with those of groups in their place."""
    found: list[Document] = []
    for item in steps.items:
        inner = item.get("steps") if isinstance(item, Map) and item.get("group") is not None else None
        found.extend(inner.items if isinstance(inner, Seq) else (item,))
    return found


def _jobs(
    path: str,
    steps: Seq,
    env: tuple[tuple[str, str], ...],
    event: Event,
    config: CiConfig,
    unresolved: list[Unresolved],
) -> list[Job]:
    jobs: list[Job] = []
    keys: dict[str, str] = {}
    barrier: tuple[str, ...] = ()
    since: list[str] = []
    for number, item in enumerate(_flat(steps), 1):
        name = item.text if isinstance(item, Scalar) else ""
        if name in {"wait", "waiter"} or (isinstance(item, Map) and item.key("wait") is not None):
            barrier, since = tuple(since) or barrier, []
            continue
        if name in {"block", "manual", "input"}:
            item = Map(((Scalar(name, item.line), Scalar("", item.line)),), item.line)  # noqa: PLW2901
        if not isinstance(item, Map):
            continue
        job = _job(path, item, number, env, event, config)
        needs = tuple(keys.get(need, need) for need in _depends(item))
        job = replace(job, needs=needs or barrier)
        if item.get("key") is not None:
            keys[text_of(item.get("key"))] = job.id
        if job.approval:
            barrier, since = (job.id,), []
        if item.get("trigger") is not None:
            reason = "it starts another Buildkite pipeline"
            unresolved.append(Unresolved(path, item.line, "", text_of(item.get("trigger")), reason))
        jobs.append(job)
        since.append(job.id)
    return jobs


def _depends(item: Map) -> list[str]:
    node = item.get("depends_on")
    steps = (
        [text_of(one.get("step")) for one in node.items if isinstance(one, Map)]
        if isinstance(node, Seq)
        else []
    )
    return [*texts(node), *steps]


def _job(
    path: str, item: Map, number: int, env: tuple[tuple[str, str], ...], event: Event, config: CiConfig
) -> Job:
    approval = (
        item.key("block") is not None or item.key("input") is not None or item.key("manual") is not None
    )
    like = Step("", path, 0, env=(*env, *variables(item.get("env"))))
    steps = [*_plugins(path, item), *script(item.get("command") or item.get("commands"), like)]
    label = text_of(item.get("label")) or text_of(item.get("key")) or text_of(item.get("block")) or "step"
    return Job(
        f"{number} {label}",
        path,
        item.line,
        tuple(steps),
        condition=_condition(item, event, config),
        stops=_stops(item),
        after_failure=is_true(item.get("allow_dependency_failure")),
        approval=approval,
    )


def _plugins(path: str, item: Map) -> list[Step]:
    node = item.get("plugins")
    found: list[Step] = []
    for plugin in node.items if isinstance(node, Seq) else ():
        for key, settings in entries_of(plugin):
            name, _, ref = key.text.partition("#")
            found.append(Step(key.text, path, key.line, uses=name, ref=ref, inputs=variables(settings)))
    return found


def _condition(item: Map, event: Event, config: CiConfig) -> Condition:
    branches = text_of(item.get("branches")).split()
    if (
        branches
        and event.kind == "push"
        and not any(matches(branches, name) for name in config.default_branches)
    ):
        return Condition(Tri.NO, f"its `branches` admit only {', '.join(branches)}", "", item.line)
    if branches and event.kind == "branch" and all(name in config.default_branches for name in branches):
        return Condition(Tri.NO, f"its `branches` admit only {', '.join(branches)}", "", item.line)
    node = item.get("if")
    if not isinstance(node, Scalar):
        return ALWAYS
    if node.text.strip() == "false":
        return Condition(Tri.NO, "it is disabled by `if: false`", "F6", node.line)
    match = re.fullmatch(r"""\s*build\.branch\s*(==|!=)\s*["']([\w./-]+)["']\s*""", node.text)
    if match is None or (match[2] not in config.default_branches):
        return Condition(Tri.UNKNOWN, f"its condition `{node.text[:80]}` is not understood", "", node.line)
    if (event.kind == "push") is (match[1] == "=="):
        return ALWAYS
    return Condition(Tri.NO, f"its condition `{node.text[:80]}` never holds for {event.label}", "", node.line)


def _stops(item: Map) -> Condition:
    node = item.get("soft_fail")
    if isinstance(node, Seq):
        return Condition(Tri.UNKNOWN, "`soft_fail` forgives some failures", "", item.line)
    if is_true(node):
        return replace(FORGIVEN, reason="its failure is forgiven by `soft_fail`", line=item.line)
    return ALWAYS
