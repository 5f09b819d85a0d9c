from __future__ import annotations

import time

import pytest

from mlops.domain.diagnostic import Problem
from mlops.tree import MAX_BYTES, Filtered, MemoryTree, blob_id


def test_memory_tree():
    tree = MemoryTree({"b.py": "x\n", "a.bin": b"\0"})
    assert tree.paths() == ["a.bin", "b.py"]
    assert tree.read("b.py") == b"x\n"
    assert tree.blob("b.py") == blob_id(b"x\n") == "587be6b4c3f93f93c489c0111bba5596147a26cb"
    assert (tree.size("a.bin"), tree.size("none")) == (1, -1)
    assert isinstance(tree.read("none"), Problem)
    assert tree.blob("none") is None
    assert isinstance(MemoryTree({"big": b"x" * (MAX_BYTES + 1)}).read("big"), Problem)


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        ([], ["a.py", "docs/a.md", "src/docs/b.py", "x.log"]),
        (["docs/"], ["a.py", "x.log"]),
        (["/docs/"], ["a.py", "src/docs/b.py", "x.log"]),
        (["*.py", "!a.py"], ["a.py", "docs/a.md", "x.log"]),
        (["# a comment", ""], ["a.py", "docs/a.md", "src/docs/b.py", "x.log"]),
        (["**/b.py"], ["a.py", "docs/a.md", "x.log"]),
    ],
)
def test_filtered(patterns, left):
    tree = Filtered(MemoryTree(dict.fromkeys(["a.py", "docs/a.md", "src/docs/b.py", "x.log"], "1")), patterns)
    assert tree.paths() == left
    assert tree.read("a.py") == b"1"
    assert tree.blob("a.py") == blob_id(b"1")
    assert tree.size("a.py") == 1
    assert not tree.problems


def test_a_costly_or_broken_pattern_is_left_out_and_told():
    name = "a" * 250 + "c"
    start = time.perf_counter()
    tree = Filtered(MemoryTree({name: ""}), ["*a" * 30 + "b", "!", "*c"])
    assert tree.paths() == []
    assert time.perf_counter() - start < 1
    assert "too many wildcards" in tree.problems[0].message
