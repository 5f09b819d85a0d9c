"""What the `github` context of one event holds, as far as the files tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mlops.domain.logic import Tri
from mlops.domain.pipeline import CiConfig
from mlops.graph.ci.globs import is_literal, literal_prefix
from mlops.graph.ci.values import Choice, Object, Shape, Unknown, Value

#: Parts of `github.event` that only some events have; they are null for the others.
_OWN_PARTS: Mapping[str, tuple[str, ...]] = {
    "pull_request": (
        "pull_request",
        "pull_request_target",
        "pull_request_review",
        "pull_request_review_comment",
    ),
    "label": ("pull_request", "pull_request_target", "issues", "label", "discussion"),
    "inputs": ("workflow_dispatch",),
    "schedule": ("schedule",),
    "workflow_run": ("workflow_run",),
    "release": ("release",),
    "issue": ("issues", "issue_comment"),
    "comment": ("issue_comment", "commit_comment", "pull_request_review_comment", "discussion_comment"),
    "client_payload": ("repository_dispatch",),
    "head_commit": ("push",),
    "commits": ("push",),
    "merge_group": ("merge_group",),
    "deployment": ("deployment", "deployment_status"),
    "deployment_status": ("deployment_status",),
}
_WITHOUT_ACTION = frozenset({"push", "schedule", "workflow_dispatch", "create", "delete", "fork"})


def seldom_text(name: str) -> Unknown:
    """Return a text that is there, and of which conditions single out special cases (a bot, a marker)."""
    return Unknown(frozenset({name}), Tri.YES, rare=True)


def seldom(name: str) -> Unknown:
    """Return a flag that is false for ordinary events."""
    return Unknown(frozenset({name}), rare=True)


def one_of(texts: Iterable[str], *, synonyms: bool = False) -> Value:
    """Return a text of which the alternatives are known."""
    found = tuple(texts)
    if not found:
        return Unknown()
    return found[0] if len(found) == 1 else Choice(found, synonyms)


def default_ref(names: Sequence[str]) -> dict[str, Value]:
    """Return the ref of the default branch, whatever its name."""
    return {
        "ref": one_of((f"refs/heads/{name}" for name in names), synonyms=True),
        "ref_name": one_of(names, synonyms=True),
        "ref_type": "branch",
    }


def branch_ref(names: Sequence[str], default_branches: Sequence[str]) -> dict[str, Value]:
    """Return the ref of one of the branches, or of any but the default one where no names are given."""
    items: dict[str, Value] = {"ref_type": "branch"}
    if names:
        return items | {"ref": one_of(f"refs/heads/{name}" for name in names), "ref_name": one_of(names)}
    excluded = tuple(f"refs/heads/{name}" for name in default_branches)
    items["ref"] = Shape("refs/heads/", "", excluded, "github.ref")
    items["ref_name"] = Shape("", "", tuple(default_branches), "github.ref_name")
    return items


def tag_ref(patterns: Sequence[str]) -> dict[str, Value]:
    """Return the ref of a tag that a filter lets through."""
    if patterns and all(is_literal(pattern) for pattern in patterns):
        return {
            "ref": one_of(f"refs/tags/{name}" for name in patterns),
            "ref_name": one_of(patterns),
            "ref_type": "tag",
        }
    prefix = literal_prefix(patterns[0]) if len(patterns) == 1 else ""
    return {
        "ref": Shape(f"refs/tags/{prefix}", "", (), "github.ref"),
        "ref_name": Shape(prefix, "", (), "github.ref_name"),
        "ref_type": "tag",
    }


def pull_request_ref(base: Value, bases: Sequence[str], *, target: bool) -> dict[str, Value]:
    """Return the refs of a pull request; with `target` the workflow runs on the base branch."""
    items: dict[str, Value] = {"base_ref": base, "head_ref": seldom_text("github.head_ref")}
    if target:
        return {**default_ref(bases), **items} if bases else items
    merge = Shape("refs/pull/", "/merge", (), "github.ref")
    return {
        "ref": merge,
        "ref_name": Shape("", "/merge", (), "github.ref_name"),
        "ref_type": "branch",
        **items,
    }


def pull_request_object(base: Value, merged: Value, config: CiConfig) -> Object:
    """Return `github.event.pull_request` of an ordinary pull request, which is no draft and from no fork."""
    path = "github.event.pull_request"
    repo = Object({"fork": seldom(f"{path}.head.repo.fork"), "full_name": _repository(config)}, Unknown())
    return Object(
        {
            "draft": seldom(f"{path}.draft"),
            "merged": merged,
            "labels": seldom(f"{path}.labels"),
            "title": seldom_text(f"{path}.title"),
            "body": seldom_text(f"{path}.body"),
            "user": Object({"login": seldom_text(f"{path}.user.login")}, Unknown()),
            "head": Object({"repo": repo, "ref": seldom_text(f"{path}.head.ref")}, Unknown()),
            "base": Object(
                {"ref": base, "repo": Object({"full_name": _repository(config)}, Unknown())}, Unknown()
            ),
        },
        Unknown(),
    )


def _repository(config: CiConfig) -> Value:
    return config.repository or Shape(name="github.repository")


def event_object(
    name: str, github: Mapping[str, Value], items: Mapping[str, Value], config: CiConfig
) -> Object:
    """Return `github.event` of one event."""
    event: dict[str, Value] = {part: None for part, owners in _OWN_PARTS.items() if name not in owners}
    if name in _WITHOUT_ACTION:
        event["action"] = None
    if name == "push":
        event["head_commit"] = Object(
            {
                "message": seldom_text("github.event.head_commit.message"),
                "author": Object(rest=seldom_text("github.event.head_commit.author")),
            },
            Unknown(),
        )
        event |= {
            "deleted": False,
            "forced": seldom("github.event.forced"),
            "ref": github.get("ref", Unknown()),
        }
    event["repository"] = Object(
        {
            "default_branch": one_of(config.default_branches, synonyms=True),
            "fork": False,
            "full_name": _repository(config),
        },
        Unknown(),
    )
    event["sender"] = Object(rest=seldom_text("github.event.sender"))
    return Object({**event, **items}, Unknown())


def github_object(name: str, items: Mapping[str, Value], event: Object, config: CiConfig) -> Object:
    """Return the `github` context of one event."""
    owner = config.repository.partition("/")[0]
    known: dict[str, Value] = {
        "event_name": name,
        "event": event,
        "base_ref": "",
        "head_ref": "",
        "repository": _repository(config),
        "repository_owner": owner or Unknown(frozenset({"github.repository_owner"})),
        "actor": seldom_text("github.actor"),
        "triggering_actor": seldom_text("github.triggering_actor"),
        "workspace": ".",
    }
    return Object({**known, **items}, Unknown())
