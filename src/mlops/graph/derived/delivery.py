"""Where deployments go: the facts `deploy`, `deploy-target` and `component-image`."""

from __future__ import annotations

import posixpath
import re

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.azure_jobs import no_training_pipeline
from mlops.graph.derived.common import derived, with_capability
from mlops.graph.derived.images import pushed_stages, training_stages
from mlops.graph.derived.walk import below

_DEPLOYS = ("model-deploy", "app-deploy", "pipeline-deploy", "infrastructure-apply", "gitops")
_STAGES = {
    "development": r"dev|develop|development|sandbox|nightly",
    "test": r"test|testing|qa|uat|tst|acc|acceptance|int|integration|aci",
    "staging": r"staging|stage|stg|preprod|pre-prod|preproduction|canary|blue",
    "production": r"prod|production|prd|live|main-env|aks|green",
}
#: `cond && 'prod' || 'dev'`: what the arms of a CI expression give.
_ARM = regex(r"(?:&&|\|\|)\s*'([^']+)'")
_STAGE_OF = {name: regex(rf"(?<![a-z])({words})(?![a-z])", re.IGNORECASE) for name, words in _STAGES.items()}
#: Between the words of `DeployToStaging`.
_HUMPS = regex(r"(?<=[a-z])(?=[A-Z])")
_PLACEHOLDER = regex(
    r"your[-_ ]|<[a-z_ -]+>|changeme|change-me|example\.com|placeholder|\bTODO\b|xxxx|my-(project|registry|cluster)",
    re.IGNORECASE,
)

#: Calls that mark a registered version, and marks that no live service follows.
_PROMOTES = {"transition_model_version_stage", "set_registered_model_alias"}
_NOT_LIVE = {"staging", "archived", "none", "challenger", "candidate", "shadow", "test", "dev", "latest"}

#: Paths that web frameworks and model servers answer by themselves.
_BUILT_IN = {"/", "/docs", "/openapi.json", "/metrics", "/ping", "/v2/health/ready", "/v2/health/live"}


def add_delivery(context: Context) -> None:
    """Add the facts of delivery."""
    _deploys(context)
    _what_is_delivered(context)
    _targets(context)
    _probes(context)
    _images(context)
    _builds(context)
    _lints(context)


def _deploys(context: Context) -> None:
    """Every deploy verb with what it deploys; a template's left-over address is none."""
    for fact in with_capability(context, *_DEPLOYS):
        if fact.fact.kind in {"dependency", "import", "file", "resource", "decorator", "base"}:
            continue
        text = " ".join((fact.fact.value, *fact.fact.attrs.values()))
        refused = ("the target is a placeholder", "F12") if _PLACEHOLDER.search(text) else ("", "")
        shown = [capability for capability in _DEPLOYS if capability in fact.capabilities]
        note = fact.fact.attrs.get("note", "")
        skips = "yes" if note else "no"
        # the first is what it deploys; a pipeline may come with a service
        for what in dict.fromkeys((shown[0], *(item for item in shown if item == "pipeline-deploy"))):
            why = refused
            if what == "pipeline-deploy" and not why[0]:
                why = no_training_pipeline(context, fact)
            context.graph.place(
                [derived(fact, "deploy", refused=why, what=what, of=fact.fact.kind, skips=skips)]
            )
        if note:
            # It counts, though for less: the report names what makes it skip.
            context.graph.place([derived(fact, "deploy", refused=(f"it is {note}", "F21"), what=shown[0])])
    _gitops(context)
    _promotions(context)


def _promotions(context: Context) -> None:
    """Marking a registered version goes live by that where the project's scorer loads what is marked."""
    graph, python = context.graph, context.python
    reads = {f.path for f in with_capability(context, "model-registry-read") if f.scope == "source"}
    serves = any(
        ({f.path} | python.imports_of(f.path)) & reads
        for f in graph.of_kind("scoring")
        if f.scope == "source" and not f.refused[0]
    )
    for fact in with_capability(context, "model-registration") if serves else ():
        given = {value.strip("'\"").lower() for value in fact.fact.attrs.values()}
        if fact.fact.value.rpartition(".")[2] in _PROMOTES and not given & _NOT_LIVE:
            graph.place([derived(fact, "deploy", what="model-deploy", of=fact.fact.kind)])


def _gitops(context: Context) -> None:
    """A CI job that pushes a changed manifest where a GitOps controller watches deploys by that."""
    watched = any(
        fact.fact.kind == "resource" and "gitops" in fact.capabilities and fact.scope == "source"
        for fact in with_capability(context, "gitops")
    )
    for fact in context.graph.of_kind("command"):
        words = fact.fact.value.split()
        if watched and words[:1] == ["git"] and "push" in words:
            context.graph.place([derived(fact, "deploy", what="gitops")])


def _what_is_delivered(context: Context) -> None:
    """A deployed application is the model where the repository scores; a published image is the pipeline where it trains."""
    graph = context.graph
    scores = any(f.scope == "source" and not f.refused[0] for f in graph.of_kind("scoring")) or any(
        f.scope == "source" and f.fact.kind == "resource" for f in with_capability(context, "model-deploy")
    )
    training = training_stages(context)
    declared = any(
        f.scope == "source" and f.fact.kind == "resource" and f.fact.value.startswith(("tf:", "cfn:"))
        for f in with_capability(context, "pipeline-deploy")
    )
    for fact in list(graph.of_kind("deploy")):
        if declared and fact.fact.attrs["what"] == "infrastructure-apply":
            # the pipeline is one of the resources that the command brings up to date
            graph.place([derived(fact, "pipeline-delivery")])
        if fact.fact.attrs["what"] in {"app-deploy", "gitops", "infrastructure-apply"} and scores:
            skips = fact.fact.attrs.get("skips", "no")
            graph.place([derived(fact, "model-delivery", skips=skips)])
    if training:
        targets = _target_jobs(context)
        for fact in with_capability(context, "image-push"):
            if fact.fact.kind in {"command", "action", "task"}:
                reason = ""
                if not pushed_stages(context, fact) & training:
                    reason = "the image that is published does not train"
                elif not any(fact.node in below(context, job) for job in targets):
                    reason = "the image is published, but to no environment that runs it"
                graph.place([derived(fact, "pipeline-delivery", refused=(reason, ""))])


def _target_jobs(context: Context) -> list[int]:
    """Return the CI jobs that name an environment, or that publish a job definition on a platform."""
    starts = {f.node for f in with_capability(context, "pipeline-deploy") if f.node >= 0}
    return [
        job.node
        for job in context.graph.of_kind("job")
        if job.fact.attrs.get("environment") or below(context, job.node) & starts
    ]


def _targets(context: Context) -> None:
    """The environment that each deploying CI job goes to, by its environment, its name, or its deploy command."""
    graph = context.graph
    deploys: dict[int, list[PlacedFact]] = {}
    for fact in graph.of_kind("deploy"):
        if fact.node >= 0 and not fact.refused[0]:
            deploys.setdefault(fact.node, []).append(fact)
    seen: dict[frozenset[str], str] = {}
    for job in graph.of_kind("job"):
        found = [fact for node in below(context, job.node) for fact in deploys.get(node, ())]
        if not found:
            continue
        same = _same_target(context, job, found, seen)
        environment = job.fact.attrs.get("environment", "")
        chosen = _ARM.findall(environment) if "${{" in environment else []
        legs = job.fact.attrs.get("matrix", "").split() or [""]
        for name, leg in ((name, leg) for name in chosen or [environment] for leg in legs):
            stage = _stage(name, leg, job.fact.value)
            stages = {stage} if stage else {_stage(fact.fact.value) for fact in found} - {""}
            for value in sorted(stages):
                attrs = {
                    "environment": environment,
                    "approval": job.fact.attrs["approval"],
                }
                refused = (f"it deploys to the target of {same} too", "") if same else ("", "")
                target = Fact("deploy-target", value, job.fact.line, attrs)
                graph.place([PlacedFact(target, job.path, job.scope, job.node, frozenset(), refused)])


def _same_target(
    context: Context, job: PlacedFact, found: list[PlacedFact], seen: dict[frozenset[str], str]
) -> str:
    """Return the job that runs the very same deploy commands, where nothing could make their target another one."""
    commands = frozenset(fact.fact.value for fact in found)
    nodes = below(context, job.node)
    varies = any("$" in command for command in commands) or any(
        fact.node in nodes
        and fact.fact.kind in {"setting", "action", "task"}
        and not fact.fact.value.startswith(("actions/checkout", "actions/setup-"))
        for fact in context.graph.facts
    )
    if varies or any(fact.fact.attrs.get("of") != "command" for fact in found):
        return ""
    first = seen.setdefault(commands, job.fact.value)
    return first if first != job.fact.value else ""


def _probes(context: Context) -> None:
    """Health probes; one that asks for a path which no route of the project's service has is refused."""
    routes = {
        fact.fact.attrs.get("arg.0", "").rstrip("/")
        for fact in with_capability(context, "web-service")
        if fact.scope == "source" and fact.fact.attrs.get("arg.0", "").startswith("/")
    }
    for fact in with_capability(context, "health-probe"):
        asked = [value for key, value in fact.fact.attrs.items() if key.endswith("Probe.httpGet.path")]
        known = [path for path in asked if path.rstrip("/").endswith(tuple(routes))]
        refused = ("", "")
        if routes and asked and not known and not set(asked) & _BUILT_IN:
            refused = (f"no route of the service answers {asked[0]}", "F14")
        context.graph.place([derived(fact, "probe", refused=refused, of=fact.fact.kind)])


def _stage(*texts: str) -> str:
    """Return the kind of environment that the first telling text names."""
    for text in texts:
        words = _HUMPS.sub("-", text.replace("_", "-"))
        for name in ("production", "staging", "test", "development"):
            if _STAGE_OF[name].search(words):
                return name
    return ""


def _images(context: Context) -> None:
    """A Dockerfile counts when it holds the project's code, by its command or by what it copies."""
    for kind in ("container", "image-build"):
        for path, target in context.targets.get(kind, ()):
            if kind == "image-build" and any(
                where == path for where, _ in context.targets.get("container", ())
            ):
                continue
            node = context.target_nodes[(path, kind, target.name)]
            runs = any(
                context.graph.nodes[n].kind in {"module", "main", "function", "program"}
                for n in below(context, node)
            )
            stages = [
                t for k in ("container", "image-build") for p, t in context.targets.get(k, ()) if p == path
            ]
            copies = [
                source for stage in stages for source in stage.inputs if _is_code(context, path, source)
            ]
            refused = ("", "")
            if not runs and not copies:
                refused = ("the image holds nothing of the project", "F14")
            fact = Fact(
                "component-image",
                target.name or posixpath.basename(path),
                target.line,
                {"runs": "yes" if runs else "no"},
            )
            context.graph.place([PlacedFact(fact, path, context.scopes[path], node, frozenset(), refused)])


def _builds(context: Context) -> None:
    """What CI builds: an image of nothing of the project is no build of it."""
    graph = context.graph
    hollow = {fact.path for fact in graph.of_kind("component-image") if fact.refused[0]}
    hollow -= {fact.path for fact in graph.of_kind("component-image") if not fact.refused[0]}
    for fact in with_capability(context, "package-build", "image-build", "pipeline-build"):
        if fact.fact.kind in {"resource", "decorator", "base", "key"}:
            continue
        files = {graph.nodes[edge.target].path for edge in graph.out[fact.node]} if fact.node >= 0 else set()
        named = fact.fact.attrs.get("with.file", "").removeprefix("./")
        only_hollow = bool(files | {named} - {""}) and (files | ({named} if named else set())) <= hollow
        refused = ("the image holds nothing of the project", "F14") if only_hollow else ("", "")
        what = "image" if "image-build" in fact.capabilities else "package"
        graph.place([derived(fact, "build", refused=refused, of=fact.fact.kind, what=what)])


def _lints(context: Context) -> None:
    """Static checks with their rules switched off check nothing."""
    emptied = {
        fact.fact.value.partition(".")[0]
        for fact in context.graph.of_kind("key")
        if (fact.fact.value in {"ruff.lint.select", "ruff.select"} and fact.fact.attrs.get("value") == "[]")
        or (
            fact.fact.value in {"ruff.lint.ignore", "ruff.ignore", "flake8.ignore"}
            and "ALL" in fact.fact.attrs.get("value", "").split()
        )
    }
    for fact in with_capability(context, "static-check"):
        tool = fact.fact.value.split(" ")[0]
        off = tool in emptied and "format" not in fact.fact.value.split()
        refused = (f"the configuration of {tool} switches all its rules off", "F17") if off else ("", "")
        context.graph.place([derived(fact, "lint", refused=refused, of=fact.fact.kind)])


def _is_code(context: Context, path: str, source: str) -> bool:
    """Tell whether a COPY source holds first-party code."""
    name = source.strip("\"'").removeprefix("./").strip("/")
    if name in {"", ".", "*"}:
        return True
    folder = posixpath.dirname(path)
    for base in {name, posixpath.join(folder, name)}:
        prefix = f"{base}/"
        if any(
            (p == base or p.startswith(prefix)) and p.endswith((".py", ".R", ".ipynb", ".jl"))
            for p in context.paths
        ):
            return True
    return False
