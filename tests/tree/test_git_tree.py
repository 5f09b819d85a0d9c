from __future__ import annotations

import pytest

from mlops import git
from mlops.domain.diagnostic import Problem
from mlops.errors import MlopsError
from mlops.tree import MAX_BYTES, FolderTree, GitTree


def test_reads_the_commit_and_not_the_disk(repository):
    (repository / "a.py").write_text("three\n")
    tree = GitTree(str(repository), "HEAD~1")
    assert tree.paths() == [".gitignore", "a.py"]
    assert tree.read("a.py") == b"one\n"
    assert tree.size("a.py") == 4
    assert tree.blob("a.py") == "5626abf0f72e58d7a153368ba57db4c673c0e171"
    assert isinstance(tree.read("sub/b.py"), Problem)
    assert tree.revision == git.rev_parse(str(repository), "HEAD~1")
    tree.close()
    assert tree.read(".gitignore") == b"ignored.txt\n"


def test_bare_repository(repository, tmp_path, git_in):
    git_in(tmp_path, "clone", "-q", "--bare", str(repository), "bare.git")
    bare = str(tmp_path / "bare.git")
    assert GitTree(bare, "main").read("a.py") == b"two\n"
    assert git.is_bare(bare)
    assert git.find_root(bare) == bare
    with pytest.raises(MlopsError, match="--rev"):
        FolderTree(bare)


def test_large_blob_is_skipped_and_the_next_is_right(repository, git_in):
    with (repository / "0big").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    git_in(repository, "add", ".")
    git_in(repository, "commit", "-q", "-m", "big")
    tree = GitTree(str(repository), "HEAD")
    found = tree.read("0big")
    assert isinstance(found, Problem)
    assert tree.size("0big") == MAX_BYTES + 1
    assert tree.read("a.py") == b"two\n"


def test_missing_object(repository):
    blob = GitTree(str(repository), "HEAD").blob("a.py")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    tree = GitTree(str(repository), "HEAD")
    found = tree.read("a.py")
    assert isinstance(found, Problem)
    assert "not in this clone" in found.message
    assert tree.read("sub/b.py") == b"b\n"


def test_a_process_that_was_stopped_is_replaced(repository):
    tree = GitTree(str(repository), "HEAD")
    assert tree.read("a.py") == b"two\n"
    process = tree._blobs._process  # noqa: SLF001  # what an out-of-memory killer would hit
    process.kill()
    process.wait()
    assert tree.read("sub/b.py") == b"b\n"


def test_replaced_objects_do_not_count(repository, git_in):
    (repository / "a.py").write_text("fake\n")
    fake = git_in(repository, "hash-object", "-w", "a.py")
    git_in(repository, "replace", GitTree(str(repository), "HEAD").blob("a.py"), fake)
    assert GitTree(str(repository), "HEAD").read("a.py") == b"two\n"


@pytest.mark.parametrize("revision", ["", "-x", "--output=x", "a\nb", "none", "HEAD:a.py", "0" * 40])
def test_what_is_no_revision(repository, revision):
    with pytest.raises(MlopsError):
        GitTree(str(repository), revision)
    assert not (repository / "x").exists()


def test_no_repository_and_no_commit(tmp_path, git_in):
    with pytest.raises(MlopsError, match="not in a git repository"):
        GitTree(str(tmp_path), "HEAD")
    git_in(tmp_path, "init", "-q")
    with pytest.raises(MlopsError, match="not in this clone"):
        GitTree(str(tmp_path), "HEAD")
    with pytest.raises(MlopsError):
        GitTree(str(tmp_path / "none"), "HEAD")
