"""Rules in words: what a clause looks for, and what a practice, level or statement asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlops.domain.graph import ENTRY_GROUPS
from mlops.domain.rules import Catalog, Clause, Level, Model, Need, Pattern, Practice, Selector, Statement

#: The predicates of graph/derived/, as nouns that fit behind "looks for".
PREDICATES: Mapping[str, str] = {
    "answer-check": "a command that asks a service, or runs code that asserts",
    "build": "a build of a package, image or pipeline",
    "card-written": "code that writes the model card",
    "change-check": "a check that a reviewer sees (tests, linter, build)",
    "component-image": "an image that holds the project's own code",
    "config-read": "code that reads a configuration file",
    "contract-check": "a check of the dependencies that the model declares",
    "criteria-read": "a judgement by limits that come from the configuration",
    "data-check": "a comparison of data with a bound, followed by a failure",
    "data-test": "a test that checks data",
    "data-validation": "a validation of data whose result is used",
    "deploy": "a deployment",
    "deploy-target": "an environment that something is deployed to",
    "deployed-version": "a deployment that carries the model's version",
    "determinism-test": "a test that compares two runs",
    "drift-signal": "a computed drift whose result is used",
    "endpoint-check": "a command that asks the deployed model for an answer",
    "endpoint-guard": "a protection of the endpoint that serves the model",
    "filled-model-card": "a model card whose sections are filled",
    "frozen-install": "an installation that takes the lock as it is",
    "hash-check": "a comparison of a hash before the model is used",
    "ingestion": "a step that fetches the data",
    "lineage": "a record of code, data and model together",
    "lint": "a check of the code by a linter, formatter or type checker",
    "live-quality": "the model's quality, computed from live predictions and their outcomes",
    "locked-environment": "a lock of the Python environment that covers what is imported",
    "metric-gate": "a comparison of the model's metric that can stop the run",
    "metrics-written": "code that writes the metrics of an evaluation",
    "ml-module": "a first-party module that does machine learning and is imported",
    "model-delivery": "a deployment that ships a model",
    "own-explanation": "code that explains the model's answers by its gradients or by asking it again",
    "own-registry": "code that stores every version of the model under a name of its own",
    "own-rollback": "code or a job that restores an earlier version",
    "parity": "one definition of the pipeline for development and production",
    "pipeline": "connected steps, declared in one workflow",
    "pipeline-delivery": "a deployment that ships the training pipeline",
    "prediction-log": "code that stores what the model predicted",
    "probe": "a health probe of a route that the service has",
    "project-task": "a task of the project whose parts exist",
    "release-record": "code that records a release",
    "retrain": "a start of the training by code or by an alert",
    "run-record": "code that keeps parameters and metrics of each run",
    "runner-training": "a training on the CI runner whose model is kept",
    "scoring": "first-party code that loads the model and predicts",
    "seeded-training": "a training whose random seed is set",
    "services": "services brought up in CI",
    "slice-gate": "a comparison of a metric by group that can stop the run",
    "slice-metric": "a metric computed by group",
    "summary": "an evaluation published in the CI run",
    "test": "a test that can fail",
    "test-command": "a command that runs tests which can fail",
    "tracked": "code that records a run in a tracker",
    "training": "code that fits a model",
    "training-start": "a script or command that trains",
    "versioned-data": "a version of data that the code reads or writes",
    "weighted-route": "code that gives a version a share of the traffic",
}
_KINDS = {
    "import": "an import",
    "call": "a call",
    "method": "a method call",
    "decorator": "a decorator",
    "base": "a base class",
    "command": "a command",
    "action": "a GitHub action",
    "task": "an Azure task",
    "include": "a GitLab include",
    "image": "an image",
    "instruction": "a Dockerfile instruction",
    "file": "a file",
    "dependency": "a dependency",
    "locked": "a locked dependency",
    "key": "a key of a configuration file",
    "resource": "a resource",
    "hook": "a pre-commit hook",
    "setting": "a setting",
    "owner": "a line of CODEOWNERS",
    "update": "a configured dependency update",
    "section": "a section of a document",
    "statement": "an SQL statement",
    "job": "a CI job",
    "report": "a report that a CI job keeps",
    "environment": "an environment of a CI job",
    "": "use (not a mere declaration)",
}
_SHOWN = 4


def clause_words(clause: Clause) -> str:
    """Say what a clause about facts looks for, in one sentence without its full stop."""
    if clause.operator != "fact":
        return "all of" if clause.operator == "all" else "any of"
    parts = [selector_words(clause.selector)]
    if clause.count > 1:
        parts.append(f"at least {clause.count}" + (f" by {clause.distinct}" if clause.distinct else ""))
    if clause.entries:
        parts.append(f"reached from {entries_words(clause.entries)}")
    if clause.blocks:
        parts.append("a failure of it stops the run")
    for name, other in (("before", clause.before), ("after", clause.after), ("beside", clause.same)):
        if other is not None:
            parts.append(f"{name} {_joined(other)}")
    return "; ".join(parts)


def _joined(clause: Clause) -> str:
    if clause.operator == "fact":
        return clause_words(clause)
    return (" and " if clause.operator == "all" else " or ").join(map(_joined, clause.clauses))


def selector_words(selector: Selector) -> str:
    """Say which facts a selector means."""
    if selector.kind in PREDICATES and not selector.capability:
        words = PREDICATES[selector.kind]
    else:
        words = _KINDS.get(selector.kind, selector.kind)
    if selector.capability:
        words += f" that shows {' or '.join(selector.capability)}"
    value = pattern_words(selector.value)
    if value:
        words += f" named {value}"
    if selector.where:
        conditions = [
            f"{name}: {pattern_words(pattern) or 'given'}" for name, pattern in selector.where.items()
        ]
        words += f" with {', '.join(conditions)}"
    others = [scope for scope in selector.scope if scope != "source"]
    return words + (f" (in {' or '.join(selector.scope)})" if others else "")


def pattern_words(pattern: Pattern) -> str:
    """Write globs as people read them; "" for a pattern that anything matches."""
    texts = []
    if pattern.globs not in {("*",), ()}:
        texts.append(_some(pattern.globs))
    if pattern.excludes:
        texts.append("not " + _some(tuple(glob or "empty" for glob in pattern.excludes)))
    return " ".join(texts)


def _some(globs: tuple[str, ...]) -> str:
    more = f" or {len(globs) - _SHOWN} more" if len(globs) > _SHOWN else ""
    return " or ".join(globs[:_SHOWN]) + more


def entries_words(entries: tuple[str, ...]) -> str:
    """Name entry kinds by the group that they make, else one by one."""
    left = dict.fromkeys(entries)
    words = []
    for name, group in sorted(ENTRY_GROUPS.items(), key=lambda item: -len(item[1])):
        if len(group) > 1 and all(kind in left for kind in group):
            words.append(GROUPS[name])
            for kind in group:
                del left[kind]
    words += [kind.replace("_", " ") for kind in left]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


#: Groups of entries as people name them.
GROUPS: Mapping[str, str] = {
    "change": "a push or pull request",
    "guard": "a push to the default branch or a pull request",
    "automatic": "an automatic trigger (push, pull request, tag, schedule, signal)",
    "delivery": "a trigger of delivery (push to the default branch, tag, schedule, signal)",
    "ci": "a CI trigger (a manual one too)",
    "program": "a program (script, console command, stage, route, container, job)",
    "any": "anything that starts (CI or a program)",
}


def need_words(need: Need, practices: Mapping[str, Practice]) -> str:
    """Write a term of a formula: `a or b`, `(a and b)`, `x@enforced` where it asks for more than the practice."""
    if need.any:
        return " or ".join(need_words(part, practices) for part in need.any)
    if need.all:
        return "(" + " and ".join(need_words(part, practices) for part in need.all) + ")"
    more = need.strength > practices[need.practice].satisfied_at
    return f"{need.practice}@{need.strength}" if more else need.practice


def answer_words(statement: Statement) -> str:
    """Say what answers a statement: practices, attestations, a trait, or nothing."""
    names = ", ".join(statement.practices)
    if statement.kind == "context":
        return "context: imposes nothing"
    if statement.kind == "anti":
        return f"trait, until met: {names}" if names else "a weakness that nothing can prove: imposes nothing"
    return names


def levels_of(practice: str, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield (level id, how) for each level that names a practice: required, strict, or recommended."""
    for model in catalog.models.values():
        for id_, level in level_ids(model):
            for how, needs in (("required", level.require), ("strict", level.strict)):
                for need in needs:
                    if practice in set(need.practices()):
                        choice = f": {need_words(need, catalog.practices)}" if need.any or need.all else ""
                        at = f"{how} at {need.strength}" if _more(need, practice, catalog) else how
                        yield id_, at + choice
            if practice in level.recommend:
                yield id_, "recommended"


def level_ids(model: Model) -> Iterator[tuple[str, Level]]:
    """Yield the levels of a model with their ids: `google.1`, `gigaom.processes.2`."""
    for category, ladder in (model.categories or {"": model.levels}).items():
        for level in ladder:
            yield ".".join(filter(None, (model.id, category, str(level.level)))), level


def _more(need: Need, practice: str, catalog: Catalog) -> bool:
    return bool(need.practice) and need.strength > catalog.practices[practice].satisfied_at
