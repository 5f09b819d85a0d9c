"""The jobs and commands of a CircleCI configuration as steps."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition, Job, Step, Unresolved
from mlops.domain.record import dataclass, field, replace
from mlops.domain.regex import regex
from mlops.graph.ci import github_shell
from mlops.graph.ci.common import maps, run_line, texts, variables, weaker

_PARAMETER = regex(r"<<\s*(?:parameters|matrix)\.([\w-]+)\s*>>")
_MAX_DEPTH = 10
_MAX_LEGS = 20
_SETTINGS = frozenset({"requires", "filters", "context", "name", "type", "matrix", "pre-steps", "post-steps"})


def fill(text: str, parameters: Mapping[str, str]) -> str:
    """Write the values of known parameters into a text."""
    return _PARAMETER.sub(lambda match: parameters.get(match[1], match[0]), text) if "<<" in text else text


def parameter_values(settings: Map | None) -> dict[str, str]:
    """Return the scalar parameters that a use of a job or command hands over."""
    return {
        key.text: value.text
        for key, value in entries_of(settings)
        if isinstance(value, Scalar) and key.text not in _SETTINGS
    }


def parameter_legs(settings: Map | None) -> list[dict[str, str]]:
    """Return the parameters of every leg of a job's matrix."""
    node = settings.get("matrix", "parameters") if settings is not None else None
    dimensions = [[(key.text, text) for text in texts(value)] for key, value in entries_of(node)]
    if not dimensions or not all(dimensions):
        return [{}]
    return [dict(leg) for leg in itertools.islice(itertools.product(*dimensions), _MAX_LEGS)]


def _defaults(body: Map) -> dict[str, str]:
    return {
        key.text: text_of(settings.get("default"))
        for key, settings in entries_of(body.get("parameters"))
        if isinstance(settings, Map) and isinstance(settings.get("default"), Scalar)
    }


@dataclass(slots=True)
class Jobs:
    """The jobs of one configuration."""

    path: str
    root: Map
    unresolved: dict[Unresolved, None] = field(default_factory=dict)

    def fill_in(self, job: Job, name: str, given: Mapping[str, str]) -> Job:
        """Return a job with the steps of its definition."""
        body = self.root.get("jobs", name)
        if not isinstance(body, Map):
            reason = "the job comes from an orb" if "/" in name else "no job has this name"
            self.unresolved[Unresolved(self.path, job.line, "", name, reason)] = None
            return job
        parameters = {**_defaults(body), **given}
        executor = self.root.get("executors", fill(text_of(body.get("executor")), parameters))
        images = maps(body.get("docker")) or maps(
            executor.get("docker") if isinstance(executor, Map) else None
        )
        names = [fill(text_of(image.get("image")), parameters) for image in images]
        step = Step(
            "",
            self.path,
            0,
            pipefail=True,
            env=variables(body.get("environment")),
            folder=fill(text_of(body.get("working_directory")), parameters)
            .removeprefix("~/project")
            .strip("/"),
        )
        shell = text_of(body.get("shell"))
        step = _with_shell(step, shell) if shell else step
        return replace(
            job,
            image=names[0] if names else "",
            services=tuple(names[1:]),
            runner="docker" if names else ("machine" if body.get("machine") is not None else ""),
            steps=tuple(self._steps(body.get("steps"), step, parameters, 0)),
        )

    def _steps(
        self, node: Document | None, like: Step, parameters: Mapping[str, str], depth: int
    ) -> list[Step]:
        found: list[Step] = []
        for item in node.items if isinstance(node, Seq) and depth < _MAX_DEPTH else ():
            if isinstance(item, Scalar):
                found.extend(self._command(item, None, like, parameters, depth))
            for key, settings in entries_of(item):
                if key.text == "run":
                    found.extend(_run(key, settings, like, parameters))
                elif key.text in {"when", "unless"} and isinstance(settings, Map):
                    unsure = Condition(Tri.UNKNOWN, f"`{key.text}` depends on parameters", "", key.line)
                    inner = replace(like, condition=weaker(like.condition, unsure))
                    found.extend(self._steps(settings.get("steps"), inner, parameters, depth + 1))
                else:
                    found.extend(
                        self._command(
                            key, settings if isinstance(settings, Map) else None, like, parameters, depth
                        )
                    )
        return found

    def _command(
        self, key: Scalar, settings: Map | None, like: Step, parameters: Mapping[str, str], depth: int
    ) -> list[Step]:
        body = self.root.get("commands", key.text)
        given = {name: fill(text, parameters) for name, text in parameter_values(settings).items()}
        if not isinstance(body, Map):
            leaf = replace(like, name=key.text, line=key.line, uses=key.text, inputs=tuple(given.items()))
            return [leaf]
        return self._steps(body.get("steps"), like, {**_defaults(body), **given}, depth + 1)


def _with_shell(step: Step, text: str) -> Step:
    shell = github_shell.read(text if "{0}" in text else f"{text} {{0}}")
    return replace(step, shell=shell.name, errexit=shell.errexit, pipefail=shell.pipefail)


def _run(key: Scalar, settings: Document, like: Step, parameters: Mapping[str, str]) -> list[Step]:
    command = settings.get("command") if isinstance(settings, Map) else settings
    if not isinstance(command, Scalar):
        return []
    body = settings if isinstance(settings, Map) else Map((), key.line)
    script = fill(command.text, parameters)
    when = text_of(body.get("when"))
    step = replace(
        like,
        name=fill(text_of(body.get("name")), parameters) or script.strip().partition("\n")[0][:80],
        line=key.line,
        script=script,
        script_line=run_line(command),
        env=(*like.env, *variables(body.get("environment"))),
        folder=fill(text_of(body.get("working_directory")), parameters) or like.folder,
        after_failure=when in {"always", "on_fail"},
        stops=ALWAYS,
    )
    shell = text_of(body.get("shell"))
    return [_with_shell(step, shell) if shell else step]
