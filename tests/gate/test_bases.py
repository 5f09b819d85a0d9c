"""Where the base comes from: named, told by the platform, or the default branch; and what is said when there is none."""

from __future__ import annotations

import json
import subprocess

import pytest

from mlops.app import bases
from mlops.errors import MlopsError
from tests.gate.histories import History

ZERO = "0" * 40


@pytest.fixture
def origin(tmp_path):
    """A repository with main and a branch with a change."""
    made = History(tmp_path / "origin", {"a.py": "one\n"})
    made.branch()
    made.write({"a.py": "two\n"})
    made.commit("two")
    return made


@pytest.fixture
def clone(origin, tmp_path):
    """Clone as CI does: one branch, a depth."""

    def make(depth: int | None = None, branch: str = "work") -> str:
        folder = tmp_path / f"clone{depth}"
        options = ["-q", "--single-branch", "-b", branch, *([f"--depth={depth}"] if depth else [])]
        origin.git("clone", *options, f"file://{origin.folder}", str(folder))
        return str(folder)

    return make


def found(folder, environment, head="HEAD"):
    return bases.find(str(folder), None, head, environment)


def github(tmp_path, event, **more):
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path), **more}


def test_a_base_that_is_named(origin):
    base = bases.find(str(origin.folder), "main", "HEAD", {})
    assert base == bases.Base("main", origin.git("rev-parse", "main"))


def test_the_merge_base_and_not_the_tip(origin):
    old = origin.git("rev-parse", "main")
    origin.git("checkout", "-q", "main")
    origin.write({"b.py": "new\n"})
    origin.commit("main goes on")
    origin.git("checkout", "-q", "work")
    assert bases.find(str(origin.folder), "main", "HEAD", {}).commit == old


def test_github_pull_request(origin, tmp_path):
    origin.git("update-ref", "refs/remotes/origin/main", "main")
    event = {"pull_request": {"base": {"sha": origin.git("rev-parse", "main")}}}
    base = found(origin.folder, github(tmp_path, event, GITHUB_BASE_REF="main"))
    assert base.name == "origin/main"
    assert base.commit == origin.git("rev-parse", "main")


def test_github_pull_request_by_the_commit_where_the_branch_is_not_fetched(origin, tmp_path):
    main = origin.git("rev-parse", "main")
    event = {"pull_request": {"base": {"sha": main}}}
    assert found(origin.folder, github(tmp_path, event, GITHUB_BASE_REF="main")).commit == main


def test_github_merge_queue_and_push(origin, tmp_path):
    main = origin.git("rev-parse", "main")
    queue = github(tmp_path, {"merge_group": {"base_sha": main}}, GITHUB_EVENT_NAME="merge_group")
    assert found(origin.folder, queue).commit == main
    push = github(tmp_path, {"before": main}, GITHUB_EVENT_NAME="push")
    assert found(origin.folder, push).commit == main


def test_github_first_push_of_a_branch_takes_the_default_branch(origin, tmp_path):
    event = {"before": ZERO, "repository": {"default_branch": "main"}}
    base = found(origin.folder, github(tmp_path, event, GITHUB_EVENT_NAME="push"))
    assert base.commit == origin.git("rev-parse", "main")


@pytest.mark.parametrize("event", ["[]", "not json", '{"pull_request": 3}', ""])
def test_a_strange_event_is_no_event(origin, tmp_path, event):
    path = tmp_path / "event.json"
    path.write_text(event)
    base = found(origin.folder, {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(path)})
    assert base.name == "main"


def test_gitlab_merge_request(origin):
    main = origin.git("rev-parse", "main")
    environment = {"GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_DIFF_BASE_SHA": main}
    assert found(origin.folder, environment).commit == main
    origin.git("update-ref", "refs/remotes/origin/main", "main")
    environment = {
        "GITLAB_CI": "true",
        "CI_MERGE_REQUEST_IID": "1",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }
    assert found(origin.folder, environment).name == "origin/main"


def test_gitlab_push(origin):
    main = origin.git("rev-parse", "main")
    environment = {"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": main, "CI_COMMIT_BRANCH": "work"}
    assert found(origin.folder, environment).commit == main
    origin.git("update-ref", "refs/remotes/origin/main", "main")
    environment = {
        "GITLAB_CI": "true",
        "CI_COMMIT_BEFORE_SHA": ZERO,
        "CI_COMMIT_BRANCH": "work",
        "CI_DEFAULT_BRANCH": "main",
    }
    assert found(origin.folder, environment).name == "origin/main"


def test_azure(origin):
    origin.git("update-ref", "refs/remotes/origin/main", "main")
    environment = {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}
    assert found(origin.folder, environment).name == "origin/main"
    environment = {"TF_BUILD": "True", "BUILD_REASON": "IndividualCI"}
    assert found(origin.folder, environment).commit == origin.git("rev-parse", "HEAD~1")
    assert found(origin.folder, {"TF_BUILD": "True", "BUILD_REASON": "Schedule"}).name == "origin/main"


@pytest.mark.parametrize("branch", ["main", "master", "trunk"])
def test_the_default_branch(tmp_path, branch):
    made = History(tmp_path / "repo", {"a.py": "one\n"}, branch=branch)
    made.branch()
    assert found(made.folder, {}).name == branch


def test_the_default_branch_of_origin_first(origin, tmp_path):
    origin.git("update-ref", "refs/remotes/origin/develop", "main")
    origin.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/develop")
    assert found(origin.folder, {}).name == "origin/HEAD"


def test_no_default_branch(tmp_path):
    made = History(tmp_path / "repo", {"a.py": "one\n"}, branch="odd")
    with pytest.raises(MlopsError, match=r"mlops gate .* --base REF"):
        found(made.folder, {})


def test_before_the_first_commit_nothing_can_be_lost(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path / "new")], check=True)
    assert bases.find(str(tmp_path / "new"), "HEAD", "HEAD", {}) == bases.Base("nothing", "")


def test_no_repository(tmp_path):
    with pytest.raises(MlopsError, match="mlops lint"):
        found(tmp_path, {})


def test_an_unknown_revision_says_what_fetches_it(clone):
    with pytest.raises(MlopsError, match=r"fetch origin \+refs/heads/main:refs/remotes/origin/main"):
        bases.find(clone(), "origin/main", "HEAD", {})


def test_the_command_that_is_named_helps(origin, clone):
    """What the message says is run, and the gate finds its base."""
    folder = clone(depth=1)
    environment = {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}
    with pytest.raises(MlopsError, match="unshallow") as caught:
        found(folder, environment)
    command = str(caught.value).partition("`")[2].partition("`")[0]
    subprocess.run(["bash", "-ec", command], check=True, capture_output=True)
    assert found(folder, environment).commit == origin.git("rev-parse", "main")


def test_a_shallow_history_says_what_deepens_it(origin, clone):
    origin.git("checkout", "-q", "main")
    origin.write({"b.py": "new\n"})
    origin.commit("main goes on")
    folder = clone(depth=1)
    subprocess.run(
        [
            "git",
            "-C",
            folder,
            "fetch",
            "-q",
            "--depth=1",
            "origin",
            "+refs/heads/main:refs/remotes/origin/main",
        ],
        check=True,
    )
    with pytest.raises(MlopsError, match="unshallow"):
        bases.find(folder, "origin/main", "HEAD", {})


def test_a_depth_of_two_is_enough_for_a_merge_commit(origin, tmp_path):
    """What GitHub and Azure check out for a pull request: a merge commit, and its parents with a depth of 2."""
    origin.git("checkout", "-q", "-b", "merged", "main")
    origin.git("merge", "-q", "--no-ff", "-m", "merge", "work")
    folder = tmp_path / "shallow"
    origin.git(
        "clone",
        "-q",
        "--depth=2",
        "--no-single-branch",
        "-b",
        "merged",
        f"file://{origin.folder}",
        str(folder),
    )
    base = found(folder, {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"})
    assert base.commit == origin.git("rev-parse", "main")


def test_no_common_history(origin):
    origin.git("checkout", "-q", "--orphan", "other")
    origin.commit("alone")
    with pytest.raises(MlopsError, match="no common history"):
        bases.find(str(origin.folder), "main", "HEAD", {})


@pytest.mark.parametrize("name", ["-x", "--upload-pack=touch /tmp/x", "a\nb", ""])
def test_a_hostile_name_is_refused(origin, name):
    with pytest.raises(MlopsError, match="no revision"):
        bases.find(str(origin.folder), name, "HEAD", {})
