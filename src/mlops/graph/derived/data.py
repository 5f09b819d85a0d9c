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
    is_read,
    with_capability,
)
from mlops.graph.derived.walk import below
from mlops.graph.rendered import unquoted

#: How a schema class is applied; `DataFrame[Rows](frame)` is a call of `?DataFrame` here.
_APPLIES = (".validate", ".cast", ".is_valid", ".filter", ".to_schema", "?DataFrame", "?LazyFrame")
_REMOTE = regex(
    r"^(https?|s3a?|gs|gcs|abfss?|wasbs?|hdfs|azureml|dbfs|ftp|jdbc|postgres(ql)?|mysql|sqlite)[:+]",
    re.IGNORECASE,
)
_READS = regex(
    r"(^|\.)(read_(csv|parquet|json|sql\w*|table|feather|excel|gbq)|scan_(parquet|csv)|load_dataset|urlretrieve|urlopen)$"
)
_ADDRESS = regex(r"(url|uri|loc|endpoint|dsn|connection|conn_str|database_url|bucket)", re.IGNORECASE)
#: A parameter of these types is rendered by its type alone.
_PLAIN = {"str", "Path", "pathlib.Path", "os.PathLike"}
_LOCATOR = regex(r"(^|_)(ur[il]|dsn)$", re.IGNORECASE)
_FETCH_NAMES = regex(
    r"data|ingest|extract|etl|prepare|raw|corpus|source|loader|dvc|fetch_\w+|sql|query|feature", re.IGNORECASE
)
#: Functions that are named for taking data in, whatever they call for it.
_TAKES_IN = regex(
    r"ingest|(extract|load|fetch|get|export|collect|download|import)_\w*(data|dataset|table|records?)",
    re.IGNORECASE,
)
_CONFIG_FILE = regex(
    r"(params|config|settings|conf|hparams|parameters)[\w./-]*\.(ya?ml|toml|json|ini)$|\.(ya?ml|toml|ini)$",
    re.IGNORECASE,
)
_CONFIG_READS = SETTINGS_READS | {"json.load"}
#: Modules about what happened to predictions.
_LIVE = regex(r"(^|/)(predictions?|monitor\w*|drift\w*)\.py$")
_HASHES = regex(r"(^|\.)hashlib\.|sha256|md5|file_digest|hexdigest", re.IGNORECASE)
_DATA_NAMES = regex(r"data(set)?|snapshot|manifest|version|features?|raw", re.IGNORECASE)


#: Libraries whose checks do not raise: their verdict is a result, which somebody must read.
_SILENT = regex(
    r"(great_expectations|evidently|deepchecks|tensorflow_data_validation|whylogs|soda|pydeequ|cuallee|pointblank|"
    r"frictionless|cerberus)\."
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
    _ingestion(context)
    _validation(context)
    _versions(context)
    _config(context)


def _ingestion(context: Context) -> None:
    """Fetching calls outside the service, and readers that are given a remote address."""
    service = {fact.path for fact in with_capability(context, "web-service")}
    training = {f.node for f in context.graph.of_kind("training") if not f.refused[0]}
    trainers = {f.path for f in context.graph.of_kind("training")}
    for fact in with_capability(context, "data-fetch"):
        if fact.fact.kind == "resource":
            continue
        refused = ("", "")
        if fact.path in service and fact.fact.kind in {"call", "method"}:
            refused = ("the service fetches it, not training", "F22")
        elif _LIVE.search(fact.path) and fact.path not in trainers:
            refused = ("it reads or keeps predictions, not training data", "F22")
        elif not (
            fact.path in trainers or _for_data(context, fact) or _beside_training(context, fact, training)
        ):
            refused = ("it fetches something else than training data", "F22")
        elif _committed(context, fact):
            refused = ("it is skipped: the file that it would fetch is committed", "F18")
        context.graph.place([derived(fact, "ingestion", refused=refused)])
    for path, file in context.python.modules.files.items():
        if context.scopes[path] not in {"source", "notebook"}:
            continue
        for index, call in enumerate(file.facts.calls):
            if (path, index) in context.python.placed and "data-fetch" in context.python.placed[
                (path, index)
            ].capabilities:
                continue
            if not _READS.search(call.name):
                continue
            given = [unquoted(text) for text in (*call.args[:1], *(value for _, value in call.keywords))]
            if any(_REMOTE.match(text) or _is_address(text) for text in given) or (
                given and given[0] in _PLAIN and _is_given_address(context, path, call)
            ):
                made = Fact("ingestion", call.name.lstrip("?:"), call.line, {})
                node = context.python.node_of(path, call.scope)
                context.graph.place([PlacedFact(made, path, context.scopes[path], node)])


def _is_given_address(context: Context, path: str, call: Call) -> bool:
    """Tell whether a reader is in a function that somebody gives a remote address, or that names one as its parameter."""
    if call.scope < 0:
        return False
    function = facts_of(context, path).functions[call.scope]
    if any(_LOCATOR.search(parameter.name) for parameter in function.parameters):
        return True
    node = context.python.node_of(path, call.scope)
    callers = {(edge.path, edge.line) for edge in context.graph.into[node] if edge.label == "calls"}
    short = function.name.rpartition(".")[2]
    return any(
        (where, other.line) in callers
        and other.name.rpartition(".")[2].lstrip(":?") == short
        and any(
            _REMOTE.match(unquoted(text)) for text in (*other.args, *(value for _, value in other.keywords))
        )
        for where in {edge_path for edge_path, _ in callers}
        for other in context.python.modules.files[where].facts.calls
    )


def _committed(context: Context, fact: PlacedFact) -> bool:
    """Tell whether a fetch only happens where a file is missing that the repository holds."""
    if fact.path not in context.python.modules.files:
        return False
    for check in facts_of(context, fact.path).checks:
        first, last = check.body.lines
        guards = check.kind == "if" and "exists" in check.test and first <= fact.fact.line <= last
        if guards and any(name in context.paths for name in check.names):
            return True
    return False


def _for_data(context: Context, fact: PlacedFact) -> bool:
    """Tell whether a fetch is named for data: by its file, its function or what it fetches, where anything trains."""
    if not context.graph.of_kind("training"):
        return False
    label = context.graph.nodes[fact.node].label if fact.node >= 0 else ""
    if fact.fact.kind in {"call", "method"}:
        named = bool(_FETCH_NAMES.search(f"{fact.path} {label} {fact.fact.value}"))
        return named or _named_above(context, fact.node)
    return bool(_FETCH_NAMES.search(fact.fact.value))


def _named_above(context: Context, node: int) -> bool:
    """Tell whether a function that leads to a node within three calls is named for taking data in."""
    graph = context.graph
    frontier, seen = {node} if node >= 0 else set(), set[int]()
    for _ in range(3):
        frontier = {edge.source for item in frontier for edge in graph.into[item]} - seen
        seen |= frontier
        if any(
            graph.nodes[item].kind == "function" and _TAKES_IN.search(graph.nodes[item].label)
            for item in frontier
        ):
            return True
    return False


def _beside_training(context: Context, fact: PlacedFact, training: set[int]) -> bool:
    """Tell whether what runs the fetch, up to three steps above, also trains."""
    graph = context.graph
    frontier, seen = {fact.node}, set[int]()
    for _ in range(4):
        frontier = {edge.source for node in frontier if node >= 0 for edge in graph.into[node]} - seen
        seen |= frontier
        if any(below(context, node) & training for node in frontier if graph.nodes[node].kind != "event"):
            return True
    return False


def _is_address(text: str) -> bool:
    return bool(text) and text[0] in "?:" and bool(_ADDRESS.search(text.rpartition(".")[2]))


def _validation(context: Context) -> None:
    """Library checks of data; models of a web service's requests are none, nor is a result that nobody reads."""
    services = _request_files(context)
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
        context.graph.place([derived(fact, "data-validation", refused=refused)])
        if fact.scope == "test" or fact.path in tested:
            context.graph.place([derived(fact, "data-test")])
    for fact in context.graph.of_kind("data-check"):
        if fact.scope == "test" and _DATA_NAMES.search(fact.path) and not _tests_code(context, fact):
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
            if any(word.search(text) for text in texts) or (near and call.name.endswith(_APPLIES)):
                return True
    return any(other.fact.kind == "decorator" for other in with_capability(context, "data-validation"))


def _request_files(context: Context) -> set[str]:
    """Return the files of services, and those of schemas that nothing but services import."""
    python = context.python
    services = {fact.path for fact in with_capability(context, "web-service")}
    importers: dict[str, set[str]] = {}
    for path in python.modules.files:
        if context.scopes[path] != "test":
            for imported in python.imports_of(path):
                importers.setdefault(imported, set()).add(path)
    return services | {path for path, found in importers.items() if found <= services}


def _tests_code(context: Context, fact: PlacedFact) -> bool:
    """Tell whether the test around a check calls the project's code: then it tests that code, not the data."""
    graph = context.graph
    targets = (graph.nodes[edge.target] for edge in graph.out[fact.node]) if fact.node >= 0 else ()
    return any(node.kind == "function" and node.scope == "source" for node in targets)


def _unread(facts: PythonFacts, index: int) -> tuple[str, str]:
    """Return why a check of data changes nothing, or ("", "")."""
    call = facts.calls[index]
    if call.swallowed:
        return "an enclosing try swallows the failure", "F15"
    if any(_unconstrained(facts.calls[item]) for item in (index, *call.feeds)):
        return "the schema has no constraints", "F13"
    if call.name.rpartition(".")[2] in _DECLARES:
        return "it declares a schema, and checks nothing by itself", "F9"
    judged = call.name.rpartition(".")[2] in _VERDICTS or call.name.startswith("evidently.")
    if not _SILENT.match(call.name) or not judged:
        return "", ""
    return ("", "") if is_read(facts, index) else ("the result of the check is not read", "F16")


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
