"""Google Cloud Build: steps in containers; what starts them lies outside the file."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from mlops.domain.document import Map, Scalar, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event, Job, Pipeline, Run, Step
from mlops.domain.record import replace
from mlops.domain.regex import regex
from mlops.graph.ci.common import (
    FORGIVEN,
    OUTSIDE,
    first_map,
    is_true,
    maps,
    problems_of,
    run_line,
    scalars,
    texts,
)

_PATH = regex(r"(?:.*/)?(?:cloudbuild[^/]*|\.?cloud-?build/[^/]+)\.(?:ya?ml|json)")
#: Images that only steps of Cloud Build are named after.
_BUILDERS = regex(
    r"gcr\.io/cloud-builders|gcr\.io/google\.com/cloudsdktool/|gcr\.io/k8s-skaffold/|gcr\.io/kaniko-project/"
)
_SHELLS = frozenset({"bash", "sh", "/bin/bash", "/bin/sh"})


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read every Cloud Build file of a repository."""
    del config
    return [
        Pipeline("google-cloud-build", path, path, _runs(path, root), problems=problems_of(path, files[path]))
        for path in sorted(files)
        if (root := first_map(files[path])) is not None and is_build(path, root)
    ]


def is_build(path: str, root: Map) -> bool:
    """Tell whether a file describes a build, by its name or by the images that its steps are named after."""
    steps = maps(root.get("steps"))
    if _PATH.fullmatch(path) is not None:
        return bool(steps)
    return any(_BUILDERS.match(text_of(step.get("name"))) for step in steps)


def _runs(path: str, root: Map) -> tuple[Run, ...]:
    """Anybody may submit a build by hand; whether something else starts it, the file does not say."""
    manual = Event("manual", "gcloud builds submit", path, root.line)
    trigger = Event("push", "a Cloud Build trigger", path, root.line, OUTSIDE, origin="outside")
    steps = tuple(_step(path, body) for body in maps(root.get("steps")))
    return tuple(Run(event, (Job("build", path, root.line, steps),)) for event in (manual, trigger))


def _step(path: str, body: Map) -> Step:
    image, entrypoint = text_of(body.get("name")), text_of(body.get("entrypoint"))
    stops = ALWAYS
    if is_true(body.get("allowFailure")):
        stops = replace(FORGIVEN, reason="its failure is forgiven by `allowFailure`", line=body.line)
    elif body.get("allowExitCodes") is not None:
        stops = Condition(Tri.UNKNOWN, "`allowExitCodes` forgives some failures", "", body.line)
    env = tuple((name, value) for name, _, value in (text.partition("=") for text in texts(body.get("env"))))
    step = Step(
        text_of(body.get("id")) or image,
        path,
        body.line,
        env=env,
        folder=text_of(body.get("dir")),
        stops=stops,
        errexit=False,
    )
    script = body.get("script")
    if isinstance(script, Scalar):
        return replace(step, script=script.text, script_line=run_line(script))
    args = scalars(body.get("args"))
    if entrypoint in _SHELLS and args:
        return _shell(step, entrypoint, args)
    # a builder's image is named after its program: gcr.io/cloud-builders/docker
    program = entrypoint or (image.rpartition("/")[2].partition(":")[0] if "cloud-builders" in image else "")
    program = "gcloud" if not program and "cloud-sdk" in image else program
    if not program:
        return replace(
            step, uses=f"docker://{image}", inputs=(("args", shlex.join(arg.text for arg in args)),)
        )
    line = args[0].line if args else body.line
    return replace(step, script=_joined([program, *(arg.text for arg in args)]), script_line=line)


def _shell(step: Step, entrypoint: str, args: tuple[Scalar, ...]) -> Step:
    options = [arg.text for arg in args[:-1]]
    if not any(option.startswith("-") and option.endswith("c") for option in options):
        return replace(
            step, script=_joined([entrypoint, *(arg.text for arg in args)]), script_line=args[0].line
        )
    errexit = any(re.fullmatch(r"-\w*e\w*", option) for option in options)
    # Cloud Build writes $$ where the shell shall see $
    return replace(
        step,
        script=args[-1].text.replace("$$", "$"),
        script_line=run_line(args[-1]),
        shell=entrypoint.rpartition("/")[2],
        errexit=errexit,
        pipefail="pipefail" in options,
    )


def _joined(words: list[str]) -> str:
    """Write words as one command; `$NAME` stays open, for Cloud Build fills it in."""
    return " ".join(word if "$" in word and " " not in word else shlex.quote(word) for word in words)
