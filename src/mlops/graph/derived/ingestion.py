"""Where a project takes its data in: the fact `ingestion`."""

from __future__ import annotations

import re

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import Call
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import (
    derived,
    facts_of,
    with_capability,
)
from mlops.graph.derived.walk import below
from mlops.graph.rendered import unquoted

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
#: Calls that only open a connection, and those that get rows by one.
_CONNECTS = regex(r"(^|[._])(connect|create_(async_)?engine|get_client|(Async)?(IOMotor|Mongo)?Client)$")
_GETS_ROWS = regex(
    r"(^|[.?:])(fetch\w*|read_(sql\w*|database\w*|gbq|frame)|find(_one|_all)?|aggregate|query\w*|scalars?|mappings|"
    r"partitions|select|sql|get_pandas_df|to_pandas|to_df|to_dataframe|df|copy_expert|iter_rows|iterrows)$"
)
_SELECTS = regex(r"['\"]*\s*(select|with|show|copy)\b", re.IGNORECASE)
#: Modules about what happened to predictions.
_LIVE = regex(r"(^|/)(predictions?|monitor\w*|drift\w*)\.py$")


def add_ingestion(context: Context, services: set[str]) -> None:
    """Fetching calls outside the service, and readers that are given a remote address."""
    trainers = {f.path for f in context.graph.of_kind("training")}
    for fact in with_capability(context, "data-fetch"):
        if fact.fact.kind == "resource":
            continue
        refused = ("", "")
        if fact.path in services and fact.fact.kind in {"call", "method"}:
            refused = ("the service fetches it, not training", "F22")
        elif _CONNECTS.search(fact.fact.value) and not _gets_rows(context, fact.path):
            refused = ("it opens a connection, and nothing gets rows by it", "F22")
        elif _LIVE.search(fact.path) and fact.path not in trainers:
            refused = ("it reads or keeps predictions, not training data", "F22")
        elif not concerns_training(context, fact):
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


def concerns_training(context: Context, fact: PlacedFact) -> bool:
    """Tell whether what a fact fetches or checks is data for training: by its name, its file, or what runs beside it."""
    found = context.graph.of_kind("training")
    return (
        any(fact.path == other.path for other in found)
        or _for_data(context, fact)
        or _beside_training(context, fact, {other.node for other in found if not other.refused[0]})
    )


def _gets_rows(context: Context, path: str) -> bool:
    """Tell whether a file that opens a connection, or one that imports it, gets rows."""
    python = context.python
    if path not in python.modules.files:
        return True
    near = [other for other in python.modules.files if other == path or path in python.imports_of(other)]
    calls = [call for other in near for call in facts_of(context, other).calls]
    return any(_GETS_ROWS.search(call.name) or any(map(_SELECTS.match, call.args)) for call in calls)


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
