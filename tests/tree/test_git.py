from __future__ import annotations

import os
import time

import pytest

from mlops import git
from mlops.errors import MlopsError
from mlops.git import blobs, process
from mlops.tree import FolderTree, GitTree


@pytest.fixture
def trap(tmp_path):
    """Make a program that leaves a file behind when it runs."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    program.chmod(0o755)
    return program


def everything(folder):
    tree = FolderTree(str(folder))
    for path in tree.paths():
        tree.read(path), tree.blob(path)
    for revision in ("HEAD", "HEAD~1"):
        old = GitTree(str(folder), revision)
        for path in old.paths():
            old.read(path)
    one, two = git.rev_parse(str(folder), "HEAD~1"), git.rev_parse(str(folder), "HEAD")
    git.merge_base(str(folder), one, two)
    git.changed_paths(str(folder), one, two)
    git.is_shallow(str(folder)), git.is_bare(str(folder))
    return tree


def test_no_program_of_the_repository_runs(repository, git_in, trap):
    (repository / ".gitattributes").write_text("* filter=evil diff=evil text=auto\n")
    git_in(repository, "add", ".")
    git_in(repository, "commit", "-q", "-m", "attributes")
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.askPass",
        "core.editor",
        "core.gitProxy",
        "diff.external",
        "diff.evil.textconv",
        "diff.evil.command",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "core.alternateRefsCommand",
    ):
        git_in(repository, "config", key, str(trap))
    git_in(repository, "config", "alias.ls-files", f"!{trap}")
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman"):
        (hooks / hook).write_text(trap.read_text())
        (hooks / hook).chmod(0o755)
    now = time.time()
    os.utime(repository / "a.py", (now + 5, now + 5))  # as young as the index: git would compare contents
    everything(repository)
    assert not (trap.parent / "sprung").exists()


def test_the_trap_works(repository, git_in, trap):
    git_in(repository, "config", "core.fsmonitor", str(trap))
    git_in(repository, "ls-files", "-o")
    assert (trap.parent / "sprung").exists()


def test_a_partial_clone_does_not_dial_out(repository, tmp_path, git_in, trap):
    git_in(repository, "config", "uploadpack.allowFilter", "true")
    git_in(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository}", "partial")
    partial = tmp_path / "partial"
    git_in(partial, "config", "remote.origin.uploadpack", str(trap))
    tree = GitTree(str(partial), "HEAD")
    for path in tree.paths():
        assert "partial clone" in tree.read(path).message
    git_in(partial, "config", "remote.origin.url", f"ext::{trap}")
    git_in(partial, "config", "protocol.ext.allow", "always")
    tree = GitTree(str(partial), "HEAD")
    assert "partial clone" in tree.read("a.py").message
    assert not (trap.parent / "sprung").exists()


def test_environment_of_the_caller_is_left_out(repository, tmp_path, monkeypatch, trap):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(trap))
    assert everything(repository).paths() == [".gitignore", "a.py", "sub/b.py"]
    assert not (tmp_path / "trace").exists()
    assert not (tmp_path / "sprung").exists()


def test_the_index_is_not_rewritten(repository):
    os.utime(repository / "a.py", (1, 1))
    before = (repository / ".git" / "index").read_bytes()
    everything(repository)
    assert (repository / ".git" / "index").read_bytes() == before
    assert not (repository / ".git" / "index.lock").exists()


def test_worktree_that_points_elsewhere(repository, tmp_path, git_in):
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "secret.py").write_text("secret\n")
    git_in(repository, "config", "core.worktree", str(tmp_path / "host"))
    assert "secret.py" not in FolderTree(str(repository)).paths()
    assert "a.py" in FolderTree(str(repository)).paths()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else(repository):
    for folder, _, names in os.walk(repository):
        for name in (*names, "."):
            os.chown(os.path.join(folder, name), 12345, 12345)  # noqa: PTH118
    assert everything(repository).paths() == [".gitignore", "a.py", "sub/b.py"]


def test_shallow_clone_tells_the_remedy(repository, tmp_path, git_in):
    git_in(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    shallow = str(tmp_path / "shallow")
    assert git.is_shallow(shallow)
    assert GitTree(shallow, "HEAD").read("a.py") == b"two\n"
    with pytest.raises(MlopsError, match="fetch --unshallow"):
        git.rev_parse(shallow, "HEAD~1")
    with pytest.raises(MlopsError, match=r"fetch origin \+refs/heads/feature:refs/remotes/origin/feature"):
        git.rev_parse(str(repository), "origin/feature")


def test_merge_base_and_changed_paths(repository, git_in):
    base = git.rev_parse(str(repository), "HEAD~1")
    head = git.rev_parse(str(repository), "main")
    assert git.merge_base(str(repository), base, head) == base
    assert git.changed_paths(str(repository), base, head) == ("a.py", "sub/b.py")
    git_in(repository, "checkout", "-q", "--orphan", "apart")
    git_in(repository, "commit", "-q", "-m", "apart")
    with pytest.raises(MlopsError, match="no common history"):
        git.merge_base(str(repository), git.rev_parse(str(repository), "apart"), head)


def test_find_root(repository, tmp_path):
    assert git.find_root(str(repository / "sub")) == str(repository)
    assert git.find_root(str(tmp_path)) is None
    assert git.find_root(str(repository / ".git")) is None


def test_without_git(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert git.find_root(str(repository)) is None
    assert FolderTree(str(repository)).paths() == [".gitignore", "a.py", "sub/b.py"]
    with pytest.raises(MlopsError, match="git is not installed"):
        GitTree(str(repository), "HEAD")


def test_a_git_that_hangs(repository, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setattr(process, "TIMEOUT", 0.3)
    monkeypatch.setattr(blobs, "TIMEOUT", 0.3)
    with git.Blobs(str(repository)) as reader:
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
        assert reader.read("0" * 40, 10) == (-1, b"")
    with pytest.raises(MlopsError, match="took over"):
        git.is_bare(str(repository))
