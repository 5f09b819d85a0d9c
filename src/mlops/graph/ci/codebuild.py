"""AWS CodeBuild: the phases of a buildspec; what starts it lies outside the file."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.document import Map, Scalar, entries_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.pipeline import ALWAYS, CiConfig, Event, Job, Pipeline, Run, Step
from mlops.domain.record import replace
from mlops.domain.regex import regex
from mlops.graph.ci.common import FORGIVEN, OUTSIDE, first_map, problems_of, script, variables

_PATH = regex(r"(?:.*/)?[^/]*buildspec[^/]*\.ya?ml")
_PHASES = ("install", "pre_build", "build", "post_build")


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read every buildspec of a repository."""
    del config
    return [
        Pipeline("aws-codebuild", path, path, _runs(path, root), problems=problems_of(path, files[path]))
        for path in sorted(files)
        if _PATH.fullmatch(path)
        and (root := first_map(files[path])) is not None
        and root.get("phases") is not None
    ]


def _runs(path: str, root: Map) -> tuple[Run, ...]:
    """Anybody may start a build by hand; whether something else starts it, the file does not say."""
    job = Job("build", path, root.line, steps_of(path, root))
    manual = Event("manual", "aws codebuild start-build", path, root.line)
    trigger = Event("push", "a CodeBuild project", path, root.line, OUTSIDE, origin="outside")
    return tuple(Run(event, (job,)) for event in (manual, trigger))


def steps_of(path: str, root: Map) -> tuple[Step, ...]:
    """Return the commands of a buildspec's phases as steps."""
    shell = text_of(root.get("env", "shell"))
    like = Step(
        "", path, 0, shell="bash" if shell == "bash" else "sh", env=variables(root.get("env", "variables"))
    )
    phases = {key.text: body for key, body in entries_of(root.get("phases")) if isinstance(body, Map)}
    steps: list[Step] = []
    for name in _PHASES:
        body = phases.get(name)
        if body is None:
            continue
        goes_on = body.get("on-failure")
        stops = ALWAYS
        if isinstance(goes_on, Scalar) and goes_on.text.upper() == "CONTINUE":
            stops = replace(
                FORGIVEN, reason="its failure is forgiven by `on-failure: CONTINUE`", line=goes_on.line
            )
        # post_build runs even where build has failed
        step = replace(like, stops=stops, after_failure=name == "post_build")
        steps += script(body.get("commands"), step)
        steps += script(body.get("finally"), replace(step, after_failure=True))
    return tuple(steps)
