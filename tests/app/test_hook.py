"""What a run by pre-commit or prek judges."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mlops.app.hook import Hook
from mlops.app.trees import open_trees
from mlops.cli.common import open_tree
from mlops.tree import FolderTree, GitTree, IndexTree
from tests.gate.histories import History


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A repository in which a hook runs, with what pre-commit sets."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("GIT_", "PRE_COMMIT")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PRE_COMMIT", "1")
    made = History(tmp_path / "repo", {"a.py": "one\n", "sub/b.py": "two\n"})
    monkeypatch.chdir(made.folder)
    return made


def test_outside_of_a_hook_there_is_none(work):
    assert Hook.started({}) is None
    assert Hook.started({"PRE_COMMIT": ""}) is None


def test_outside_of_a_repository_the_folder(tmp_path, work):
    (tmp_path / "plain").mkdir()
    assert Hook("HEAD").head(str(tmp_path / "plain")) is None
    assert isinstance(open_tree(tmp_path / "plain", None), FolderTree)


def test_before_a_push_two_revisions(work):
    told = {"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": "a", "PRE_COMMIT_TO_REF": "b", "GIT_INDEX_FILE": "x"}
    assert Hook.started(told) == Hook("a", "b")


def test_the_index_of_a_partial_commit_is_found_from_anywhere(work):
    told = {"PRE_COMMIT": "1", "GIT_INDEX_FILE": ".git/index.lock"}
    assert Hook.started(told) == Hook("HEAD", index=str(work.folder / ".git/index.lock"))


def test_idle_until_something_is_staged(work):
    folder = str(work.folder)
    hook = Hook("HEAD")
    assert hook.idle(folder)
    work.write({"a.py": "changed\n", "new.py": ""})
    assert hook.idle(folder)  # neither is staged
    work.git("add", "a.py")
    assert not hook.idle(folder)
    assert hook.idle(str(work.folder / "sub"))
    assert not Hook("HEAD", "HEAD").idle(folder)


def test_before_the_first_commit_nothing_is_idle(tmp_path, work):
    work.git("checkout", "-q", "--orphan", "fresh")
    assert not Hook("HEAD").idle(str(work.folder))


def test_the_index_is_what_is_judged(work):
    work.write({"a.py": "staged\n", "untracked.py": ""})
    work.git("add", "a.py")
    work.write({"a.py": "on disk\n"})
    work.git("rm", "-q", "--cached", "sub/b.py")
    for tree in (open_tree(Path(), None), open_trees(str(work.folder), None, None).head):
        assert isinstance(tree, IndexTree)
        assert list(tree.paths()) == ["a.py"]
        assert tree.read("a.py") == b"staged\n"
        assert tree.blob("a.py") == work.git("rev-parse", ":a.py")
    assert open_trees(str(work.folder), None, None).head_name == "what is staged"


def test_a_folder_below_the_top(work):
    work.write({"sub/b.py": "staged\n"})
    work.git("add", "-A")
    assert list(IndexTree(str(work.folder / "sub")).paths()) == ["b.py"]


def test_links_and_submodules_in_the_index(work):
    (work.folder / "link.py").symlink_to("a.py")
    (work.folder / "out.py").symlink_to("/etc/passwd")
    work.git("add", "-A")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{work.git('rev-parse', 'HEAD')},module")
    tree = IndexTree(str(work.folder))
    assert tree.read("link.py") == b"one\n"
    assert "out.py" not in tree.paths()
    assert {item.path for item in tree.problems} == {"out.py", "module"}


def test_what_is_named_wins(work):
    assert isinstance(open_tree(Path(), "HEAD"), GitTree)
    first = work.git("rev-parse", "HEAD")
    work.write({"a.py": "two\n"})
    work.commit()
    assert open_trees(str(work.folder), first, None).base_name == first


def test_before_a_push_both_commands_judge_what_is_pushed(work, monkeypatch):
    first = work.git("rev-parse", "HEAD")
    work.write({"a.py": "two\n"})
    pushed = work.commit()
    work.write({"a.py": "three\n"})
    work.commit()
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", first)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", pushed)
    trees = open_trees(str(work.folder), None, None)
    assert (trees.base.revision, trees.head.revision) == (first, pushed)
    assert open_tree(Path(), None).revision == pushed


def test_without_a_hook_the_folder(work, monkeypatch):
    monkeypatch.delenv("PRE_COMMIT")
    assert isinstance(open_tree(Path(), None), FolderTree)
    assert isinstance(open_trees(str(work.folder), "HEAD", None).head, FolderTree)
