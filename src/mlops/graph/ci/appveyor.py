"""AppVeyor: the scripts of a build on Windows."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of
from mlops.domain.facts import FileFacts
from mlops.domain.pipeline import CiConfig, Event, Job, Pipeline, Run, Step
from mlops.domain.record import replace
from mlops.graph.ci.common import first_map, problems_of, run_line, texts
from mlops.graph.ci.globs import matches

PATHS = ("appveyor.yml", ".appveyor.yml", "appveyor.yaml", ".appveyor.yaml")

_PHASES = (
    "init",
    "install",
    "before_build",
    "build_script",
    "after_build",
    "before_test",
    "test_script",
    "after_test",
    "before_deploy",
    "deploy_script",
    "after_deploy",
)
_SHELLS = {"ps": "pwsh", "pwsh": "pwsh", "cmd": "cmd", "sh": "bash", "bash": "bash", "python": "python"}


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read the AppVeyor configuration of a repository."""
    return [
        Pipeline(
            "appveyor", path, path, tuple(_runs(path, root, config)), problems=problems_of(path, files[path])
        )
        for path in PATHS
        if path in files and (root := first_map(files[path])) is not None
    ]


def _runs(path: str, root: Map, config: CiConfig) -> list[Run]:
    only, ignored = texts(root.get("branches", "only")), texts(root.get("branches", "except"))
    guards = not only or any(matches(only, name) for name in config.default_branches)
    guards = guards and not any(name in ignored for name in config.default_branches)
    steps = tuple(step for phase in _PHASES for step in _steps(path, root.get(phase)))
    job = Job("build", path, root.line, steps, runner=", ".join(texts(root.get("image"))) or "windows")
    kinds = (("push", "push"), ("pull_request", "pull request"))
    return [Run(Event(kind if guards else "branch", label, path, root.line), (job,)) for kind, label in kinds]


def _steps(path: str, node: Document | None) -> list[Step]:
    found: list[Step] = []
    for item in node.items if isinstance(node, Seq) else ((node,) if isinstance(node, Scalar) else ()):
        entries = entries_of(item) or (
            ((Scalar("cmd", item.line), item),) if isinstance(item, Scalar) else ()
        )
        for key, value in entries:
            if isinstance(value, Scalar) and key.text in _SHELLS and value.tag not in {"null", "bool"}:
                step = Step(
                    value.text.strip().partition("\n")[0][:80], path, item.line, value.text, run_line(value)
                )
                found.append(replace(step, shell=_SHELLS[key.text], errexit=False))
    return found
