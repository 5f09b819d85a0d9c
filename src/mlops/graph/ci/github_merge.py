"""The legs of a matrix folded together: what is alike in all of them is there once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlops.domain.pipeline import ALWAYS, Job, Step
from mlops.domain.record import replace


def merge_steps(legs: Iterable[Sequence[tuple[Step, ...]]]) -> tuple[Step, ...]:
    """Fold the steps of several legs, given item by item, keeping of each item the variants that differ."""
    legs = list(legs)
    if len(legs) == 1:
        return tuple(step for steps in legs[0] for step in steps)
    merged: list[dict[Step, Step]] = []
    for leg in legs:
        for index, steps in enumerate(leg):
            if index == len(merged):
                merged.append({})
            for step in steps:
                same = replace(step, condition=ALWAYS, stops=ALWAYS, after_failure=False)
                before = merged[index].get(same)
                merged[index][same] = step if before is None else _joined(before, step)
    return tuple(step for variants in merged for step in variants.values())


def _joined(one: Step, other: Step) -> Step:
    """Join two legs' views of the same step: it runs, and stops, where it does in any leg."""
    return replace(
        one,
        condition=max(one.condition, other.condition, key=lambda condition: condition.value),
        stops=max(one.stops, other.stops, key=lambda condition: condition.value),
        after_failure=one.after_failure and other.after_failure,
    )


def merge_jobs(calls: Sequence[Sequence[Job]]) -> list[Job]:
    """Fold the jobs of several calls of one reusable workflow; those for different environments stay apart."""
    alike: dict[tuple[str, str], list[Job]] = {}
    for jobs in calls:
        for job in jobs:
            alike.setdefault((job.id, job.environment), []).append(job)
    names: dict[str, list[str]] = {}
    for name, environment in alike:
        several = sum(other == name for other, _ in alike) > 1
        names.setdefault(name, []).append(f"{name} ({environment})" if several else name)
    waiting = {name: iter(variants) for name, variants in names.items()}
    return [
        replace(
            jobs[0],
            id=next(waiting[name]),
            needs=tuple(variant for need in jobs[0].needs for variant in names.get(need, [need])),
            steps=merge_steps([[(step,) for step in job.steps] for job in jobs]),
            condition=max((job.condition for job in jobs), key=lambda condition: condition.value),
            runner=", ".join(dict.fromkeys(job.runner for job in jobs)),
            matrix=tuple(dict.fromkeys(leg for job in jobs for leg in job.matrix)),
        )
        for (name, _), jobs in alike.items()
    ]
