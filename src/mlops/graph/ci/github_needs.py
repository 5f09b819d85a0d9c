"""What the jobs of a GitHub workflow need of each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mlops.domain.document import Map, Scalar, items_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.record import dataclass, field, replace
from mlops.graph.ci.values import Object, Unknown, Value


@dataclass(slots=True)
class Jobs:
    """What is known so far of the jobs of one call."""

    #: Job -> the ids that it became.
    ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)
    #: Job -> the weakest condition of it and all that it needs.
    chains: dict[str, Condition] = field(default_factory=dict)
    #: Job -> the outputs of which something is known.
    outputs: dict[str, Mapping[str, Value]] = field(default_factory=dict)


def needs_of(body: Map) -> list[str]:
    """Return the names under a job's `needs`."""
    return [text_of(item) for item in items_of(body.get("needs"))]


def in_order(jobs: Mapping[str, tuple[Scalar, Map]]) -> list[str]:
    """Sort jobs so that what a job needs comes first; jobs in a circle come last, as written."""
    order: dict[str, None] = {}
    waiting = list(jobs)
    while waiting:
        ready = [
            name
            for name in waiting
            if all(need in order or need not in jobs for need in needs_of(jobs[name][1]))
        ]
        if not ready:
            return [*order, *waiting]
        order.update(dict.fromkeys(ready))
        waiting = [name for name in waiting if name not in order]
    return list(order)


def blocked_by(name: str, needs: Sequence[str], state: Jobs, known: Collection[str]) -> Condition:
    """Return what `success()` is for a job: whether all that it needs runs."""
    blocked = ALWAYS
    for need in needs:
        if need not in known:
            return Condition(Tri.NO, f"it needs `{need}`, which is no job of the workflow", "F6")
        if need not in state.chains:
            return Condition(Tri.NO, f"`{name}` and `{need}` need each other", "F6")
        chain = state.chains[need]
        if chain.value < blocked.value:
            verb = "does not run" if chain.value is Tri.NO else "may not run"
            reason = (
                chain.reason
                if chain.reason.startswith("it needs")
                else f"it needs `{need}`, which {verb}: {chain.reason}"
            )
            blocked = replace(chain, reason=reason)
    return blocked


def needs_context(needs: Sequence[str], state: Jobs, *, failed: bool) -> Object:
    """Return the `needs` context: results as they are when all went well, or when all failed."""
    results: dict[str, Value] = {}
    for need in needs:
        condition = state.conditions.get(need, ALWAYS)
        result: Value = "failure" if failed else "success"
        if condition.value is Tri.NO:
            result = "skipped"
        elif condition.value is Tri.UNKNOWN:
            result = Unknown(frozenset({f"needs.{need}.result"}))
        outputs = Object(state.outputs.get(need, {}), Unknown(frozenset({f"needs.{need}.outputs"})))
        results[need.lower()] = Object({"result": result, "outputs": outputs})
    return Object(results)
