"""An event as the rules of GitLab see it, and what single clauses (variables, changes, files) say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mlops.domain.document import Document, Map, Scalar, items_of, text_of
from mlops.domain.logic import Tri
from mlops.domain.record import dataclass, replace
from mlops.domain.regex import regex
from mlops.graph.ci.gitlab_expression import UNKNOWN, Value, evaluate, variables_in

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


def holds(node: Document, occasion: Occasion, *, never: bool = False) -> Tri:
    """Tell whether an expression on variables holds; `never` says that it takes the job away."""
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


def changed(node: Document | None, occasion: Occasion, *, never: bool = False) -> Tri:
    """Tell whether an event can change the paths: one that does is what the rule is made for."""
    if occasion.source not in {"push", "merge_request_event"} or occasion.is_tag:
        return Tri.YES
    if never:
        return Tri.NO
    patterns = [text_of(item) for item in items_of(node.get("paths") if isinstance(node, Map) else node)]
    return _tracked(patterns, occasion, absent=Tri.NO)


def existing(node: Document | None, occasion: Occasion) -> Tri:
    """Tell whether the repository has one of the files."""
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
