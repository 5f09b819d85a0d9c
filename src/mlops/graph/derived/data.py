"""What is done to data: the facts `ingestion`, `data-validation`, `data-test`, `versioned-data`, `config-read`."""

from __future__ import annotations

import re

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import Call, PythonFacts
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import (
    SETTINGS_READS,
    derived,
    facts_of,
    is_of_settings,
    is_project_call,
    is_read,
    service_files,
    with_capability,
)
from mlops.graph.derived.imports import lost_imports
from mlops.graph.derived.ingestion import add_ingestion, concerns_training
from mlops.graph.rendered import unquoted

#: How a schema class is applied; `DataFrame[Rows](frame)` is a call of `?DataFrame` here.
_APPLIES = (".validate", ".cast", ".is_valid", ".filter", ".to_schema", "?DataFrame", "?LazyFrame")
_CONFIG_FILE = regex(
    r"(params|config|settings|conf|hparams|parameters)[\w./-]*\.(ya?ml|toml|json|ini)$|\.(ya?ml|toml|ini)$",
    re.IGNORECASE,
)
_CONFIG_READS = SETTINGS_READS | {"json.load"}
_HASHES = regex(r"(^|\.)hashlib\.|sha256|md5|file_digest|hexdigest", re.IGNORECASE)
_DATA_NAMES = regex(r"data(set)?|snapshot|manifest|version|features?|raw", re.IGNORECASE)


#: Libraries whose checks do not raise: their verdict is a result, which somebody must read.
_SILENT = regex(
    r"(great_expectations|evidently|deepchecks|tensorflow_data_validation|whylogs|soda|pydeequ|cuallee|pointblank|"
    r"frictionless|cerberus)\."
)
#: Libraries that check single records, of whatever kind.
_RECORDS = regex(
    r"(pydantic|jsonschema|fastjsonschema|marshmallow|msgspec|cerberus|voluptuous|schema|attrs?)\."
)
_DECLARES = {"DataFrameSchema", "SeriesSchema"}
_VERDICTS = {
    "validate",
    "run",
    "validate_statistics",
    "run_checkpoint",
    "run_validation_operator",
    "evaluate",
}


def add_data(context: Context) -> None:
    """Add the facts of data."""
    services = service_files(context)
    add_ingestion(context, services)
    _validation(context, services)
    _versions(context)
    _config(context)


def _validation(context: Context, services: set[str]) -> None:
    """Library checks of data; models of a web service's requests are none, nor is a result that nobody reads."""
    tested = {fact.path for fact in context.graph.of_kind("test") if not fact.refused[0]}
    places = {id(fact): place for place, fact in context.python.placed.items()}
    for fact in with_capability(context, "data-validation"):
        if fact.fact.kind in {"dependency", "import", "file"}:
            continue
        refused = ("", "")
        if fact.path in services and fact.fact.kind != "command":
            refused = ("it checks requests of the service, not training data", "F22")
        elif id(fact) in places:
            path, index = places[id(fact)]
            refused = _unread(facts_of(context, path), index)
            if is_of_settings(facts_of(context, path), index):
                refused = ("it checks the configuration, not data", "F22")
        elif fact.fact.kind == "base" and not _applied(context, fact):
            refused = ("it declares a schema, and nothing applies it", "F9")
        records = bool(_RECORDS.match(fact.fact.value))
        if records and not refused[0] and not concerns_training(context, fact):
            refused = ("it checks records of something else than training data", "F22")
        context.graph.place([derived(fact, "data-validation", refused=refused)])
        if (fact.scope == "test" or fact.path in tested) and not records:
            context.graph.place([derived(fact, "data-test")])
    for fact in context.graph.of_kind("data-check"):
        if fact.scope != "test" or not _DATA_NAMES.search(fact.path) or _tests_code(context, fact):
            continue
        if lost_imports(context, fact.path) is None:
            context.graph.place([derived(fact, "data-test")])


def _applied(context: Context, fact: PlacedFact) -> bool:
    """Tell whether code calls a schema class, hands it on, has its annotations checked, or checks by some other name."""
    name = fact.fact.attrs.get("class", "").rpartition(".")[2]
    word = regex(rf"(?<!\w){re.escape(name)}(?!\w)")
    python = context.python
    for path, file in python.modules.files.items():
        if context.scopes[path] != "source":
            continue
        near = path == fact.path or fact.path in python.imports_of(path)
        for call in file.facts.calls:
            texts = (call.name, *call.args, *(value for _, value in call.keywords))
            if any(name in text and word.search(text) for text in texts) or (
                near and call.name.endswith(_APPLIES)
            ):
                return True
    return any(other.fact.kind == "decorator" for other in with_capability(context, "data-validation"))


def _tests_code(context: Context, fact: PlacedFact) -> bool:
    """Tell whether the test around a check calls the project's code: then it tests that code, not the data."""
    graph, python = context.graph, context.python
    targets = (graph.nodes[edge.target] for edge in graph.out[fact.node]) if fact.node >= 0 else ()
    if any(node.kind == "function" and node.scope == "source" for node in targets):
        return True
    calls = facts_of(context, fact.path).calls if fact.path in python.modules.files else ()
    return any(
        python.node_of(fact.path, call.scope) == fact.node and is_project_call(context, fact.path, index)
        for index, call in enumerate(calls)
    )


def _unread(facts: PythonFacts, index: int) -> tuple[str, str]:
    """Return why a check of data changes nothing, or ("", "")."""
    call = facts.calls[index]
    if call.swallowed:
        return "an enclosing try swallows the failure", "F15"
    if any(_unconstrained(facts.calls[item]) for item in (index, *call.feeds)):
        return "the schema has no constraints", "F13"
    if call.name.rpartition(".")[2] in _DECLARES:
        return "it declares a schema, and checks nothing by itself", "F9"
    judged = call.name.rpartition(".")[2] in _VERDICTS or call.name.startswith(("evidently.", "deepchecks."))
    if not _SILENT.match(call.name) or not judged:
        return "", ""
    read = is_read(facts, index) or any(is_read(facts, item) for item in _holders(facts, call))
    return ("", "") if read else ("the result of the check is not read", "F16")


def _holders(facts: PythonFacts, call: Call) -> list[int]:
    """Return the calls that made the suite that keeps what its run found: `suite.run(…)`, then `bool(suite)`."""
    suite, _, method = call.name.rpartition(".")
    if method != "run" or not suite.startswith("evidently."):
        return []
    return [item for item in call.feeds if facts.calls[item].name == suite]


def _unconstrained(call: Call) -> bool:
    """Tell whether a call makes a schema that accepts every table."""
    return (
        call.name.endswith("pandera.DataFrameSchema")
        and not call.keywords
        and call.args in {(), ("{}",), ("None",)}
    )


def _versions(context: Context) -> None:
    """A hash of data that becomes part of a stored name or manifest."""
    for path, file in context.python.modules.files.items():
        if context.scopes[path] != "source":
            continue
        for call in file.facts.calls:
            if _HASHES.search(call.name) and call.scope >= 0:
                function = file.facts.functions[call.scope]
                if _DATA_NAMES.search(f"{path} {function.name}"):
                    made = Fact("data-hash", function.name, call.line, {})
                    context.graph.place(
                        [PlacedFact(made, path, "source", context.python.node_of(path, call.scope))]
                    )
    for fact in context.graph.of_kind("data-hash"):
        name = f"{fact.path} {fact.fact.value}".lower()
        if "version" in name or "manifest" in name or "snapshot" in name:
            context.graph.place([derived(fact, "versioned-data")])


def _config(context: Context) -> None:
    """A configuration file of the repository that code opens and loads."""
    for path, file in context.python.modules.files.items():
        if context.scopes[path] != "source":
            continue
        facts = facts_of(context, path)
        for call in file.facts.calls:
            if call.name not in _CONFIG_READS:
                continue
            opened = [
                facts.calls[index]
                for index in call.feeds
                if facts.calls[index].name.endswith(("open", "read_text"))
            ]
            names = [unquoted(text) for item in (*opened, call) for text in item.args[:1]]
            literal = any(_CONFIG_FILE.search(name) for name in names)
            indirect = call.name.startswith(("yaml", "toml", "ruamel")) and bool(opened)
            if literal or indirect:
                fact = Fact("config-read", next((name for name in names if name), call.name), call.line, {})
                node = context.python.node_of(path, call.scope)
                context.graph.place([PlacedFact(fact, path, context.scopes[path], node)])
