from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlops.domain.diagnostic import Problem
from mlops.errors import MlopsError
from mlops.tree import MAX_BYTES, FolderTree, GitTree, blob_id


def messages(tree):
    return {problem.path: problem.message for problem in tree.problems}


def test_index_and_untracked_as_they_lie_on_disk(repository):
    (repository / "a.py").write_text("three\n")
    (repository / "new.py").write_text("new\n")
    (repository / "ignored.txt").write_text("no\n")
    tree = FolderTree(str(repository))
    assert tree.paths() == [".gitignore", "a.py", "new.py", "sub/b.py"]
    assert tree.read("a.py") == b"three\n"
    assert tree.blob("a.py") == blob_id(b"three\n")
    assert tree.revision == ""
    assert tree.size("a.py") == 6
    assert not tree.problems


def test_a_folder_of_a_repository_shows_what_lies_below(repository):
    tree = FolderTree(str(repository / "sub"))
    assert tree.paths() == ["b.py"]
    assert tree.read("b.py") == b"b\n"
    assert GitTree(str(repository / "sub"), "HEAD").paths() == ["b.py"]


def test_a_folder_that_the_repository_around_it_ignores_is_walked(repository):
    (repository / ".gitignore").write_text("out/\n")
    (repository / "out").mkdir()
    (repository / "out" / "x.py").write_text("x\n")
    assert FolderTree(str(repository / "out")).paths() == ["x.py"]


def test_only_ignore_files_of_the_tree_count(repository):
    (repository / ".git" / "info" / "exclude").write_text("new.py\n")
    (repository / "new.py").write_text("new\n")
    assert "new.py" in FolderTree(str(repository)).paths()


def test_a_deleted_file_is_a_problem_when_read(repository):
    (repository / "a.py").unlink()
    tree = FolderTree(str(repository))
    assert "a.py" in tree.paths()
    assert tree.read("a.py") == Problem(0, "listed by git, but not on disk")
    assert tree.blob("a.py") is None
    assert tree.size("a.py") == -1


def test_sparse_checkout(repository, git_in):
    git_in(repository, "sparse-checkout", "set", "--no-cone", "/a.py")
    tree = FolderTree(str(repository))
    assert "sub/b.py" in tree.paths()
    assert tree.read("sub/b.py") == Problem(0, "not checked out (sparse checkout)")


def test_large_file_is_not_read(repository):
    with (repository / "big.csv").open("wb") as file:
        file.truncate(100_000_000)
    tree = FolderTree(str(repository))
    found = tree.read("big.csv")
    assert isinstance(found, Problem)
    assert "100,000,000 bytes" in found.message
    assert tree.size("big.csv") == 100_000_000
    with (repository / "fits.csv").open("wb") as file:
        file.truncate(MAX_BYTES)
    assert len(FolderTree(str(repository)).read("fits.csv")) == MAX_BYTES


def test_lfs_pointer(repository):
    (repository / "m.bin").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n")
    found = FolderTree(str(repository)).read("m.bin")
    assert isinstance(found, Problem)
    assert "LFS" in found.message


def test_links(tmp_path, repository, git_in):
    outside = tmp_path / "secret.txt"
    outside.write_text("secret\n")
    for name, target in {
        "inside.py": "a.py",
        "out.txt": str(outside),
        "up.txt": "../secret.txt",
        "loop1": "loop2",
        "loop2": "loop1",
        "gone.txt": "nothing",
        "folder": "sub",
        "self": ".",
        "config": ".git/config",
        "outfolder": "..",
    }.items():
        (repository / name).symlink_to(target)
    for tracked in (False, True):
        if tracked:
            git_in(repository, "add", ".")
        tree = FolderTree(str(repository))
        assert tree.paths() == [".gitignore", "a.py", "inside.py", "sub/b.py"]
        assert tree.read("inside.py") == b"two\n"
        said = messages(tree)
        for name in ("out.txt", "up.txt", "config", "outfolder"):
            assert "leads out" in said[name], name
        assert "circles" in said["loop1"]
        assert "nothing" in said["gone.txt"]
        assert "self" not in said
    git_in(repository, "commit", "-q", "-m", "links")
    tree = GitTree(str(repository), "HEAD")
    assert tree.paths() == [".gitignore", "a.py", "inside.py", "sub/b.py"]
    assert tree.read("inside.py") == b"two\n"
    said = messages(tree)
    assert "leads out" in said["out.txt"]
    assert "leads out" in said["up.txt"]
    assert "circles" in said["loop1"]


def test_a_tracked_folder_replaced_by_a_link_out_of_the_tree(tmp_path, repository):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "b.py").write_text("secret\n")
    (repository / "sub" / "b.py").unlink()
    (repository / "sub").rmdir()
    (repository / "sub").symlink_to("../other")
    found = FolderTree(str(repository)).read("sub/b.py")
    assert isinstance(found, Problem)
    assert "out of the folder" in found.message


def test_a_path_that_climbs_is_not_read(tmp_path, repository):
    (tmp_path / "secret.txt").write_text("secret\n")
    assert isinstance(FolderTree(str(repository)).read("../secret.txt"), Problem)


def test_a_pipe_does_not_block(repository):
    (repository / "a.py").unlink()
    os.mkfifo(repository / "a.py")
    tree = FolderTree(str(repository))
    assert "a.py" not in tree.paths()
    assert isinstance(tree.read("a.py"), Problem)


def test_unreadable_file_and_folder(repository, monkeypatch):
    real = os.open

    def refuse(path, flags, *rest, **more):
        if str(path).endswith("a.py'"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest, **more)

    tree = FolderTree(str(repository))
    monkeypatch.setattr(os, "open", refuse)
    assert tree.read("a.py") == Problem(0, "cannot be read: Permission denied")


def test_submodule_is_noted_and_not_read(repository, tmp_path, git_in):
    other = tmp_path / "other"
    other.mkdir()
    git_in(other, "init", "-q")
    (other / "x.py").write_text("x\n")
    git_in(other, "add", ".")
    git_in(other, "commit", "-q", "-m", "x")
    git_in(repository, "submodule", "--quiet", "add", str(other), "lib")
    git_in(repository, "commit", "-q", "-m", "sub")
    for tree in (FolderTree(str(repository)), GitTree(str(repository), "HEAD")):
        assert not [path for path in tree.paths() if path.startswith("lib")]
        assert messages(tree) == {"lib": "a submodule: not read"}


def test_a_repository_inside_is_left_out(repository, git_in):
    (repository / "inner").mkdir()
    git_in(repository / "inner", "init", "-q")
    (repository / "inner" / "x.py").write_text("x\n")
    assert not [path for path in FolderTree(str(repository)).paths() if "inner" in path]


def test_worktree_conflict_lists_a_file_once(repository, git_in):
    git_in(repository, "checkout", "-q", "-b", "side", "HEAD~1")
    (repository / "a.py").write_text("side\n")
    git_in(repository, "commit", "-q", "-am", "side")
    with contextlib.suppress(AssertionError):
        git_in(repository, "merge", "main")
    assert "<<<<" in (repository / "a.py").read_text()
    assert FolderTree(str(repository)).paths().count("a.py") == 1


def test_linked_worktree(repository, tmp_path, git_in):
    git_in(repository, "worktree", "add", "-q", str(tmp_path / "wt"), "HEAD~1")
    assert FolderTree(str(tmp_path / "wt")).read("a.py") == b"one\n"


def test_without_git_the_walk_honours_gitignore(tmp_path):
    for path, text in {
        ".gitignore": "*.log\n/build/\n!keep.log\n[bad\n",
        "a.py": "",
        "x.log": "",
        "keep.log": "",
        "build/out.py": "",
        "sub/.gitignore": "*.tmp\n!important.log\n",
        "sub/build/kept.py": "",
        "sub/a.tmp": "",
        "sub/important.log": "",
        ".hg/store": "",
        ".git2/x": "",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    tree = FolderTree(str(tmp_path))
    assert tree.paths() == [
        ".git2/x",
        ".gitignore",
        "a.py",
        "keep.log",
        "sub/.gitignore",
        "sub/build/kept.py",
        "sub/important.log",
    ]


def test_walk_follows_no_folder_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.py").write_text("")
    (tmp_path / "again").symlink_to("real")
    (tmp_path / "round").symlink_to(".")
    (tmp_path / "host").symlink_to("/etc")
    tree = FolderTree(str(tmp_path))
    assert tree.paths() == ["real/a.py"]
    assert "leads out" in messages(tree)["host"]


def test_empty_folder_and_missing_folder(tmp_path):
    assert FolderTree(str(tmp_path)).paths() == []
    with pytest.raises(MlopsError, match="not there"):
        FolderTree(str(tmp_path / "none"))
    (tmp_path / "file").write_text("")
    with pytest.raises(MlopsError, match="a file"):
        FolderTree(str(tmp_path / "file"))


def test_root_may_be_a_link(tmp_path, repository):
    (tmp_path / "link").symlink_to(repository)
    tree = FolderTree(str(tmp_path / "link"))
    assert tree.read("a.py") == b"two\n"


def test_a_broken_repository_is_walked(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("[core\n")
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / ".git" / "objects").mkdir()
    (tmp_path / ".git" / "refs").mkdir()
    (tmp_path / "a.py").write_text("")
    tree = FolderTree(str(tmp_path))
    assert tree.paths() == ["a.py"]
    assert tree.problems


def test_names_that_are_not_utf8(repository, git_in):
    name = os.fsdecode(b"caf\xe9 \n\t.py")
    (repository / name).write_text("x\n")
    git_in(repository, "add", ".")
    git_in(repository, "commit", "-q", "-m", "odd")
    for tree in (FolderTree(str(repository)), GitTree(str(repository), "HEAD")):
        assert name in tree.paths()
        assert tree.read(name) == b"x\n"


_NAMES = st.binary(min_size=1, max_size=20).filter(
    lambda raw: not set(raw) & set(b"/\0") and raw not in {b".", b".."}
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.sets(_NAMES, min_size=1, max_size=8))
def test_any_name_survives(tmp_path_factory, git_in, names):
    folder = tmp_path_factory.mktemp("names")
    names = {
        name
        for name in names
        if name.lower() not in {b".git", b".gitignore", b".hg", b".svn", b".jj", b".sl", b".bzr"}
    }
    for name in names:
        Path(os.fsdecode(bytes(os.fsencode(folder)) + b"/" + name)).write_bytes(name)
    expected = sorted(name.decode("utf-8", "surrogateescape") for name in names)
    walked = FolderTree(str(folder))
    assert list(walked.paths()) == expected
    git_in(folder, "init", "-q")
    git_in(folder, "add", "-A")
    git_in(folder, "commit", "-q", "--allow-empty", "-m", "x")
    for tree in (walked, FolderTree(str(folder)), GitTree(str(folder), "HEAD")):
        assert list(tree.paths()) == expected
        assert [tree.read(path) for path in tree.paths()] == [
            path.encode("utf-8", "surrogateescape") for path in tree.paths()
        ]
