"""A plan as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from mlops.domain.assessment import Assessment
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog, Strength
from mlops.report.escape import json_text
from mlops.report.goal import headline
from mlops.report.paint import Paint, clean

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One practice to add."""

    practice: str
    level: int
    needs: Strength
    has: Strength
    #: Whether the repository may have it: what decides lies elsewhere.
    unknown: bool
    #: What would do instead.
    others: tuple[str, ...]
    #: Files of the templates, and whether the repository has one of that name.
    files: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps from what a repository has to a level. `made` tells that `mlops new` made it for `ci`."""

    assessment: Assessment
    ci: str
    made: bool
    steps: tuple[Step, ...]

    @property
    def target(self) -> int | None:
        """Return the level that the steps lead to, None where nothing lacks."""
        return max((step.level for step in self.steps), default=None)


def text(plan: Plan, catalog: Catalog, folder: str, paint: Paint) -> str:
    """Return the plan for people."""
    assessment = plan.assessment
    name = catalog.models[assessment.model].name
    lines = [paint(line, "bold") for line in paint.wrap(headline(assessment, catalog))]
    if not assessment.ml:
        lines += paint.wrap(
            "No machine learning was found: a level needs code that trains a model or predicts."
        )
    for level in sorted({step.level for step in plan.steps}):
        steps = [step for step in plan.steps if step.level == level]
        lines += ["", paint(f"For {name} level {level}", "bold")]
        for step in steps:
            lines += _step(step, catalog, paint)
    return "\n".join([*lines, "", *_closing(plan, catalog, folder, paint)]) + "\n"


def json(plan: Plan, catalog: Catalog) -> str:
    """Return the plan as JSON (`rules/schemas/plan.schema.json`)."""
    assessment = plan.assessment
    item = assessment.models[assessment.model]
    return json_text({
        "schema_version": SCHEMA_VERSION,
        "version": assessment.version,
        "edition": assessment.edition,
        "model": assessment.model,
        "level": item.strict_level if assessment.strict else item.level,
        "target": plan.target if assessment.target is None else assessment.target,
        "strict": assessment.strict,
        "ci": plan.ci,
        "made_by_new": plan.made,
        "steps": [_plain(step, catalog) for step in plan.steps],
    })  # fmt: skip


def _plain(step: Step, catalog: Catalog) -> dict[str, object]:
    practice = catalog.practices[step.practice]
    return {
        "practice": step.practice,
        "level": step.level,
        "needs": str(step.needs),
        "has": str(step.has),
        "unknown": step.unknown,
        "effort": practice.remedy.effort,
        "remedy": practice.remedy.text,
        "instead": list(step.others),
        "manual": practice.manual or None,
        "files": [{"path": path, "exists": exists} for path, exists in step.files],
    }


def _step(step: Step, catalog: Catalog, paint: Paint) -> list[str]:
    practice = catalog.practices[step.practice]
    mark = paint("?", "yellow") if step.unknown else paint(paint.missing, "red")
    lines = [f"  {mark} {paint(step.practice, 'bold')} {paint(f'({practice.remedy.effort})', 'dim')}"]
    has = f" Now {step.has}, needs {step.needs}." if step.has else ""
    lines += paint.wrap(f"{practice.remedy.text}{has}", 6, "      ")
    if step.others:
        lines += paint.wrap(f"Instead: {' or '.join(step.others)}", 6, "      ")
    if practice.manual:
        lines += paint.wrap(f"No template: {practice.manual}", 6, "      ")
    for label, exists in (("New", False), ("Changed", True)):
        paths = [clean(path) for path, there in step.files if there is exists]
        if paths:
            lines += [paint(line, "dim") for line in paint.wrap(f"{label}: {', '.join(paths)}", 8, "      ")]
    return lines


def _closing(plan: Plan, catalog: Catalog, folder: str, paint: Paint) -> Sequence[str]:
    assessment = plan.assessment
    if not plan.steps:
        highest = assessment.models[assessment.model].max_level
        reached = assessment.target if assessment.target is not None else highest
        return paint.wrap(f"Nothing lacks for {catalog.models[assessment.model].name} level {reached}.")
    wanted = f"--model {assessment.model} --level {plan.target}"
    if plan.made:
        return ["These files come by:", paint(f"  mlops upgrade {folder} {wanted}", "cyan")]
    return [
        *paint.wrap("The files are those of a new project, to be taken over by hand:"),
        paint(f"  mlops new example {wanted} --ci {plan.ci}", "cyan"),
        *paint.wrap(f"mlops explain PRACTICE --in {folder} tells why one is not met."),
    ]
