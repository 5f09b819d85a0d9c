"""Whether GitLab adds a job or a pipeline for an event: `rules`, `only`, `except`, `when`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from mlops.domain.document import Document, Map, Scalar, Seq, items_of, text_of
from mlops.domain.logic import Tri, all_of, any_of
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.domain.record import dataclass, field, replace
from mlops.domain.regex import regex
from mlops.graph.ci.gitlab_expression import UNKNOWN, Value, evaluate, search, variables_in

#: Variables that hold what people write: an ordinary event does not carry the words that a rule looks for.
_WORDS = frozenset({
    "CI_COMMIT_MESSAGE", "CI_COMMIT_TITLE", "CI_COMMIT_DESCRIPTION", "CI_COMMIT_AUTHOR", "CI_MERGE_REQUEST_TITLE",
    "CI_MERGE_REQUEST_LABELS", "CI_MERGE_REQUEST_DESCRIPTION", "CI_MERGE_REQUEST_DRAFT", "GITLAB_USER_LOGIN",
    "GITLAB_USER_EMAIL", "GITLAB_USER_NAME",
})  # fmt: skip
_TAG_NAMES = frozenset({"CI_COMMIT_TAG", "CI_COMMIT_REF_NAME", "CI_COMMIT_REF_SLUG"})
#: Variables that GitLab sets, not a schedule.
_GIVEN = regex(r"CI_|GITLAB_")
_SWITCH = regex(r"(?:^(?:NO|SKIP|DISABLE)_|_(?:DISABLED|DISABLE|SKIP)$|^SKIP)")


@dataclass(frozen=True, slots=True)
class Occasion:
    """An event as rules see it."""

    #: `CI_PIPELINE_SOURCE`.
    source: str
    variables: Mapping[str, Value]
    #: Words of `only` and `except` that this pipeline answers to.
    keywords: frozenset[str]
    #: The name of the branch, "" where it is not known.
    branch: str = ""
    is_tag: bool = False
    paths: tuple[str, ...] = ()
    #: Whether `workflow: rules` made the pipeline: then a job without rules is not confined to branches and tags.
    by_workflow: bool = False

    def with_variables(self, more: Mapping[str, Value]) -> Occasion:
        """Return it with a file's variables, over which those of the event win."""
        return replace(self, variables={**more, **self.variables})


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a job is added, and what the deciding rule says beside."""

    condition: Condition = ALWAYS
    when: str = ""
    allow_failure: Document | None = None
    needs: Document | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)
    #: Whether the job has `rules`: then `when: manual` blocks by default.
    ruled: bool = False


def decide(job: Map, occasion: Occasion) -> Decision:
    """Return whether a job is part of the pipeline that an event makes."""
    rules = job.get("rules")
    when = text_of(job.get("when"))
    if rules is not None:
        found = by_rules(rules, occasion, "job")
        return found if found.when else replace(found, when=when)
    condition = _by_refs(job, occasion)
    if when == "never":
        line = _line(job, "when")
        condition = Condition(Tri.NO, "the job is disabled by `when: never`", "F6", line)
    return Decision(condition, when)


def _line(job: Map, name: str) -> int:
    key = job.key(name)
    return key.line if key else job.line


def _flat(node: Document | None) -> Iterator[Map]:
    for item in items_of(node):
        if isinstance(item, Map):
            yield item
        elif isinstance(item, Seq):
            yield from _flat(item)


def by_rules(rules: Document, occasion: Occasion, what: str) -> Decision:
    """Return what the first rule that matches says; none means that there is no such job or pipeline."""
    left = Tri.YES
    live: list[tuple[Tri, Map]] = []
    dead: list[tuple[Tri, Map]] = []
    for rule in _flat(rules):
        never = text_of(rule.get("when")) == "never"
        matches = rule_matches(rule, occasion, never=never)
        taken, left = min(left, matches), min(left, ~matches)
        if taken is not Tri.NO:
            (dead if never else live).append((taken, rule))
        if left is Tri.NO:
            break
    if not live:
        return Decision(_refused(rules, dead, what), ruled=True)
    rule = live[0][1]
    variables = {key.text: _known(value) for key, value in (_entries(rule.get("variables")))}
    sure = left is Tri.NO and not dead
    condition = ALWAYS if sure else Condition(Tri.UNKNOWN, _doubt(live, dead), "", rule.line)
    return Decision(
        condition, text_of(rule.get("when")), rule.get("allow_failure"), rule.get("needs"), variables, True
    )


def _entries(node: Document | None) -> tuple[tuple[Scalar, Document], ...]:
    return node.items if isinstance(node, Map) else ()


def _known(node: Document) -> Value:
    """Return a variable's literal value; one that refers to others is unknown."""
    if isinstance(node, Map):
        node = node.get("value") or Scalar("", node.line)
    return UNKNOWN if not isinstance(node, Scalar) or "$" in node.text or node.tag == "unknown" else node.text


def file_variables(node: Document | None) -> dict[str, Value]:
    """Return the literal values of a `variables` block."""
    return {key.text: _known(value) for key, value in _entries(node)}


def _refused(rules: Document, dead: list[tuple[Tri, Map]], what: str) -> Condition:
    written = list(_flat(rules))
    if written and all(text_of(rule.get("when")) == "never" for rule in written):
        return Condition(
            Tri.NO, f"the {what} is disabled: every rule says `when: never`", "F6", written[0].line
        )
    rule = dead[0][1] if dead else Map((), 0)
    if _shown(rule):
        fake = "F6" if rule.get("exists") is not None else ""
        reason = f"the {what} is left out by the rule `{_shown(rule)}` with `when: never`"
        return Condition(Tri.NO, reason, fake, rule.line)
    return Condition(Tri.NO, f"no rule of the {what} admits this event", "", rules.line)


def _shown(rule: Map) -> str:
    return next(
        (f"{key}: {text_of(rule.get(key), '…')}" for key in ("if", "changes", "exists") if rule.key(key)), ""
    )


def _doubt(live: list[tuple[Tri, Map]], dead: list[tuple[Tri, Map]]) -> str:
    rule = next((rule for taken, rule in (*dead, *live) if taken is Tri.UNKNOWN), live[0][1])
    return f"whether the rule `{_shown(rule)}` holds cannot be told from the files"


def rule_matches(rule: Map, occasion: Occasion, *, never: bool = False) -> Tri:
    """Tell whether all clauses of a rule hold; `never` says that the rule takes the job away."""
    parts: list[Tri] = []
    condition = rule.get("if")
    if condition is not None:
        parts.append(_holds(condition, occasion, never=never))
    if rule.get("changes") is not None:
        parts.append(_changed(rule.get("changes"), occasion, never=never))
    if rule.get("exists") is not None:
        parts.append(_exists(rule.get("exists"), occasion))
    return all_of(parts)


def _holds(node: Document, occasion: Occasion, *, never: bool = False) -> Tri:
    text = text_of(node)
    if isinstance(node, Scalar) and node.tag == "unknown":
        return Tri.UNKNOWN
    found = evaluate(text, occasion.variables)
    if found is not Tri.UNKNOWN:
        return found
    open_ = {
        name for name in variables_in(text) if not isinstance(occasion.variables.get(name, UNKNOWN), str)
    }
    tags = _TAG_NAMES if occasion.is_tag else frozenset()
    if open_ and open_ <= tags:
        # Somebody who writes a rule for tags of a certain form makes such tags.
        return Tri.NO if never else Tri.YES
    if (
        open_
        and not never
        and occasion.source == "schedule"
        and not any(_GIVEN.match(name) for name in open_)
    ):
        # Each schedule brings variables of its own: the rule is made for the one that sets these.
        return Tri.YES
    if never and open_ and all(name in _WORDS | tags or _SWITCH.search(name) for name in open_):
        return Tri.NO
    return Tri.UNKNOWN


def _changed(node: Document | None, occasion: Occasion, *, never: bool = False) -> Tri:
    """Tell whether an event can change the paths: one that does is what the rule is made for."""
    if occasion.source not in {"push", "merge_request_event"} or occasion.is_tag:
        return Tri.YES
    if never:
        return Tri.NO
    patterns = [text_of(item) for item in items_of(node.get("paths") if isinstance(node, Map) else node)]
    return _tracked(patterns, occasion, absent=Tri.NO)


def _exists(node: Document | None, occasion: Occasion) -> Tri:
    if isinstance(node, Map) and node.get("project") is not None:
        return Tri.UNKNOWN
    patterns = [text_of(item) for item in items_of(node.get("paths") if isinstance(node, Map) else node)]
    return _tracked(patterns, occasion, absent=Tri.NO)


def _tracked(patterns: list[str], occasion: Occasion, *, absent: Tri) -> Tri:
    if any("$" in pattern for pattern in patterns):
        return Tri.UNKNOWN
    if not occasion.paths:
        return Tri.YES
    found = any(glob_matches(pattern, path) for pattern in patterns for path in occasion.paths)
    return Tri.YES if found else absent


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of File.fnmatch: `*` stays in a folder, `**/` goes down, `{a,b}` chooses."""
    pattern = re.sub(r"\*{3,}", "**", pattern.removeprefix("./").lstrip("/")[:300])
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\{[^{}]*\}|\[[^\]]+\])", pattern)
    done = []
    for at, part in enumerate(parts):
        if at % 2 == 0:
            done.append(re.escape(part))
        elif part.startswith("{"):
            done.append(
                "(?:"
                + "|".join(re.escape(one).replace(r"\*", "[^/]*") for one in part[1:-1].split(","))
                + ")"
            )
        elif part.startswith("["):
            done.append("[" + part[1:-1].replace("\\", "\\\\").replace("[", r"\[") + "]")
        else:
            done.append({"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}[part])
    try:
        return re.compile("".join(done))
    except re.error:
        return re.compile(re.escape(pattern))


def glob_matches(pattern: str, path: str) -> bool:
    """Tell whether a path fits a pattern of `changes`, `exists` or `include:local`."""
    if not any(sign in pattern for sign in "*?[{"):
        return path == pattern.removeprefix("./").lstrip("/")
    if pattern.count("*") > 12:
        return False
    return _glob(pattern).fullmatch(path) is not None


def _by_refs(job: Map, occasion: Occasion) -> Condition:
    """Return what `only` and `except` say; without them, branches and tags, or what `workflow: rules` lets in."""
    only, without = job.get("only"), job.get("except")
    line = _line(job, "only" if only is not None else "except")
    if only is None:
        admitted = Tri.YES if occasion.by_workflow or occasion.keywords & {"branches", "tags"} else Tri.NO
        if admitted is Tri.NO:
            return Condition(
                Tri.NO, "without rules the job is not part of merge request pipelines", "", job.line
            )
    else:
        admitted = all_of(_clauses(only, occasion, never=False))
    if without is not None:
        admitted = min(admitted, ~any_of(_clauses(without, occasion, never=True)))
    if admitted is Tri.YES:
        return ALWAYS
    if admitted is Tri.NO:
        return Condition(Tri.NO, "`only` and `except` leave the job out for this event", "", line)
    return Condition(
        Tri.UNKNOWN, "whether `only` and `except` admit the job cannot be told from the files", "", line
    )


def _clauses(node: Document, occasion: Occasion, *, never: bool) -> Iterator[Tri]:
    if not isinstance(node, Map):
        yield any_of(_ref(text_of(item), occasion, never=never) for item in items_of(node))
        return
    if node.get("refs") is not None:
        yield any_of(_ref(text_of(item), occasion, never=never) for item in items_of(node.get("refs")))
    elif not never:
        yield Tri.YES if occasion.keywords & {"branches", "tags"} else Tri.NO
    if node.get("variables") is not None:
        yield any_of(_holds(item, occasion, never=never) for item in items_of(node.get("variables")))
    if node.get("changes") is not None:
        yield _changed(node.get("changes"), occasion, never=never)
    if node.get("kubernetes") is not None:
        yield Tri.UNKNOWN


def _ref(text: str, occasion: Occasion, *, never: bool) -> Tri:
    if text in occasion.keywords:
        return Tri.YES
    name = text.partition("@")[0] if not text.startswith("/") else re.sub(r"@[\w./-]+$", "", text)
    if occasion.is_tag:
        # A pattern may be meant for tags; a plain name is a branch nearly always.
        return (Tri.NO if never else Tri.YES) if name.startswith("/") and _may_be_tag(name) else Tri.NO
    if "branches" not in occasion.keywords or name in _KEYWORDS:
        return Tri.NO
    if name.startswith("/"):
        return search(name, occasion.branch) if occasion.branch else Tri.UNKNOWN
    return Tri.YES if name == occasion.branch else Tri.NO


_KEYWORDS = frozenset({
    "api", "branches", "chat", "external", "external_pull_requests", "merge_requests", "pipelines", "pushes",
    "schedules", "tags", "triggers", "web",
})  # fmt: skip


def _may_be_tag(pattern: str) -> bool:
    return any(
        search(pattern, tag) is not Tri.NO for tag in ("v1.0.0", "1.0.0", "v1", "v1.0", "release-1.0.0")
    )
