"""The base that a change is compared with: named, told by the CI platform, or the default branch."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mlops import git
from mlops.domain.record import dataclass
from mlops.errors import MlopsError

#: What a push event names where there was nothing before.
_NOTHING = "0" * 40
#: No event payload comes near.
_MAX_EVENT = 20_000_000
_DEFAULT = (
    "refs/remotes/origin/HEAD",
    "origin/main", "main",
    "origin/master", "master",
    "origin/trunk", "trunk",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Base:
    """The commit to compare with, and its name for people; commit "" is the empty tree before the first commit."""

    name: str
    commit: str


def find(path: str, base: str | None, head: str, environment: Mapping[str, str] | None = None) -> Base:
    """Return the merge base of a head with the base named, or with the one that the platform tells.

    Raises MlopsError with the command that helps for an unknown revision, a shallow history or none in common.
    """
    try:
        tip = git.rev_parse(path, head)
    except MlopsError:
        if git.find_root(path) is None:
            raise MlopsError(
                f"{path} is not in a git repository, so there is nothing to compare with: run `mlops lint {path}`, "
                "or give --baseline FILE."
            ) from None
        if head == "HEAD" and not git.has_commits(path):
            return Base("nothing", "")  # before the first commit nothing can be lost
        raise
    if base is not None:
        return Base(base, tip) if base == head else _parted(path, base, base, tip)
    told = list(_told(os.environ if environment is None else environment))
    for name in (*told, *(() if told else _DEFAULT)):
        if _known(path, name):
            return _parted(path, name, name.removeprefix("refs/remotes/"), tip)
    if told:
        git.rev_parse(path, told[0])  # raises, with the command that brings it
    raise MlopsError(
        f"{path} has no branch main, master or trunk to compare with: name one, as in `mlops gate {path} --base REF`."
    )


def _parted(path: str, revision: str, name: str, tip: str) -> Base:
    other = git.rev_parse(path, revision)
    return Base(name, tip if other == tip else git.merge_base(path, other, tip))


def _known(path: str, revision: str) -> bool:
    try:
        git.rev_parse(path, revision)
    except MlopsError:
        return False
    return True


def _told(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the revisions that the platform names, the best first; nothing outside of CI."""
    if environment.get("GITHUB_ACTIONS"):
        yield from _github(environment)
    elif environment.get("GITLAB_CI"):
        yield from _gitlab(environment)
    elif environment.get("TF_BUILD"):
        yield from _azure(environment)


def _github(environment: Mapping[str, str]) -> Iterator[str]:
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    branch = environment.get("GITHUB_BASE_REF", "")
    if branch:
        yield f"refs/remotes/origin/{branch}"
    for keys in (("pull_request", "base", "sha"), ("merge_group", "base_sha"), ("before",)):
        yield from _commit(_text(event, *keys))
    if not branch and environment.get("GITHUB_EVENT_NAME") not in {"push", "merge_group"}:
        yield from _branch(_text(event, "repository", "default_branch"))


def _gitlab(environment: Mapping[str, str]) -> Iterator[str]:
    yield from _commit(environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", ""))
    yield from _commit(environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""))
    yield from _branch(environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""))
    if not environment.get("CI_MERGE_REQUEST_IID"):
        yield from _commit(environment.get("CI_COMMIT_BEFORE_SHA", ""))
        if environment.get("CI_COMMIT_BRANCH") != environment.get("CI_DEFAULT_BRANCH"):
            yield from _branch(environment.get("CI_DEFAULT_BRANCH", ""))


def _azure(environment: Mapping[str, str]) -> Iterator[str]:
    target = environment.get("SYSTEM_PULLREQUEST_TARGETBRANCH", "")
    yield from _branch(target.removeprefix("refs/heads/"))
    if not target and environment.get("BUILD_REASON") in {"IndividualCI", "BatchedCI"}:
        # A push names no commit before it; the parent of a commit on a branch is always there or a depth of 2 away.
        yield "HEAD~1"


def _branch(name: str) -> Iterator[str]:
    if name:
        yield f"refs/remotes/origin/{name}"


def _commit(text: str) -> Iterator[str]:
    if text and text != _NOTHING:
        yield text


def _event(path: str) -> Any:
    if not path:
        return {}
    try:
        file = Path(path)
        return json.loads(file.read_bytes()) if file.stat().st_size <= _MAX_EVENT else {}
    except (OSError, ValueError):
        return {}


def _text(event: Any, *keys: str) -> str:
    for key in keys:
        event = event.get(key) if isinstance(event, dict) else None
    return event if isinstance(event, str) else ""
