"""Azure Pipelines: which files are pipelines, and what each run of them does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, text_of, walk
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import CiConfig, Condition, Pipeline, Run, Unresolved
from mlops.domain.record import replace
from mlops.domain.regex import regex
from mlops.graph.ci.azure_expand import Expander
from mlops.graph.ci.azure_jobs import jobs_of
from mlops.graph.ci.azure_steps import STEP_FIELDS, STEP_KEYS
from mlops.graph.ci.azure_templates import declared_parameters, included_files
from mlops.graph.ci.azure_triggers import Start, starts_of

_TRIGGERS = ("trigger", "pr", "schedules")
_BODIES = ("stages", "jobs", "steps", "extends")
_ROOT_KEYS = frozenset({
    *_TRIGGERS, *_BODIES, "pool", "resources", "variables", "parameters", "name", "lockBehavior", "strategy",
    "container", "services", "workspace", "continueOnError", "appendCommitMessageToRunName", "timeoutInMinutes",
    "cancelTimeoutInMinutes", "target", "displayName", "condition", "dependsOn", "environment",
})  # fmt: skip
#: Folders whose files are not the repository's own pipelines.
_ELSEWHERE = frozenset({
    "docs", "doc", "example", "examples", "vendor", "third_party", "node_modules", "site-packages", ".venv", "venv",
    ".github", "fixtures", "testdata", "snapshots",
})  # fmt: skip
_IDENTIFIER = regex(r"[\w${}\[\]().' -]+$")


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Return the Azure pipelines among a repository's YAML files, found by content wherever they lie."""
    roots = {path: root for path, facts in sorted(files.items()) if (root := _root(path, facts)) is not None}
    included = included_files(roots)
    branches = _default_branches(roots, config)
    return [
        _pipeline(path, root, files, branches, config)
        for path, root in roots.items()
        if _is_pipeline(path, root) and (path not in included or any(root.key(key) for key in _TRIGGERS))
    ]


def _root(path: str, facts: FileFacts) -> Map | None:
    """Return the root of a file that has the shape of an Azure pipeline or template."""
    parts = path.split("/")
    if (
        len(facts.documents) != 1
        or not isinstance(facts.documents[0], Map)
        or any("{{" in part for part in parts)
    ):
        return None
    root = facts.documents[0]
    names = {key.text for key, _ in root.items if not key.text.lstrip().startswith("${{")}
    if not names <= _ROOT_KEYS or not any(name in names for name in (*_BODIES, "variables")):
        return None
    shaped = all(_SHAPES[name](value) for key, value in root.items if (name := key.text) in _SHAPES)
    return root if shaped else None


def _steps_shape(node: Document) -> bool:
    return _list_of(
        node, lambda item: bool({key.text for key, _ in item.items} & STEP_KEYS) and _is_step(item)
    )


def _is_step(item: Map) -> bool:
    names = {key.text for key, _ in item.items if not key.text.startswith("${{")}
    return names <= STEP_FIELDS and bool(_IDENTIFIER.match(text_of(item.get("name"), "x")))


def _jobs_shape(node: Document) -> bool:
    return _list_of(node, lambda item: any(item.key(name) for name in ("job", "deployment", "template")))


def _stages_shape(node: Document) -> bool:
    return _list_of(node, lambda item: any(item.key(name) for name in ("stage", "template")))


def _list_of(node: Document, fits: Callable[[Map], bool]) -> bool:
    """Whether a list holds fitting mappings, compile-time expressions aside; an expression may stand for all."""
    if isinstance(node, Scalar):
        return node.text.startswith("${{")
    if not isinstance(node, Seq):
        return bool(node.items) and all(key.text.startswith("${{") for key, _ in node.items)
    for item in node.items:
        if isinstance(item, Scalar) and item.text.startswith("${{"):
            continue
        if not isinstance(item, Map):
            return False
        if not all(key.text.startswith("${{") for key, _ in item.items) and not fits(item):
            return False
    return bool(node.items)


def _extends_shape(node: Document) -> bool:
    return isinstance(node, Map) and (
        node.key("template") is not None or (bool(node.items) and node.items[0][0].text.startswith("${{"))
    )


_SHAPES = {"steps": _steps_shape, "jobs": _jobs_shape, "stages": _stages_shape, "extends": _extends_shape}


def _is_pipeline(path: str, root: Map) -> bool:
    """Whether a file of the right shape is one that can be registered, and not a template nobody includes."""
    folders = path.lower().split("/")[:-1]
    if any(folder in _ELSEWHERE for folder in folders) or not any(root.key(name) for name in _BODIES):
        return False
    if any(root.key(name) for name in _TRIGGERS):
        return True
    parameters = root.get("parameters")
    if isinstance(parameters, Map) or "template" in path.lower():
        return False
    return all(parameter.default is not None for parameter in declared_parameters(parameters))


def _default_branches(roots: Mapping[str, Map], config: CiConfig) -> tuple[str, ...]:
    """Return the default branch's possible names, the one that the pipelines mention most first."""
    names = config.default_branches or ("main",)
    mentions: Counter[str] = Counter()
    pattern = re.compile(r"(?<![\w-])(" + "|".join(re.escape(name) for name in names) + r")(?![\w-])")
    for root in roots.values():
        for keys, node in walk(root):
            relevant = keys and (
                keys[-1] == "condition" or "branches" in keys or keys[0] in {"trigger", "pr"}
            )
            if relevant and isinstance(node, Scalar):
                mentions.update(pattern.findall(node.text))
            if isinstance(node, Map):
                mentions.update(
                    name for key, _ in node.items for name in pattern.findall(key.text) if "$" in key.text
                )
    return tuple(sorted(names, key=lambda name: -mentions[name]))


def _pipeline(
    path: str, root: Map, files: Mapping[str, FileFacts], branches: tuple[str, ...], config: CiConfig
) -> Pipeline:
    runs: list[Run] = []
    unresolved: list[Unresolved] = []
    problems: list[tuple[str, int, str]] = []
    for start in _startable(starts_of(root, path, branches, config), root):
        run, expander, faults = _run(path, start, files, config)
        runs.append(run)
        unresolved.extend(entry for entry in expander.store.unresolved if entry not in unresolved)
        # With a template out of sight, a job that seems missing may well be there.
        found = (*expander.store.problems, *(() if expander.store.unresolved else faults))
        problems.extend(entry for entry in found if entry not in problems)
    name = path.rpartition("/")[2].rpartition(".")[0]
    return Pipeline("azure-pipelines", path, name, tuple(runs), tuple(unresolved), tuple(problems))


def _startable(starts: tuple[Start, ...], root: Map) -> tuple[Start, ...]:
    """Rule out what starts by itself where a parameter without a default asks for a person."""
    required = [item.name for item in declared_parameters(root.get("parameters")) if item.default is None]
    if not required:
        return starts
    key = root.key("parameters")
    reason = f"only a person can start it: its parameter `{required[0]}` has no default"
    refused = Condition(Tri.NO, reason, "F6", key.line if key else root.line)
    return tuple(
        start if start.event.kind == "manual" else replace(start, event=replace(start.event, active=refused))
        for start in starts
    )


def _run(
    path: str, start: Start, files: Mapping[str, FileFacts], config: CiConfig
) -> tuple[Run, Expander, tuple[tuple[str, int, str], ...]]:
    manual = start.event.kind == "manual"
    expander = Expander(files, config.sources, start.variables, manual=manual)
    expanded = expander.pipeline(path)
    jobs, problems = jobs_of(expanded, path, start.variables)
    return Run(start.event, jobs), expander, problems
