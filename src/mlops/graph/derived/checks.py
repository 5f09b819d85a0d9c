"""Branches that decide: the facts `metric-gate`, `data-check`, `drift-check`."""

from __future__ import annotations

import re

from mlops.domain.facts import Fact
from mlops.domain.graph import PlacedFact
from mlops.domain.python import Check, PythonFacts
from mlops.domain.regex import regex
from mlops.graph.context import Context
from mlops.graph.derived.common import derived, facts_of, fed_capabilities, python_paths

METRIC = regex(
    r"(?<![a-z])(accuracy|acc|auc|auroc|roc|f1|fbeta|precision|recall|rmse|mse|mae|mape|smape|wape|r2|rsquared|loss|perplexity|"
    r"bleu|rouge|map|ndcg|iou|dice|metrics?|score|kappa|mcc|brier|gini|ks|logloss|error_rate|performance|quality|lift)(?![a-z])",
    re.IGNORECASE,
)
_REFERENCE = regex(
    r"threshold|baseline|champion|current|best|previous|prod(uction)?|min_|max_|limit|target|required|old|existing|reference|tolerance|"
    r"incumbent|challenger|deployed|last|allowed|criteria|gate|bound",
    re.IGNORECASE,
)
_TRAINING_LOOP = regex(r"epoch|early|patience|best_val|best_loss|step|iter|trial|fold|stopp", re.IGNORECASE)
#: What a check of a table asks about, beyond doubt; and what only counts in code that is named for checking.
_TABLE = regex(
    r"(?<![a-z])(columns?|isnull|isna|notnull|notna|nulls?|dtypes?|duplicated|duplicates|schema|missing_\w+|null_count|nunique|"
    r"required_columns|expected_columns|missing|isin|between|nan_count|unexpected)(?![a-z])",
    re.IGNORECASE,
)
_TABLE_NAMES = regex(
    r"valid|check|schema|quality|verify|sanity|expect|integrity|assert|ingest|clean|load", re.IGNORECASE
)
_DATA_WORDS = regex(
    r"data|df|frame|column|table|record|row|dataset|feature|batch|raw|schema|label|target", re.IGNORECASE
)
_TABLE_ROOTS = {
    "pandas",
    "polars",
    "pyspark",
    "numpy",
    "dask",
    "pyarrow",
    "duckdb",
    "modin",
    "vaex",
    "geopandas",
    "cudf",
}
_DRIFT = regex(r"drift|psi|ks_stat|ks_|p_?val(ue)?|divergence|wasserstein|distance|shift", re.IGNORECASE)
_MONITOR = regex(r"monitor|drift|psi|live|shift", re.IGNORECASE)
_MADE_UP = regex(r"(^|\.)(numpy\.random|random)\.", re.IGNORECASE)
_GIVEN = regex(r"(^|\.)(read_\w+|load\w*|open|query|execute|get|fetch\w*|to_pandas|table|sql)$")
_ACTS = {"model-registration", "model-deploy", "app-deploy", "traffic-split", "rollback", "pipeline-run", "retrain-start",
         "model-saving", "alerting"}  # fmt: skip
#: Steps that judge a model.
_EVALUATES = regex(
    r"evaluat|(?<![a-z])metrics?(?![a-z])|compare_?model|model_?compar|champion", re.IGNORECASE
)
#: What takes a measure of drift to where it is seen.
_RECORDS = {"experiment-tracking", "service-telemetry", "alerting", "durable-sink"}
_COMPARES = {"<", ">", "<=", ">="}
_VERDICTS = regex(
    r"better|promot|quality_gate|(passes|meets|beats|evaluate)_\w*(gate|threshold|promotion|champion)|champion|is_good|acceptab",
    re.IGNORECASE,
)
#: Methods that stop a run on a platform: a gate acts by them.
_STOPPING = regex(r"(^|[.?:])(cancel|abort|fail|complete|terminate|stop_run|skip_downstream)$")
_DECIDING_NAMES = regex(
    r"promot|register|deploy|publish|accept|approve|reject|pass|fail|better|should|gate|release|valid|is_|bless|improv|ok\b",
    re.IGNORECASE,
)
#: Files and functions whose answer decides about a model.
_DECIDES = regex(
    r"promot|regist|deploy|publish|accept|approv|reject|pass(es|ed)?(?![a-z])|fail|better|should|gate|release|valid|bless|"
    r"improv|evaluat|champion|challeng|compar|check|select|retrain|monitor|meets|branch|choose|decide",
    re.IGNORECASE,
)


def add_checks(context: Context) -> None:
    """Add the facts of all deciding branches in Python code."""
    for path in python_paths(context, "source", "notebook", "test"):
        facts = facts_of(context, path)
        for check in facts.checks:
            kind = _kind(context, path, facts, check)
            if kind is not None:
                _place(context, path, facts, check, kind)
    _condition_steps(context)


def _condition_steps(context: Context) -> None:
    """A step of a workflow that goes on only where what an evaluation gave is good enough."""
    for (path, index), placed in context.python.placed.items():
        if not placed.capabilities & {"condition-step"} or placed.scope != "source":
            continue
        facts = facts_of(context, path)
        call = facts.calls[index]
        fed = {facts.calls[feed].name.rpartition(".")[2] for feed in call.feeds}
        if _EVALUATES.search(" ".join((*fed, *(value for _, value in call.keywords)))):
            context.graph.place([derived(placed, "metric-gate", effect="branches", test=placed.fact.value)])


def _kind(context: Context, path: str, facts: PythonFacts, check: Check) -> str | None:
    if check.kind == "while" or check.constant:
        return None
    shown = fed_capabilities(context, path, check.feeds)
    words = " ".join(check.names)
    compared = bool(_COMPARES & set(check.operators))
    name = facts.functions[check.scope].name if check.scope >= 0 else ""
    if (
        compared
        and shown >= {"statistical-distance", "model-inference"}
        and not _MONITOR.search(f"{path} {name}")
    ):
        return "metric-gate"  # a distance of scores by class judges the model (credit scoring), not the data
    if compared and (shown & {"statistical-distance", "drift-detection"} or _DRIFT.search(words)):
        return "drift-check"
    if shown & {"drift-detection"} and check.kind in {"if", "assert"}:
        return "drift-check"
    if compared and (shown & {"metric-computation", "quality-gate"} or METRIC.search(words)):
        return "metric-gate"
    if shown & {"quality-gate"} and check.kind in {"if", "assert"}:
        return "metric-gate"
    if check.kind in {"if", "assert"} and _asks_verdict(context, path, facts, check):
        return "metric-gate"
    stops = (
        check.kind == "assert"
        or check.body.raises
        or check.body.exits
        or check.orelse.raises
        or check.orelse.exits
    )
    if stops and (shown & {"data-validation"} or _checks_table(path, facts, check, words)):
        return "data-check"
    return None


def _asks_verdict(context: Context, path: str, facts: PythonFacts, check: Check) -> bool:
    """Tell whether a branch asks a first-party function that is named for judging the model, and acts on its answer."""
    for index in check.feeds:
        name = facts.calls[index].name.rpartition(".")[2].lstrip("?:")
        symbol = context.python.meanings.get((path, index))
        if symbol is not None and symbol.kind == "function" and _VERDICTS.search(name):
            return _effect(context, path, facts, check) in {"raises", "exits", "acts"}
    return False


def _checks_table(path: str, facts: PythonFacts, check: Check, words: str) -> bool:
    """Tell whether a check that stops is about the content of a table: its columns, nulls, types, values."""
    if not _TABLE.search(words):
        return False
    roots = {item.name.split(".")[0] for item in facts.imports}
    if not roots & _TABLE_ROOTS:
        return False
    if set(check.operators) <= {"isinstance", "is", "is not"} and not _TABLE.search(words):
        return False
    name = facts.functions[check.scope].name if check.scope >= 0 else ""
    return bool(_TABLE_NAMES.search(f"{path} {name}")) and bool(_DATA_WORDS.search(f"{words} {path} {name}"))


def _place(context: Context, path: str, facts: PythonFacts, check: Check, kind: str) -> None:
    refused = ("", "")
    effect = _effect(context, path, facts, check)
    if not check.live:
        refused = ("the code is never reached", "F9")
    elif check.swallowed and effect in {"raises", "exits"}:
        refused = ("an enclosing try swallows it", "F15")
    elif kind == "metric-gate":
        refused = _gate_fault(check, facts, effect, path)
    elif effect == "" and kind == "drift-check" and _recorded(context, path, facts, check):
        effect = "records"
    elif effect == "" and kind == "drift-check":
        refused = ("the result of the comparison is not used", "F16")
    elif kind == "drift-check" and _made_up(facts, check):
        refused = ("the data that it compares is made up", "F18")
    attrs = {"effect": effect, "test": check.test[:160]}
    node = context.python.node_of(path, check.scope)
    fact = Fact(kind, check.test[:100], check.line, attrs)
    context.graph.place([PlacedFact(fact, path, context.scopes[path], node, frozenset(), refused)])


def _recorded(context: Context, path: str, facts: PythonFacts, check: Check) -> bool:
    """Tell whether what a check compares is also sent to a store that others watch."""
    return any(
        call.scope == check.scope
        and not set(call.feeds).isdisjoint(check.feeds)
        and (placed := context.python.placed.get((path, index))) is not None
        and placed.capabilities & _RECORDS
        for index, call in enumerate(facts.calls)
    )


def _made_up(facts: PythonFacts, check: Check) -> bool:
    """Tell whether a comparison is fed by random numbers and by nothing that was read."""
    names = [facts.calls[index].name for index in check.feeds]
    return any(_MADE_UP.search(name) for name in names) and not any(_GIVEN.search(name) for name in names)


def _gate_fault(check: Check, facts: PythonFacts, effect: str, path: str) -> tuple[str, str]:
    """Return why a comparison of a metric is no gate, or ("", "")."""
    scope = facts.functions[check.scope].name if check.scope >= 0 else ""
    if _TRAINING_LOOP.search(f"{' '.join(check.names)} {scope}") and effect not in {"raises", "exits"}:
        return "it compares epochs or trials within one training, not releases", "F16"
    if effect in {"", "branches"} or (effect == "returns" and not _DECIDES.search(f"{path} {scope}")):
        return "nothing is stopped, refused or released by the comparison", "F16"
    numbers = [float(number) for number in check.numbers if _is_number(number)]
    upper_is_good = ">" in check.operators or ">=" in check.operators or "<" in check.operators
    if (
        numbers
        and not _REFERENCE.search(" ".join(check.names))
        and all(number <= 0 for number in numbers)
        and upper_is_good
    ):
        return "the threshold cannot fail", "F13"
    return "", ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _effect(context: Context, path: str, facts: PythonFacts, check: Check) -> str:
    """Name what the branch does: raises, exits, acts, returns, or "" for nothing that matters."""
    if check.kind == "assert":
        return "raises"
    if check.kind == "return":
        return "returns"
    for arm in (check.body, check.orelse):
        if arm.raises:
            return "raises"
        if arm.exits:
            return "exits"
    for arm in (check.body, check.orelse):
        first, last = arm.lines
        if any(first <= call.line <= last and _STOPPING.search(call.name) for call in facts.calls if first):
            return "acts"
        for index, call in enumerate(facts.calls):
            if first and first <= call.line <= last and fed_capabilities(context, path, (index,)) & _ACTS:
                return "acts"
            if first and first <= call.line <= last and _acts_below(context, path, index):
                return "acts"
    if check.body.returns or check.orelse.returns:
        return "returns"
    arms = [arm for arm in (check.body, check.orelse) if arm.lines != (0, 0)]
    return "branches" if any(not arm.idle for arm in arms) else ""


def _acts_below(context: Context, path: str, index: int) -> bool:
    """A first-party function called in the arm that itself registers, deploys or retrains."""
    symbol = context.python.meanings.get((path, index))
    if symbol is None or symbol.kind != "function":
        return False
    facts = facts_of(context, symbol.path)
    function = facts.functions[symbol.index]
    for inner, call in enumerate(facts.calls):
        if function.line <= call.line <= function.end_line:
            placed = context.python.placed.get((symbol.path, inner))
            if placed is not None and placed.capabilities & _ACTS:
                return True
    return bool(_DECIDING_NAMES.search(function.name))
