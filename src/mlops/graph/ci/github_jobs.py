"""The jobs of a GitHub workflow for one event, reusable workflows expanded."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mlops.domain.document import Document, Map, Scalar, entries_of, items_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition, Job, Step
from mlops.domain.record import dataclass, field, replace
from mlops.domain.regex import regex
from mlops.graph.ci import github_matrix
from mlops.graph.ci.github_conditions import Situation, Verdict, both, judge, stops
from mlops.graph.ci.github_matrix import Leg, Matrix, leg_text
from mlops.graph.ci.github_merge import merge_jobs, merge_steps
from mlops.graph.ci.github_needs import Jobs, blocked_by, in_order, needs_context, needs_of
from mlops.graph.ci.github_place import MAX_DEPTH, Home, Place, Reader, input_values, job_scope
from mlops.graph.ci.github_steps import expand, filtered_outputs
from mlops.graph.ci.values import Object, Unknown, Value

MAX_JOBS = 1_000
#: More environments, or calls of one workflow, than a matrix has in practice.
_MAX_VARIANTS = 64

_REMOTE = regex(r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)/(?P<path>[^@]+)@(?P<ref>.+)")


@dataclass(frozen=True, slots=True)
class Call:
    """How a workflow is started: by an event, or by a job of another workflow."""

    home: Home
    path: str
    document: Map
    github: Value
    inputs: Value
    label: str
    prefix: str = ""
    needs: tuple[str, ...] = ()
    verdict: Verdict = field(default_factory=Verdict)
    stops: Condition = ALWAYS
    depth: int = 0


def expand_jobs(reader: Reader, call: Call) -> list[Job]:
    """Return the jobs of a workflow, those that the event rules out with condition NO."""
    scope = job_scope(call.github, call.inputs, Object())
    place = Place(
        reader,
        call.home,
        call.home.printed(call.path),
        Situation(scope, scope, label=call.label),
    )
    place = place.with_env(call.document.get("env")).with_defaults(call.document.get("defaults"))
    jobs = {
        key.text: (key, body) for key, body in entries_of(call.document.get("jobs")) if isinstance(body, Map)
    }
    found: list[Job] = []
    state = Jobs()
    for name in in_order(jobs):
        reader.jobs += 1
        if reader.jobs > MAX_JOBS:
            reader.problem(
                place.path, jobs[name][0].line, f"more than {MAX_JOBS} jobs: the others are left out"
            )
            break
        found.extend(_job(place, call, state, *jobs[name], known=jobs.keys()))
    return found


def _job(
    place: Place, call: Call, state: Jobs, key: Scalar, body: Map, *, known: Collection[str]
) -> list[Job]:
    needs = needs_of(body)
    blocked = blocked_by(key.text, needs, state, known)
    situation = place.situation
    place = replace(
        place,
        situation=replace(
            situation,
            ordinary=situation.ordinary.also(needs=needs_context(needs, state, failed=False)),
            failing=situation.failing.also(needs=needs_context(needs, state, failed=True)),
        ),
    )
    verdict = judge(body.get("if"), place.situation, blocked)
    matrix = github_matrix.read(body.get("strategy"), place.scope)
    condition = both(
        verdict.condition,
        replace(matrix.condition, line=key.line) if matrix.condition is not ALWAYS else ALWAYS,
    )
    state.conditions[key.text] = condition
    state.chains[key.text] = both(condition, blocked)
    state.outputs[key.text] = filtered_outputs(body)
    outer = tuple(name for need in needs for name in state.ids.get(need, ())) or call.needs
    own = Job(
        id=call.prefix + key.text,
        path=place.path,
        line=key.line,
        needs=outer,
        condition=both(call.verdict.condition, condition),
        stops=both(call.stops, _job_stops(body, place, matrix)),
        after_failure=verdict.after_failure or (not needs and call.verdict.after_failure),
    )
    jobs, ends = _variants(own, body, place, call, matrix)
    state.ids[key.text] = ends
    return jobs


def _job_stops(body: Map, place: Place, matrix: Matrix) -> Condition:
    """Let a job stop the run as far as its strictest leg does."""
    node = body.get("continue-on-error")
    if node is None:
        return ALWAYS
    legs = matrix.legs or ({},)
    found = [stops(node, place.scope.also(matrix=_matrix_context(leg, matrix))) for leg in legs]
    return max(found, key=lambda condition: condition.value)


def _matrix_context(leg: Leg, matrix: Matrix) -> Object:
    return Object(leg, None if matrix.known else Unknown(frozenset({"matrix"})))


def _variants(
    own: Job, body: Map, place: Place, call: Call, matrix: Matrix
) -> tuple[list[Job], tuple[str, ...]]:
    """Split a job by what its matrix makes of its environment, a call by what it hands over."""
    reusable = isinstance(body.get("uses"), Scalar)
    if reusable:
        texts = [text_of(value) for _, value in entries_of(body.get("with"))]
    else:
        texts = [text_of(body.get("environment")) or text_of(_of(body.get("environment"), "name"))]
    groups = list(github_matrix.grouped(matrix.legs or ({},), texts, place.scope).values())
    if len(groups) > _MAX_VARIANTS:
        place.reader.problem(
            place.path, own.line, f"only {_MAX_VARIANTS} variants of the job `{own.id}` are read"
        )
        groups = groups[:_MAX_VARIANTS]
    found: list[list[Job]] = []
    for legs in groups:
        job = own
        if matrix.declared:
            job = replace(job, matrix=tuple(text for text in map(leg_text, legs) if text))
        if reusable:
            at = place.also(matrix=_matrix_context(legs[0] if legs else {}, matrix))
            found.append(_reusable(job, body, at, call))
        else:
            suffix = f" ({leg_text(legs[0])})" if len(groups) > 1 else ""
            found.append([_plain(replace(job, id=own.id + suffix), body, place, legs, matrix)])
    jobs = [job for one in found for job in one] if not reusable or len(found) == 1 else merge_jobs(found)
    return jobs, tuple(job.id for job in jobs)


def _of(node: Document | None, key: str) -> Document | None:
    return node.get(key) if isinstance(node, Map) else None


def _plain(job: Job, body: Map, place: Place, legs: Sequence[Leg], matrix: Matrix) -> Job:
    """Fill in a job that runs steps of its own."""
    places = [place.also(matrix=_matrix_context(leg, matrix)) for leg in legs or ({},)]
    first = places[0]
    environment, container, services = body.get("environment"), body.get("container"), body.get("services")
    return replace(
        job,
        environment=first.text(environment) or first.text(_of(environment, "name")),
        runner=", ".join(dict.fromkeys(_runner(body.get("runs-on"), at) for at in places)),
        image=first.text(container) or first.text(_of(container, "image")),
        services=tuple(
            first.text(_of(service, "image")) or key.text for key, service in entries_of(services)
        ),
        steps=_steps(body, place, legs, matrix),
    )


def _runner(node: Document | None, place: Place) -> str:
    if isinstance(node, Map):
        parts = [*items_of(node.get("group")), *items_of(node.get("labels"))]
        return ", ".join(place.text(part) for part in parts)
    return ", ".join(place.text(item) for item in items_of(node))


def _steps(body: Map, place: Place, legs: Sequence[Leg], matrix: Matrix) -> tuple[Step, ...]:
    """Expand the steps for every leg that differs."""
    found: list[list[tuple[Step, ...]]] = []
    for leg in github_matrix.matter(legs, body) or ({},):
        at = place.also(matrix=_matrix_context(leg, matrix))
        at = replace(
            at.with_env(body.get("env")).with_defaults(body.get("defaults")),
            windows="windows" in _runner(body.get("runs-on"), at).lower(),
            container=body.get("container") is not None,
        )
        found.append(expand(body.get("steps"), at))
    return merge_steps(found)


def _reusable(job: Job, body: Map, place: Place, call: Call) -> list[Job]:
    written = text_of(body.get("uses")).strip()
    line = body.line
    home, path = _workflow(written, place)
    document = home.document(path) if home is not None else None
    if home is None or document is None:
        match = _REMOTE.fullmatch(written)
        if match is not None:
            source = f"github.com/{match['owner']}/{match['name']}"
            reason = "the reusable workflow lies in another repository"
            place.reader.leave(place.path, line, source, written, reason)
        else:
            place.reader.problem(place.path, line, f"the workflow {written} is not in the repository")
            gone = Condition(Tri.NO, f"the workflow `{written}` is not in the repository", "F14", line)
            job = replace(job, condition=both(job.condition, gone))
        return [job]
    if call.depth >= MAX_DEPTH:
        place.reader.problem(place.path, line, f"workflows call each other deeper than {MAX_DEPTH} levels")
        return [job]
    given: dict[str, Value] = {
        key.text.lower(): github_matrix.value_of(value, place.scope)
        for key, value in entries_of(body.get("with"))
    }
    declared = document.get("on", "workflow_call", "inputs")
    inner = Call(
        home,
        path,
        document,
        call.github,
        input_values(declared, given, typed=True),
        call.label,
        f"{job.id}/",
        job.needs,
        Verdict(job.condition, job.after_failure),
        job.stops,
        call.depth + 1,
    )
    jobs = expand_jobs(place.reader, inner)
    return [replace(one, matrix=one.matrix or job.matrix) for one in jobs]


def _workflow(written: str, place: Place) -> tuple[Home | None, str]:
    if written.startswith(("./", "$/")):
        return place.home, written[2:]
    match = _REMOTE.fullmatch(written)
    if match is None:
        return None, ""
    return place.reader.home(f"github.com/{match['owner']}/{match['name']}"), match["path"]
