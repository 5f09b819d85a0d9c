"""Stages and jobs of an expanded Azure pipeline as jobs of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition, Job, Step
from mlops.domain.record import dataclass, field, replace
from mlops.graph.ci.azure_conditions import Variables, Verdict, set_by_scripts
from mlops.graph.ci.azure_directives import declared_variables
from mlops.graph.ci.azure_steps import step_of
from mlops.graph.ci.azure_templates import Placed
from mlops.graph.ci.azure_values import Value

_HOOKS = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")


@dataclass(frozen=True, slots=True)
class _Part:
    """A stage or a job with what it depends on."""

    name: str
    node: Placed
    needs: tuple[str, ...]
    verdict: Verdict
    variables: Variables


@dataclass(slots=True)
class _Reader:
    root: Placed
    path: str
    jobs: list[Job] = field(default_factory=list)
    problems: list[tuple[str, int, str]] = field(default_factory=list)
    #: Job ids of each stage.
    members: dict[str, list[str]] = field(default_factory=dict)


def jobs_of(
    root: Placed, path: str, predefined: Mapping[str, Value]
) -> tuple[tuple[Job, ...], tuple[tuple[str, int, str], ...]]:
    """Return the jobs of an expanded pipeline in file order, and the faults met."""
    reader = _Reader(root, path)
    variables = Variables(predefined, declared_variables(root.get("variables")), set_by_scripts(root))
    stages = _parts(_stages(root), "stage", variables, reader, chained=True)
    settled = _settled(stages, "stage", reader)
    for stage in stages:
        _stage(stage, settled, reader)
    return tuple(reader.jobs), tuple(reader.problems)


def _stages(root: Placed) -> Iterator[Placed]:
    if root.get("stages") is not None:
        yield from (_placed(item, root) for item in items_of(root.get("stages")) if isinstance(item, Map))
    else:
        yield replace(
            root, items=tuple(entry for entry in root.items if entry[0].text in {"jobs", "steps", "pool"})
        )


def _jobs(stage: Placed, root: Placed) -> Iterator[Placed]:
    if stage.get("jobs") is not None:
        yield from (_placed(item, stage) for item in items_of(stage.get("jobs")) if isinstance(item, Map))
    elif stage.get("steps") is not None:
        keys = {"steps", "pool", "strategy", "container", "services", "continueOnError", "condition"}
        yield replace(root, items=tuple(entry for entry in root.items if entry[0].text in keys), guard=ALWAYS)


def _placed(node: Map, parent: Placed) -> Placed:
    if isinstance(node, Placed):
        return node
    return Placed(node.items, node.line, node.tag, path=parent.path, guard=parent.guard)


def _name(node: Placed) -> str:
    return next(
        (text_of(node.get(key)) for key in ("stage", "job", "deployment") if node.get(key) is not None), ""
    )


def _parts(
    nodes: Iterator[Placed], what: str, variables: Variables, reader: _Reader, *, chained: bool
) -> list[_Part]:
    """Read names, dependencies and conditions; stages are `chained`: each needs the one before by default."""
    found: list[_Part] = []
    for node in nodes:
        inner = variables.with_more(declared_variables(node.get("variables")))
        names = {part.name for part in found}
        name = _name(node) or ("" if chained and node.get("stage") is None and not found else what)
        if name in names:
            name = next(f"{name}#{n}" for n in range(2, len(found) + 3) if f"{name}#{n}" not in names)
        depends = node.get("dependsOn")
        if depends is not None and not (isinstance(depends, Scalar) and depends.tag == "null"):
            needs = tuple(inner.written(text_of(item)) for item in items_of(depends) if text_of(item))
        else:
            living = [part for part in found if part.node.guard.value is not Tri.NO]
            needs = (living[-1].name,) if chained and living else ()
        verdict = inner.verdict(node.get("condition"), what)
        verdict = replace(verdict, condition=node.guard & verdict.condition)
        found.append(_Part(name, node, needs, verdict, inner))
    _check_needs(found, what, reader)
    return found


def _check_needs(parts: list[_Part], what: str, reader: _Reader) -> None:
    names = {part.name for part in parts}
    for part in parts:
        for need in part.needs:
            if need not in names and "$" not in need and part.node.guard.value is Tri.YES:
                message = f"the {what} `{part.name}` depends on `{need}`, which does not exist"
                reader.problems.append((part.node.path or reader.path, part.node.line, message))


def _settled(parts: list[_Part], what: str, reader: _Reader) -> dict[str, Condition]:
    """Return for each part whether it runs, given that those it needs may be skipped."""
    by_name = {part.name: part for part in parts}
    done: dict[str, Condition] = {}
    open_: set[str] = set()

    def settle(name: str) -> Condition:
        if name in done:
            return done[name]
        part = by_name[name]
        if name in open_:
            reader.problems.append((part.node.path, part.node.line, f"the {what} `{name}` depends on itself"))
            return Condition(Tri.NO, f"the {what} `{name}` depends on itself", "F6", part.node.line)
        open_.add(name)
        condition = part.verdict.condition
        if part.verdict.after_skip is Tri.NO:
            for need in part.needs:
                if need in by_name and need in (part.verdict.asks_for or {need}):
                    needed = settle(need)
                    if needed.value is not Tri.YES:
                        reason = f"it needs the {what} `{need}`: {needed.reason}"
                        condition = condition & Condition(
                            needed.value, reason[:400], needed.fake, part.node.line
                        )
        done[name] = condition
        return condition

    # In file order the depth of the recursion stays that of forward references.
    for part in parts:
        settle(part.name)
    return done


def _stage(stage: _Part, settled: Mapping[str, Condition], reader: _Reader) -> None:
    parts = _parts(_jobs(stage.node, reader.root), "job", stage.variables, reader, chained=False)
    conditions = _settled(parts, "job", reader)
    before = tuple(job for need in stage.needs for job in reader.members.get(need, ()))
    prefix = f"{stage.name}/" if stage.name else ""
    running = {
        name
        for name, condition in conditions.items()
        if (settled[stage.name] & condition).value is not Tri.NO
    }
    # A job that is left out or skipped holds nobody up: who needed it is settled already.
    reader.members[stage.name] = [prefix + part.name for part in parts if part.name in running]
    if not parts:
        reader.members[stage.name] = list(before)
    by_hand = text_of(stage.node.get("trigger")).lower() == "manual"
    for part in parts:
        inside = tuple(prefix + need for need in part.needs if need in running)
        job = _job(part, stage, reader)
        reader.jobs.append(
            replace(
                job,
                id=prefix + part.name,
                needs=(*inside, *before),
                condition=settled[stage.name] & conditions[part.name],
                after_failure=(bool(before) and stage.verdict.disturbed_by(stage.needs))
                or (bool(inside) and part.verdict.disturbed_by(part.needs)),
                approval=job.approval or by_hand,
            )
        )


def _job(part: _Part, stage: _Part, reader: _Reader) -> Job:
    node, root = part.node, reader.root
    pool = next((item for item in (node.get("pool"), stage.node.get("pool"), root.get("pool")) if item), None)
    runner = part.variables.written(_runner(pool))
    steps = tuple(_steps(part, reader, windows="windows" in runner.lower() or "vs20" in runner.lower()))
    environment = node.get("environment")
    name = environment.get("name") if isinstance(environment, Map) else environment
    container = node.get("container")
    services = tuple(_image(item, root) for _, item in entries_of(node.get("services")))
    return Job(
        id=part.name,
        path=node.path or reader.path,
        line=node.line,
        steps=steps,
        stops=part.variables.stops(node.get("continueOnError"), "job"),
        environment=part.variables.written(text_of(name)),
        approval=any(step.uses.partition("@")[0].lower() == "manualvalidation" for step in steps),
        runner=runner,
        image=part.variables.written(_image(container, root)),
        services=services,
        reports=tuple(_reports(steps)),
        matrix=tuple(key.text for key, _ in entries_of(node.get("strategy", "matrix"))),
    )


def _runner(pool: Document | None) -> str:
    if isinstance(pool, Map):
        return text_of(pool.get("vmImage")) or text_of(pool.get("name"))
    return text_of(pool)


def _image(container: Document | None, root: Placed) -> str:
    """Return the image of a container: given in place, or by the alias of a resource."""
    if isinstance(container, Map):
        return text_of(container.get("image")) or text_of(container.get("alias"))
    name = text_of(container)
    for item in items_of(root.get("resources", "containers")):
        if isinstance(item, Map) and text_of(item.get("container")) == name:
            return text_of(item.get("image"))
    return name


def _steps(part: _Part, reader: _Reader, *, windows: bool) -> Iterator[Step]:
    for after_failure, node in _step_nodes(part.node):
        step = step_of(node, part.variables, windows=windows, path=part.node.path or reader.path)
        if step is None:
            continue
        if after_failure:
            step = replace(step, after_failure=True)
        yield step


def _step_nodes(node: Placed) -> Iterator[tuple[bool, Document]]:
    """Yield the steps of a job in order; those of `on: failure` are marked."""
    steps = node.get("steps")
    if isinstance(steps, Seq):
        yield from ((False, item) for item in steps.items)
    for _, strategy in entries_of(node.get("strategy")):
        if not isinstance(strategy, Map):
            continue
        for hook in _HOOKS:
            yield from ((False, item) for item in items_of(strategy.get(hook, "steps")))
        yield from ((False, item) for item in items_of(strategy.get("on", "success", "steps")))
        yield from ((True, item) for item in items_of(strategy.get("on", "failure", "steps")))


def _reports(steps: tuple[Step, ...]) -> Iterator[tuple[str, str, int]]:
    for step in steps:
        task = step.uses.partition("@")[0].lower()
        inputs = {name.lower(): value for name, value in step.inputs}
        if task == "publishtestresults":
            yield (
                inputs.get("testresultsformat", "JUnit").lower(),
                inputs.get("testresultsfiles", ""),
                step.line,
            )
        elif task == "publishcodecoverageresults":
            yield "coverage", inputs.get("summaryfilelocation", ""), step.line
