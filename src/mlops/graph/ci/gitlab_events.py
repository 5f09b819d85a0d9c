"""The events of GitLab pipelines and the variables that each gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mlops.domain.document import Map, Scalar, walk
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.graph.ci.gitlab_expression import SET, UNKNOWN, Not, Value
from mlops.graph.ci.gitlab_occasion import Occasion

_MERGE_REQUEST = (
    "CI_MERGE_REQUEST_ID", "CI_MERGE_REQUEST_IID", "CI_MERGE_REQUEST_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_PATH",
    "CI_MERGE_REQUEST_REF_PATH", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_MERGE_REQUEST_TITLE",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_MERGE_REQUEST_LABELS", "CI_MERGE_REQUEST_DRAFT", "CI_MERGE_REQUEST_EVENT_TYPE",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "CI_MERGE_REQUEST_APPROVED",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """An event that a configuration may answer to."""

    kind: str
    label: str
    occasion: Occasion
    origin: str = "native"
    #: Whether to leave the run out unless some rule names its source.
    named_only: bool = False


#: What `only` and `except` may name besides branches.
REF_WORDS = frozenset(
    [
        "branches",
        "tags",
        "merge_requests",
        "external_pull_requests",
        "pushes",
        "schedules",
        "web",
        "api",
        "triggers",
        "pipelines",
        "external",
        "chat",
        "parent_pipelines",
        "kubernetes",
        "active",
        "variables",
    ]
)


def kinds(
    branch: str,
    branches: tuple[str, ...],
    paths: tuple[str, ...],
    repository: str,
    named: tuple[str, ...] = (),
) -> Iterator[Kind]:
    """Yield the events in the order of the report; `repository` is its own path, "" where not known.

    `named` are the branches besides the default one that the files speak of.
    """

    def occasion(
        source: str, words: str, more: Mapping[str, Value], name: str, *, is_tag: bool = False
    ) -> Occasion:
        variables = {**_common(source, branch), **_project(repository), **more}
        return Occasion(source, variables, frozenset(words.split()), name, is_tag, paths)

    on_branch: Mapping[str, Value] = {
        "CI_COMMIT_BRANCH": branch,
        "CI_COMMIT_REF_NAME": branch,
        "CI_COMMIT_TAG": None,
    }
    elsewhere: Mapping[str, Value] = {
        "CI_COMMIT_BRANCH": Not(branches),
        "CI_COMMIT_REF_NAME": Not(branches),
        "CI_COMMIT_TAG": None,
        "CI_OPEN_MERGE_REQUESTS": UNKNOWN,
    }
    yield Kind("push", f"push to {branch}", occasion("push", "branches pushes", on_branch, branch))
    for name in named:
        there: Mapping[str, Value] = {**elsewhere, "CI_COMMIT_BRANCH": name, "CI_COMMIT_REF_NAME": name}
        yield Kind("branch", f"push to {name}", occasion("push", "branches pushes", there, name))
    yield Kind("branch", "push to another branch", occasion("push", "branches pushes", elsewhere, ""))
    yield Kind(
        "pull_request",
        f"merge request to {branch}",
        occasion("merge_request_event", "merge_requests", _merge_request(branch, branches), ""),
    )
    tag: Mapping[str, Value] = {"CI_COMMIT_TAG": SET, "CI_COMMIT_BRANCH": None, "CI_COMMIT_REF_NAME": SET}
    yield Kind("tag", "tag", occasion("push", "tags pushes", tag, "", is_tag=True))
    schedule = occasion("schedule", "schedules branches", on_branch, branch)
    yield Kind("schedule", "pipeline schedule", schedule, "outside", named_only=True)
    for source, word in (("api", "api"), ("trigger", "triggers"), ("pipeline", "pipelines")):
        label = {"pipeline": "a pipeline of another project", "api": "the API"}.get(source, "a trigger token")
        found = occasion(source, f"{word} branches", on_branch, branch)
        yield Kind("signal", f"started by {label}", found, named_only=True)
    yield Kind(
        "manual", "started by hand", occasion("web", "web branches", on_branch, branch), named_only=True
    )


def _common(source: str, branch: str) -> dict[str, Value]:
    return {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": source,
        "CI_DEFAULT_BRANCH": branch,
        "CI_OPEN_MERGE_REQUESTS": None,
        "CI_COMMIT_SHA": SET,
        "CI_COMMIT_SHORT_SHA": SET,
        "CI_SERVER_HOST": SET,
        **dict.fromkeys(_MERGE_REQUEST),
    }


def _project(repository: str) -> dict[str, Value]:
    if not repository:
        return dict.fromkeys(("CI_PROJECT_PATH", "CI_PROJECT_NAMESPACE", "CI_PROJECT_NAME"), SET)
    namespace, _, name = repository.rpartition("/")
    return {"CI_PROJECT_PATH": repository, "CI_PROJECT_NAMESPACE": namespace, "CI_PROJECT_NAME": name}


def _merge_request(branch: str, branches: tuple[str, ...]) -> dict[str, Value]:
    return {
        **dict.fromkeys(_MERGE_REQUEST, SET),
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": branch,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": Not(branches),
        "CI_MERGE_REQUEST_LABELS": UNKNOWN,
        "CI_MERGE_REQUEST_DRAFT": UNKNOWN,
        "CI_MERGE_REQUEST_APPROVED": UNKNOWN,
        "CI_COMMIT_BRANCH": None,
        "CI_COMMIT_TAG": None,
        "CI_COMMIT_REF_NAME": Not(branches),
        "CI_OPEN_MERGE_REQUESTS": SET,
    }


_SOURCE_WORDS = {
    "schedule": ("schedule", "schedules"),
    "api": ("api",),
    "trigger": ("trigger", "triggers"),
    "pipeline": ("pipeline", "pipelines"),
    "web": ("web",),
}


#: A variable that a schedule sets, by its name.
_OF_A_SCHEDULE = regex(r"\$\{?(?!CI_)\w*SCHEDULED?(?:_\w+)?\b")


def names_source(config: Map, source: str) -> bool:
    """Return whether some rule admits a source by name: the file prepares for it."""
    words = _SOURCE_WORDS[source]
    quoted = re.compile(r"\$CI_PIPELINE_SOURCE\s*(?:==|=~)\s*[\"'/].*?\b(?:" + "|".join(words) + r")\b")
    for keys, node in walk(config):
        if not isinstance(node, Scalar) or "except" in keys:
            continue
        if "only" in keys and keys[-1] == "*" and node.text in words:
            return True
        if keys[-1:] == ("only",) and node.text in words:
            return True
        if keys[-1:] != ("if",) or "rules" not in keys:
            continue
        if quoted.search(node.text) or (source == "schedule" and _OF_A_SCHEDULE.search(node.text)):
            return True
    return False
