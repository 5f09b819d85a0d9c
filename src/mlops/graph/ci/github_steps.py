"""The steps of a GitHub job or composite action, local composite actions expanded."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, Step
from mlops.domain.record import replace
from mlops.domain.regex import regex
from mlops.graph.ci import github_shell
from mlops.graph.ci.evaluation import Scope, template
from mlops.graph.ci.github_conditions import Situation, Verdict, both, judge, stops
from mlops.graph.ci.github_place import MAX_DEPTH, MAX_STEPS, Home, Place, input_values
from mlops.graph.ci.values import Object, Unknown, Value

#: Actions that run a script which they are given: the input that holds it, and whether it stops at the first failure.
_CARRIERS = {
    "azure/cli": ("inlinescript", True),
    "appleboy/ssh-action": ("script", False),
    "google-github-actions/ssh-compute": ("command", False),
    "garygrossgarten/github-action-ssh": ("command", False),
    "fifsky/ssh-action": ("command", False),
    "easingthemes/ssh-deploy": ("script_after", False),
    "nick-fields/retry": ("command", False),
    "nick-invision/retry": ("command", False),
    "wandalen/wretry.action": ("command", False),
    "addnab/docker-run-action": ("run", False),
    "devcontainers/ci": ("runcmd", True),
    "uraimo/run-on-arch-action": ("run", True),
}
_FAILS = regex(r"\bexit\s+[1-9]|\bfalse\b")
#: Actions that tell which files a change touches, in their many names: dorny/paths-filter, tj-actions/changed-files.
_FILTER = regex(r"/[\w-]*(?:paths?-filter|(?:changed|modified)-(?:files|paths))[\w-]*(?:@|$)", re.IGNORECASE)
_OUTPUT = regex(r"\$\{\{\s*steps\.([\w-]+)\.outputs\.[\w-]+\s*\}\}")
_REMOTE = regex(r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(?P<folder>/[^@]*)?@(?P<ref>.+)")


def expand(node: Document | None, place: Place) -> list[tuple[Step, ...]]:
    """Return what each item of a `steps:` list becomes; a composite action becomes its own steps."""
    found: list[tuple[Step, ...]] = []
    outcomes: dict[str, _Outcome] = {}
    for item in node.items if isinstance(node, Seq) else ():
        if not isinstance(item, Map):
            continue
        place.reader.steps += 1
        if place.reader.steps > MAX_STEPS:
            place.reader.problem(
                place.path, item.line, f"more than {MAX_STEPS} steps: the others are left out"
            )
            break
        at = _with_outcomes(place, outcomes)
        at = at.with_env(item.get("env"))
        verdict = judge(item.get("if"), at.situation)
        found.append(_step(item, at, verdict))
        name = text_of(item.get("id")).lower()
        if name:
            forgiven = stops(item.get("continue-on-error"), at.scope).value is not Tri.YES
            outcomes[name] = _Outcome(
                verdict.condition.value, forgiven, len(found) - 1, outputs_of(text_of(item.get("uses")))
            )
        _count_checks(item, outcomes, found)
    return found


class _Outcome:
    """What is known of a step that later conditions can name."""

    __slots__ = ("forgiven", "index", "outputs", "runs")

    def __init__(self, runs: Tri, forgiven: bool, index: int, outputs: Unknown) -> None:
        self.runs = runs
        self.forgiven = forgiven
        self.index = index
        self.outputs = outputs

    def context(self, result: str) -> Object:
        # a cache that is cold must be possible: what fills it runs then
        hit: Value = Unknown(frozenset({"cache-hit"}), Tri.YES, rare=True)
        outputs = Object({"cache-hit": hit}, self.outputs)
        if self.runs is Tri.NO:
            return Object({"outcome": "skipped", "conclusion": "skipped", "outputs": outputs})
        ran: Value = result if self.runs is Tri.YES else Unknown(frozenset({"whether a step ran"}))
        return Object({"outcome": ran, "conclusion": "success" if self.forgiven else ran, "outputs": outputs})


def outputs_of(action: str) -> Unknown:
    """Return what stands for the outputs of a step; those of a filter of changed files hold for some changes."""
    names = frozenset({"outputs of a step"})
    return Unknown(names, Tri.YES, either=True) if _FILTER.search(action) else Unknown(names)


def filtered_outputs(body: Map) -> dict[str, Value]:
    """Return the outputs of a job that hand on what a filter of changed files among its steps tells."""
    steps = body.get("steps")
    actions = {
        text_of(step.get("id")): text_of(step.get("uses"))
        for step in (steps.items if isinstance(steps, Seq) else ())
        if isinstance(step, Map)
    }
    found: dict[str, Value] = {}
    for key, value in entries_of(body.get("outputs")):
        match = _OUTPUT.fullmatch(text_of(value).strip())
        outputs = outputs_of(actions.get(match[1], "")) if match else None
        if outputs is not None and outputs.either:
            found[key.text.lower()] = outputs
    return found


def _with_outcomes(place: Place, outcomes: Mapping[str, _Outcome]) -> Place:
    """Let conditions see how the steps before ended."""
    if not outcomes:
        return place
    rest = Unknown(frozenset({"steps"}))

    def scope(base: Scope, *, forgiven: bool, others: str) -> Scope:
        steps: dict[str, Value] = {
            name: outcome.context("failure" if outcome.forgiven and forgiven else others)
            for name, outcome in outcomes.items()
        }
        return base.also(steps=Object(steps, rest))

    situation = place.situation
    ordinary = scope(situation.ordinary, forgiven=False, others="success")
    failing = scope(situation.failing, forgiven=True, others="failure")
    soft = None
    if any(outcome.forgiven for outcome in outcomes.values()):
        soft = scope(situation.ordinary, forgiven=True, others="success")
    return replace(place, situation=Situation(ordinary, failing, soft, situation.label))


def _count_checks(item: Map, outcomes: Mapping[str, _Outcome], found: list[tuple[Step, ...]]) -> None:
    """Let a forgiven failure stop the job all the same where a later step looks at it and exits."""
    condition, script = text_of(item.get("if")).lower(), text_of(item.get("run"))
    if not _FAILS.search(script):
        return
    for name, outcome in outcomes.items():
        if outcome.forgiven and f"steps.{name}.outcome" in condition and outcome.index < len(found) - 1:
            found[outcome.index] = tuple(replace(step, stops=ALWAYS) for step in found[outcome.index])


def _step(item: Map, outer: Place, verdict: Verdict) -> tuple[Step, ...]:
    at = replace(
        outer,
        condition=both(outer.condition, verdict.condition),
        stops=both(outer.stops, stops(item.get("continue-on-error"), outer.scope)),
        after_failure=outer.after_failure or verdict.after_failure,
    )
    if isinstance(item.get("uses"), Scalar):
        return _uses(item, at)
    run = item.get("run")
    return (_run(item, run, at),) if isinstance(run, Scalar) else ()


def _base(item: Map, at: Place, name: str) -> Step:
    return Step(
        name=at.text(item.get("name")) or name,
        path=at.path,
        line=item.line,
        env=tuple(at.env.items()),
        condition=at.condition,
        stops=at.stops,
        after_failure=at.after_failure,
    )


def _run(item: Map, run: Scalar, at: Place) -> Step:
    script = at.text(run)
    shell = github_shell.read(
        at.text(item.get("shell")) or at.shell, windows=at.windows, container=at.container
    )
    return replace(
        _base(item, at, script.strip().partition("\n")[0][:80]),
        script=script,
        script_line=run.line + 1 if run.block else run.line,
        shell=shell.name,
        errexit=shell.errexit,
        pipefail=shell.pipefail,
        folder=_folder(at.text(item.get("working-directory")) or at.folder),
    )


def _folder(text: str) -> str:
    normal = posixpath.normpath(text) if text.strip() else ""
    return "" if normal == "." else normal


def _inputs(item: Map, at: Place) -> dict[str, Value]:
    return {
        key.text.lower(): template(value.text, at.scope)
        for key, value in entries_of(item.get("with"))
        if isinstance(value, Scalar)
    }


def _uses(item: Map, at: Place) -> tuple[Step, ...]:
    written = at.text(item.get("uses")).strip()
    name, _, ref = (written, "", "") if written.startswith("docker://") else written.partition("@")
    inputs = tuple((key.text, at.text(value)) for key, value in entries_of(item.get("with")))
    leaf = replace(_base(item, at, written), uses=name, ref=ref, inputs=inputs)
    home, folder = _action(written, at)
    if home is None:
        return (_carried(item, at, leaf),)
    found = next(
        (path for path in (posixpath.join(folder, "action.yml"), posixpath.join(folder, "action.yaml"))
         if home.document(path) is not None),
        None,
    )  # fmt: skip
    if found is None:
        if not home.source:
            at.reader.problem(at.path, item.line, f"the action {written} has no action.yml in the repository")
        return (leaf,)
    return _composite(item, at, home, found, leaf)


def _carried(item: Map, at: Place, leaf: Step) -> Step:
    """Give a packaged action the script that it runs, also on another host or in a container."""
    name, errexit = _CARRIERS.get(leaf.uses.lower(), ("", False))
    for key, value in entries_of(item.get("with")) if name else ():
        if key.text.lower() == name and isinstance(value, Scalar):
            line = value.line + 1 if value.block else value.line
            return replace(leaf, script=at.text(value), script_line=line, errexit=errexit)
    return leaf


def _action(written: str, at: Place) -> tuple[Home | None, str]:
    """Return the repository and folder of an action; no repository where it is not at hand."""
    if written.startswith(("./", "$/")) or written == ".":
        # `./` starts from the checked-out repository, `$/` from the one that holds the file
        home = at.home if written.startswith("$/") else at.reader.root
        folder = posixpath.normpath(written.removeprefix("$/").removeprefix("./") or ".")
        return home, "" if folder == "." else folder
    match = _REMOTE.fullmatch(written)
    if match is None:
        return None, ""
    source = f"github.com/{match['owner']}/{match['name']}"
    return at.reader.home(source), (match["folder"] or "").strip("/")


def _composite(item: Map, at: Place, home: Home, path: str, leaf: Step) -> tuple[Step, ...]:
    document = home.document(path)
    runs = document.get("runs") if document is not None else None
    if document is None or not isinstance(runs, Map) or text_of(runs.get("using")) != "composite":
        return (leaf,)
    if at.depth >= MAX_DEPTH:
        at.reader.problem(at.path, item.line, f"actions are nested deeper than {MAX_DEPTH} levels")
        return (leaf,)
    folder = f"./{posixpath.dirname(path)}".rstrip("/")
    github = at.scope.contexts.get("github")
    inside = at.also(inputs=input_values(document.get("inputs"), _inputs(item, at), typed=False))
    if isinstance(github, Object) and not home.source:
        inside = inside.also(github=replace(github, items={**github.items, "action_path": folder}))
    inside = replace(
        inside,
        home=home,
        path=home.printed(path),
        env={**at.env, "GITHUB_ACTION_PATH": folder},
        shell="",
        folder="",
        depth=at.depth + 1,
    )
    return tuple(step for steps in expand(runs.get("steps"), inside) for step in steps)
