"""GitLab jobs as jobs of a run: scripts, dependencies, failures, environments, reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import join, normpath

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition, Job, Step
from mlops.domain.record import replace
from mlops.domain.regex import regex
from mlops.graph.ci.gitlab_config import Config, job_variables, matrix_of, stage_of
from mlops.graph.ci.gitlab_occasion import Occasion
from mlops.graph.ci.gitlab_rules import Decision, decide
from mlops.graph.ci.gitlab_tree import LOST, path_of

_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")
_FOLDER = regex(r"\s*cd\s+([\w./-]+)\s*$")
_OPTIONS = regex(r"\s*set\s+([+-])(e|o\s+errexit|o\s+pipefail)\s*$")
#: Images whose shell is no bash: no pipefail there.
_SMALL_IMAGES = ("alpine", "busybox", "kaniko")
#: Commands farther apart than this become steps of their own.
_MAX_GAP = 500
_DEPLOYS = frozenset({"", "start"})
_NO_JOB = "is not part of this pipeline, so GitLab refuses to make it"


def jobs_of(
    config: Config, occasion: Occasion, guards: Mapping[str, Condition], *, partial: bool
) -> tuple[Job, ...]:
    """Return all jobs as one event sees them, with reasons; `partial` says that includes are not followed."""
    decisions = {name: decide(job, occasion) for name, job in config.jobs.items()}
    conditions = {name: guards.get(name, ALWAYS) & decision.condition for name, decision in decisions.items()}
    order = sorted(config.jobs, key=lambda name: stage_of(config.jobs[name], config))
    found: dict[str, Job] = {}
    for name in order:
        job, decision = config.jobs[name], decisions[name]
        needs, missing = _needs(name, config, decision, conditions, partial=partial)
        made = _job(name, job, decision, config.root.key(name))
        found[name] = replace(made, needs=needs, condition=conditions[name] & missing)
    return tuple(found[name] for name in config.jobs)


def _needs(
    name: str, config: Config, decision: Decision, conditions: Mapping[str, Condition], *, partial: bool
) -> tuple[tuple[str, ...], Condition]:
    """Return the jobs that must have succeeded before, and whether all that are named are there."""
    job = config.jobs[name]
    node = decision.needs if decision.needs is not None else job.get("needs")
    if node is None:
        stage = stage_of(job, config)
        return tuple(
            other
            for other, earlier in config.jobs.items()
            if stage_of(earlier, config) < stage and conditions[other].value is not Tri.NO
        ), ALWAYS
    found: list[str] = []
    missing = ALWAYS
    for item in items_of(node) if not isinstance(node, Map) else (node,):
        wanted = text_of(item.get("job")) if isinstance(item, Map) else text_of(item)
        if isinstance(item, Map) and (item.get("pipeline") is not None or item.get("project") is not None):
            continue
        optional = isinstance(item, Map) and text_of(item.get("optional")).lower() == "true"
        state = conditions.get(wanted)
        if state is not None and state.value is not Tri.NO:
            found.append(wanted)
            if not optional:
                missing = missing & state
        elif state is None and partial and not optional:
            reason = f"it needs `{wanted}`, which may come from an include that is not followed"
            missing = missing & Condition(Tri.UNKNOWN, reason, "", item.line)
        elif not optional and wanted:
            reason = f"it needs `{wanted}`, which {_NO_JOB}"
            missing = missing & Condition(Tri.NO, reason, "F6", item.line)
    return tuple(dict.fromkeys(found)), missing


def _job(name: str, job: Map, decision: Decision, key: Scalar | None) -> Job:
    variables = job_variables(job)
    image = _image(job.get("image"))
    environment = job.get("environment")
    action = text_of(environment.get("action")) if isinstance(environment, Map) else ""
    shown = text_of(environment.get("name")) if isinstance(environment, Map) else text_of(environment)
    path = path_of(key) or path_of(job)
    line = key.line if key else job.line
    return Job(
        id=name,
        path=path,
        line=line,
        steps=tuple(_steps(name, job, path, variables, _filled(image, variables))),
        stops=_stops(job, decision),
        after_failure=decision.when in {"always", "on_failure"},
        environment=_filled(shown, variables) if action in _DEPLOYS else "",
        approval=decision.when == "manual",
        runner=" ".join(text_of(item) for item in items_of(job.get("tags"))),
        image=_filled(image, variables),
        services=tuple(_filled(_image(item), variables) for item in _listed(job.get("services"))),
        reports=tuple(_reports(job)),
        matrix=matrix_of(job),
    )


def _listed(node: Document | None) -> tuple[Document, ...]:
    return (node,) if isinstance(node, Map) else items_of(node)


def _image(node: Document | None) -> str:
    return text_of(node.get("name")) if isinstance(node, Map) else text_of(node)


def _filled(text: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2], match[0]), text)


def _stops(job: Map, decision: Decision) -> Condition:
    node = decision.allow_failure if decision.allow_failure is not None else job.get("allow_failure")
    if node is None:
        if decision.when == "manual" and not decision.ruled:
            reason = "a manual job outside rules is allowed to fail"
            return Condition(Tri.NO, reason, "F5", job.line)
        return ALWAYS
    if isinstance(node, Map):
        codes = {text_of(item) for item in items_of(node.get("exit_codes"))}
        if "1" in codes:
            return Condition(
                Tri.NO, "exit code 1 is passed over by `allow_failure:exit_codes`", "F5", node.line
            )
        return ALWAYS
    text = text_of(node).lower()
    if text == "true":
        return Condition(
            Tri.NO, "a failure of the job is passed over by `allow_failure: true`", "F5", node.line
        )
    if text != "false":
        return Condition(Tri.UNKNOWN, f"`allow_failure: {text}` cannot be told from the files", "", node.line)
    return ALWAYS


def _steps(name: str, job: Map, path: str, variables: Mapping[str, str], image: str) -> Iterator[Step]:
    small = any(word in image for word in _SMALL_IMAGES)
    base = Step(
        name="",
        path=path,
        line=job.line,
        shell="sh" if small else "bash",
        pipefail=not small,
        env=tuple(variables.items()),
    )
    # before_script and script are one shell: `cd` and `set` hold on, also from one file to the next.
    yield from _scripts([job.get("before_script"), job.get("script"), _run(job)], base)
    after = replace(
        base,
        after_failure=True,
        stops=Condition(Tri.NO, "a failure in `after_script` does not fail the job", "F5", job.line),
    )
    yield from _scripts([job.get("after_script")], after)
    yield from _acts(name, job, base)


def _run(job: Map) -> Document | None:
    """Return the scripts of the newer `run:` list."""
    items = [item.get("script") for item in items_of(job.get("run")) if isinstance(item, Map)]
    return Seq(tuple(item for item in items if item is not None), job.line) if items else None


def _scripts(nodes: list[Document | None], base: Step) -> Iterator[Step]:
    """Yield one step for all commands of a file that follow one another, blank lines keeping each on its line."""
    folder, errexit, pipefail = "", base.errexit, base.pipefail
    step: Step | None = None
    for item in (item for node in nodes for item in _texts(node)):
        line = item.line + 1 if item.block else item.line
        path = path_of(item) or base.path
        missing = line - step.script_line - step.script.count("\n") if step else -1
        if step and path == step.path and 0 <= missing <= _MAX_GAP:
            step = replace(step, script=step.script + "\n" * missing + item.text.rstrip("\n") + "\n")
        else:
            if step:
                yield step
            name = item.text.strip().partition("\n")[0][:80]
            step = replace(base, name=name, path=path, line=item.line, script_line=line, folder=folder)
            step = replace(step, script=item.text.rstrip("\n") + "\n", errexit=errexit, pipefail=pipefail)
        moved, option = _FOLDER.match(item.text), _OPTIONS.match(item.text)
        if moved:
            folder = normpath(join(folder, moved[1]))
            folder = "" if folder == "." else folder
        elif option and option[2].endswith("pipefail"):
            pipefail = option[1] == "-"
        elif option:
            errexit = option[1] == "-"
    if step:
        yield step


def _texts(node: Document | None) -> Iterator[Scalar]:
    for item in items_of(node):
        if isinstance(item, Seq):
            yield from _texts(item)
        elif isinstance(item, Scalar) and item.text.strip() and item.tag != LOST:
            yield item
        elif isinstance(item, Map) and len(item.items) == 1:
            # `- git commit -m "fix: typo"` without outer quotes is a mapping to YAML; the author meant a command.
            key, value = item.items[0]
            yield replace(key, text=f"{key.text}: {text_of(value)}")


def _acts(name: str, job: Map, base: Step) -> Iterator[Step]:
    """Yield what a job does by keyword: a release, a site, a pipeline of another project."""
    release = job.get("release")
    if isinstance(release, Map):
        inputs = tuple(
            (key.text, text_of(value)) for key, value in release.items if isinstance(value, Scalar)
        )
        yield replace(base, name="release", line=release.line, uses="release", inputs=inputs)
    pages = job.get("pages")
    if (name == "pages" and pages is None) or (pages is not None and text_of(pages).lower() != "false"):
        yield replace(base, name="pages", uses="pages")
    trigger = job.get("trigger")
    if trigger is not None:
        project = text_of(trigger.get("project")) if isinstance(trigger, Map) else text_of(trigger)
        inputs = (("project", project),) if project else ()
        yield replace(base, name="trigger", line=trigger.line, uses="trigger", inputs=inputs)


def _reports(job: Map) -> Iterator[tuple[str, str, int]]:
    """Yield what the job keeps: its archive of files, and its reports by kind."""
    paths = items_of(job.get("artifacts", "paths"))
    if paths:
        yield "archive", " ".join(text_of(item) for item in paths), paths[0].line
    for key, value in entries_of(job.get("artifacts", "reports")):
        if isinstance(value, Map):
            kind = text_of(value.get("coverage_format"))
            yield key.text, f"{kind} {text_of(value.get('path'))}".strip(), key.line
        else:
            yield key.text, " ".join(text_of(item) for item in items_of(value)), key.line
    coverage = job.key("coverage")
    if coverage is not None:
        yield "coverage", text_of(job.get("coverage")), coverage.line
