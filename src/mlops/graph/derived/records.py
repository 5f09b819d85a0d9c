"""What is written down of models and runs: records, cards, registries of one's own, seeds, slices, contracts."""

from __future__ import annotations

import re

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import Call, Check, PythonFacts
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, fed_capabilities, with_capability
from mlops.graph.rendered import unquoted

_DURABLE = regex(r"(^|\.)(write_text|dump|safe_dump|to_json|to_csv|writelines|write)$")
_METRICS_FILE = regex(r"metric|evaluation|report|score|result", re.IGNORECASE)
_ACTOR = regex(
    r"actor|GITLAB_USER|Build\.RequestedFor|BUILD_REQUESTEDFOR|approver|approved_by|requested_by|getuser|triggered_by",
    re.IGNORECASE,
)
_REASON = regex(r"reason|ticket|message|change_note|justification|commit", re.IGNORECASE)
#: Attributes of people, and the field's words for comparing groups by them.
_SLICE = regex(
    r"(?<![a-z])(gender|sex|race|ethnic\w*|age_?(group|band|bucket)s?|disab\w*|religion|nationality|senior_?citizen|sensitive\w*|"
    r"protected\w*|fairness\w*|demographic\w*|dispar\w*|equal_opportunity|parity|bias_gap|subgroups?|group_gap|worst_group|slice_gap|worst_slice)(?![a-z])",
    re.IGNORECASE,
)
_HASHING = regex(r"hashlib\.|sha256|md5|file_digest|hexdigest|compare_digest", re.IGNORECASE)
_SEED_ARGUMENTS = ("random_state", "seed", "random_seed")
_CONTRACT = regex(r"contract|dependenc|upstream|consumer|manifest", re.IGNORECASE)
_SNAPSHOT = regex(
    r"(data(set)?|snapshot)\w*[/_. ]\w*(version|snapshot|manifest)|(version|snapshot)\w*[/_. ]\w*data(set)?",
    re.IGNORECASE,
)
_REGISTRY = regex(r"registr|version", re.IGNORECASE)
#: How a step tells Azure's agent to show a file with the run.
_UPLOADS = "##vso[task.uploadsummary]"
_ROLLBACK = regex(r"roll_?back|restore_previous|previous_version|revert", re.IGNORECASE)
_SAME_TWICE = regex(r"reproduc|determin|same_seed|twice|repeatab|identical", re.IGNORECASE)
_WEIGHT = regex(r"canary|challenger|traffic|shadow|rollout|ab_test|variant", re.IGNORECASE)
#: A comparison with a number that stands in the code.
_LITERAL_LIMIT = regex(r"[<>]=?\s*-?\.?\d")
_CARD_HEADINGS = {
    "use": regex(r"intended|use|purpose|overview|what|description|about|how it works|model details"),
    "data": regex(r"data|training set|corpus|features?"),
    "metrics": regex(r"metric|evaluation|performance|results|accuracy|benchmark|validation"),
    "limits": regex(
        r"limit|bias|risk|caveat|ethic|known issue|recommendation|out[- ]of[- ]scope|consideration|not (used|included)"
    ),
}


def add_records(context: Context) -> None:
    """Add the facts of records."""
    _cards(context)
    for path, file in list(context.python.modules.files.items()):
        if context.scopes[path] == "source":
            _source(context, path, file.facts)
    _determinism(context)
    _ci(context)


def _place(context: Context, path: str, scope: int, kind: str, value: str, line: int, **attrs: str) -> None:
    node = context.python.node_of(path, scope)
    context.graph.place([PlacedFact(Fact(kind, value, line, attrs), path, context.scopes[path], node)])


def _decide(context: Context, path: str, kind: str, check: Check) -> None:
    """Place a branch that decides; one whose exception an enclosing try swallows is refused."""
    node = context.python.node_of(path, check.scope)
    swallowed = check.swallowed and (check.body.raises or check.orelse.raises or check.kind == "assert")
    refused = ("an enclosing try swallows it", "F15") if swallowed else ("", "")
    fact = Fact(kind, check.test[:80], check.line, {})
    context.graph.place([PlacedFact(fact, path, context.scopes[path], node, frozenset(), refused)])


def _source(context: Context, path: str, facts: PythonFacts) -> None:
    trains = any(f.path == path for f in context.graph.of_kind("training"))
    for index, call in enumerate(facts.calls):
        shown = fed_capabilities(context, path, (*call.feeds, index))
        name = facts.functions[call.scope].name if call.scope >= 0 else ""
        _written(context, path, facts, call, shown, name)
        if trains and any(
            key in _SEED_ARGUMENTS and value not in {"None", ""} for key, value in call.keywords
        ):
            _place(context, path, call.scope, "seeded-training", call.name.lstrip("?:."), call.line)
    _decisions(context, path, facts)
    for function in facts.functions:
        if _ROLLBACK.search(function.name) and function.body == "real":
            _place(
                context, path, facts.functions.index(function), "own-rollback", function.name, function.line
            )


def _written(
    context: Context, path: str, facts: PythonFacts, call: Call, shown: frozenset[str], name: str
) -> None:
    """What a writing call stores, by what flows into it and by the function that it stands in."""
    if not _DURABLE.search(call.name):
        return
    text = " ".join(unquoted(value) for value in (*call.args, *(value for _, value in call.keywords)))
    where = f"{name} {text} {' '.join(_opened(facts, call))}"
    if shown & {"metric-computation"} or (
        "metric-computation" in _file_capabilities(context, path) and _METRICS_FILE.search(where)
    ):
        _place(context, path, call.scope, "metrics-written", call.name.lstrip("?:."), call.line)
        if any(f.path == path for f in context.graph.of_kind("training")):
            _place(context, path, call.scope, "run-record", call.name.lstrip("?:."), call.line)
    source = _names_in(facts, call)
    if _ACTOR.search(f"{where} {source}") and _REASON.search(f"{where} {source}"):
        node = context.python.node_of(path, call.scope)
        fact = Fact("release-record", name or call.name, call.line, {})
        refused = _weak_record(facts, call, name)
        context.graph.place([PlacedFact(fact, path, context.scopes[path], node, frozenset(), refused)])
    if _SNAPSHOT.search(f"{path} {name}") and re.search(
        r"version|manifest|snapshot", f"{name} {source}", re.IGNORECASE
    ):
        _place(context, path, call.scope, "versioned-data", name or call.name, call.line)
    if re.search(r"card", where, re.IGNORECASE) and "model" in where.lower():
        _place(context, path, call.scope, "card-written", name or call.name, call.line)
    if _REGISTRY.search(f"{path} {name}") and "registr" in f"{path} {name}".lower():
        _place(context, path, call.scope, "own-registry", name or call.name, call.line)


def _weak_record(facts: PythonFacts, call: Call, name: str) -> tuple[str, str]:
    """Return why a record of a release is no trail, or ("", "")."""
    for feed in call.feeds:
        opened = facts.calls[feed]
        modes = {unquoted(text) for text in (*opened.args, *(value for _, value in opened.keywords))}
        if (
            opened.name.rpartition(".")[2] == "open"
            and modes & {"w", "wt"}
            and not any("{}" in m for m in modes)
        ):
            return "each run overwrites it", "F13"
    callers = [other for other in facts.calls if name and other.name == f":{name}"]
    if callers and not any(other.args or other.keywords for other in callers):
        function = facts.functions[call.scope]
        if any(_ACTOR.search(parameter.name) and parameter.default for parameter in function.parameters):
            return "the actor is always the same", "F13"
    return "", ""


def _opened(facts: PythonFacts, call: Call) -> list[str]:
    return [unquoted(value) for index in call.feeds for value in facts.calls[index].args]


def _names_in(facts: PythonFacts, call: Call) -> str:
    """Return the keywords, literals and parameter names of the function that a call stands in."""
    if call.scope < 0:
        return ""
    function = facts.functions[call.scope]
    parts = [parameter.name for parameter in function.parameters]
    for other in facts.calls:
        if other.scope == call.scope:
            parts += [key for key, _ in other.keywords]
            parts += [unquoted(value) for value in other.args]
    return " ".join(parts)[:4000]


def _file_capabilities(context: Context, path: str) -> frozenset[str]:
    key = ("file capabilities",)
    cached = context.memo.get(key)
    if cached is None:
        cached = context.memo[key] = {}
        for (where, _), fact in context.python.placed.items():
            cached[where] = cached.get(where, frozenset()) | fact.capabilities
    return cached.get(path, frozenset())


def _decisions(context: Context, path: str, facts: PythonFacts) -> None:
    """Branches that compare hashes, slices, weights, criteria or contracts."""
    for check in facts.checks:
        names = " ".join((*check.names, check.test))
        stops = check.kind == "assert" or check.body.raises or check.body.exits or check.orelse.raises
        fed = " ".join([facts.calls[index].name for index in check.feeds])
        if _HASHING.search(f"{fed} {names}") and stops and {"==", "!=", "not", "in"} & set(check.operators):
            _decide(context, path, "hash-check", check)
        groups = _SLICE.search(names) or "fairness" in fed_capabilities(context, path, check.feeds)
        if groups and {"<", ">", "<=", ">="} & set(check.operators) and stops:
            _decide(context, path, "slice-gate", check)
        if _WEIGHT.search(names) and "random" in fed and {"<", ">", "<=", ">="} & set(check.operators):
            _decide(context, path, "weighted-route", check)
        if _CONTRACT.search(f"{path} {names}") and stops and "model" in f"{path} {names}".lower():
            _decide(context, path, "contract-check", check)
    for index, call in enumerate(facts.calls):
        if call.name.endswith(".groupby") and any(_SLICE.search(value) for value in call.args):
            users = [c for c in facts.calls if index in c.feeds]
            if "metric-computation" in _file_capabilities(context, path) and users:
                _place(context, path, call.scope, "slice-metric", call.name.lstrip("?:."), call.line)
    gates = [f for f in context.graph.of_kind("metric-gate") if f.path == path and not f.refused[0]]
    loads = [f for f in context.graph.of_kind("config-read") if f.path == path]
    configured = bool(loads) or any("config" in item.name.lower() or "param" in item.name.lower() or "settings" in item.name.lower()
                                    for item in facts.imports)  # fmt: skip
    for gate in gates:
        test = gate.fact.attrs.get("test", "")
        if not _LITERAL_LIMIT.search(test) and (
            configured or re.search(r"[a-z_]\.[a-z_]", test, re.IGNORECASE)
        ):
            use = "monitor" if re.search(r"monitor|drift|live|quality", path, re.IGNORECASE) else "gate"
            context.graph.place([derived(gate, "criteria-read", use=use)])
    for drift in [f for f in context.graph.of_kind("drift-check") if f.path == path and not f.refused[0]]:
        if configured and not _LITERAL_LIMIT.search(drift.fact.attrs.get("test", "")):
            context.graph.place([derived(drift, "criteria-read", use="monitor")])


def _determinism(context: Context) -> None:
    """A test that trains (or makes the same thing) twice and compares."""
    for fact in context.graph.of_kind("test"):
        if not fact.refused[0] and _SAME_TWICE.search(fact.fact.value):
            context.graph.place([derived(fact, "determinism-test")])


def _cards(context: Context) -> None:
    """A card is filled in when at least three of its four parts have words of their own."""
    by_file: dict[str, list[PlacedFact]] = {}
    for fact in context.graph.of_kind("section"):
        by_file.setdefault(fact.path, []).append(fact)
    for path, sections in by_file.items():
        parts: set[str] = set()
        for fact in sections:
            words = int(fact.fact.attrs.get("words", "0") or 0)
            if fact.fact.attrs.get("placeholder") == "yes" or words < 12:
                continue
            parts |= {name for name, pattern in _CARD_HEADINGS.items() if pattern.search(fact.fact.value)}
        named = "card" in path.lower() or "model" in path.lower()
        about = any("model" in fact.fact.value for fact in sections)
        if len(parts) >= (3 if named else 4) and (named or about):
            card = Fact("filled-model-card", path, sections[0].fact.line, {"parts": " ".join(sorted(parts))})
            context.graph.place([PlacedFact(card, path, sections[0].scope)])


def _ci(context: Context) -> None:
    """Evaluations written to a job's summary, and versions that a deployment carries."""
    for fact in context.graph.of_kind("command"):
        shown = "GITHUB_STEP_SUMMARY" in fact.fact.attrs.get("outputs", "") or _UPLOADS in fact.fact.value
        if shown and _METRICS_FILE.search(fact.fact.value.replace(_UPLOADS, "")):
            context.graph.place([derived(fact, "summary")])
    for fact in context.graph.of_kind("report"):
        if fact.fact.value == "metrics":
            context.graph.place([derived(fact, "summary")])
    for fact in with_capability(context, "code-identity"):
        if fact.fact.kind in {"command", "setting", "action"} and fact.node >= 0:
            context.graph.place([derived(fact, "deployed-version")])
