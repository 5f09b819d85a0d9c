"""What `only` and `except` of a GitLab job say of an event."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops.domain.document import Document, Map, items_of, text_of
from mlops.domain.logic import Tri, all_of, any_of
from mlops.domain.pipeline import ALWAYS, Condition
from mlops.graph.ci.gitlab_expression import search
from mlops.graph.ci.gitlab_occasion import Occasion, changed, holds


def line_of(job: Map, name: str) -> int:
    """Return the line of a key of a job, or else of the job."""
    key = job.key(name)
    return key.line if key else job.line


def by_refs(job: Map, occasion: Occasion) -> Condition:
    """Return what `only` and `except` say; without them, branches and tags, or what `workflow: rules` lets in."""
    only, without = job.get("only"), job.get("except")
    line = line_of(job, "only" if only is not None else "except")
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
        yield any_of(holds(item, occasion, never=never) for item in items_of(node.get("variables")))
    if node.get("changes") is not None:
        yield changed(node.get("changes"), occasion, never=never)
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
