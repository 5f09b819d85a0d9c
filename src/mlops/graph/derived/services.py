"""Services that run, and who asks them: the facts `services`, `answer-check` and `endpoint-check`."""

from __future__ import annotations

import re
from itertools import pairwise

from mlops.domain.graph import PlacedFact
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, facts_of, with_capability
from mlops.graph.derived.exercised import HEALTH
from mlops.graph.derived.walk import below

_DEPLOYS = frozenset({"app-deploy", "model-deploy", "gitops"})
_DELIVERY = regex(r"deploy|deliver|release|rollout|rollback|promote|publish", re.IGNORECASE)
#: Flags that make `docker compose up` answer for a container that tests.
_ANSWERS = ("--exit-code-from", "--abort-on-container-exit")
_CLIENTS = frozenset({"curl", "wget", "http", "https", "xh", "grpcurl", "k6", "locust", "newman", "hey", "ab", "vegeta"})  # fmt: skip
#: Options of curl and wget that keep what is fetched.
_SAVES = regex(r"--output|--remote-name|--output-document|-[A-Za-z]*[oO]")
#: Where what is fetched is only shown, or thrown away.
_SHOWN = frozenset({"/dev/null", "-"})
_ADDRESS = regex(
    r"(https?://[^/]+|localhost[^/]*|127\.0\.0\.1[^/]*|\$[^/]+)/|https?://[^/$]+$", re.IGNORECASE
)
_HOST = regex(r"^(https?://)?[^/]*")
_RELOADS = regex(r"(^|[/_-])(re)?load(_?model)?s?([/_-]|$)", re.IGNORECASE)
_LOADERS = regex(r"https?://|localhost|127\.0\.0\.1|\$", re.IGNORECASE)


def add_services(context: Context) -> None:
    """Add a fact for each bringing up of services for a test, and for each command that asks about an answer."""
    for fact in with_capability(context, "test-services"):
        delivers = _is_deployment(context, fact)
        # A release program holds the only way to its services; in a job, tests may stand between them and the rest.
        released = delivers and (fact.path.endswith(".py") or bool(fact.capabilities & _DEPLOYS))
        refused = ("it is a deployment, no test", "") if released else ("", "")
        asked = any(flag in fact.fact.value for flag in _ANSWERS)
        attrs = {"asked": "yes" if asked else "no", "delivers": "yes" if delivers else "no"}
        context.graph.place([derived(fact, "services", refused=refused, **attrs)])
    for fact in list(context.graph.of_kind("command")):
        if "endpoint-check" in fact.capabilities or _requests(context, fact) or _runs_checks(context, fact):
            context.graph.place([derived(fact, "answer-check")])
    for fact in with_capability(context, "endpoint-check"):
        words = context.commands.get(fact.node, ()) if fact.fact.kind == "command" else ()
        context.graph.place([derived(fact, "endpoint-check", refused=_no_check(words))])


def _no_check(words: tuple[str, ...]) -> tuple[str, str]:
    """Return why a request of a client says nothing of the model's answers, or ("", "")."""
    if not words or words[0] not in _CLIENTS:
        return "", ""
    saves = words[0] in {"curl", "wget"} and any(
        _SAVES.fullmatch(word) and name not in _SHOWN for word, name in pairwise((*words, ""))
    )
    if saves:
        return "it downloads a file", "F22"
    routes = [_HOST.sub("", word) for word in words[1:] if _ADDRESS.match(word)]
    if routes and all(HEALTH.match(route.partition("?")[0]) for route in routes):
        return "it only asks whether the service lives", "F22"
    if routes and all(_RELOADS.search(route) for route in routes):
        return "it tells the service to load a model, and asks for no prediction", "F22"
    return "", ""


def _is_deployment(context: Context, fact: PlacedFact) -> bool:
    """Tell whether services are those of an environment: by the command, or by all the jobs that bring them up."""
    if fact.capabilities & _DEPLOYS:
        return True
    jobs = [job.fact for job in context.graph.of_kind("job") if fact.node in below(context, job.node)]
    return bool(jobs) and all(job.attrs.get("environment") or _DELIVERY.search(job.value) for job in jobs)


def _requests(context: Context, fact: PlacedFact) -> bool:
    """Tell whether a command asks an address of its own run, not one that serves downloads."""
    words = context.commands.get(fact.node, ())
    if not words or words[0] not in _CLIENTS:
        return False
    addresses = [word for word in words[1:] if _LOADERS.search(word)]
    return any(not word.startswith("https://") for word in addresses)


def _runs_checks(context: Context, fact: PlacedFact) -> bool:
    """Tell whether a command runs a program of the repository that asserts, or raises on what it compares."""
    graph, files = context.graph, context.python.modules.files
    nodes = [graph.nodes[edge.target] for edge in graph.out[fact.node]]
    paths = {
        node.path for node in nodes if node.kind in {"module", "main", "function"} and node.path in files
    }
    return any(
        check.live
        and not check.constant
        and not check.swallowed
        and (check.kind == "assert" or check.body.raises or check.body.exits)
        for path in paths
        for check in facts_of(context, path).checks
    )
