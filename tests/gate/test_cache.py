"""The cache changes nothing but the time."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops.app import codec
from mlops.app.cache import Results, Stamps, opened, state
from mlops.app.facts_cache import FactsCache
from mlops.app.kept import gate, lint
from mlops.app.keys import gate_key, lint_key
from mlops.app.reading import Begun
from mlops.app.shared import Shared
from mlops.app.trees import Asked, open_trees
from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.facts import FileFacts
from mlops.facts.registry import read, reader_key
from mlops.tree import FolderTree, GitTree, MemoryTree, blob_id
from tests.gate.histories import TODAY
from tests.gate.layouts import LAYOUTS

SOURCE = LAYOUTS["github"]["src/churn/train.py"].encode()


def everything() -> dict[str, str]:
    return {path: text for layout in LAYOUTS.values() for path, text in layout.items()}


@pytest.mark.parametrize("path", sorted(everything()))
def test_facts_survive_the_codec(path):
    facts = read(path, everything()[path].encode())
    assert codec.loads(FileFacts, codec.dumps(facts)) == facts


def test_a_judgement_survives_the_codec(history):
    work = history("github")
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    comparison = work.gate()
    assert codec.loads(Comparison, codec.dumps(comparison)) == comparison
    assert codec.loads(Assessment, codec.dumps(comparison.head)) == comparison.head


@settings(max_examples=60)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
))  # fmt: skip
def test_anything_else_is_a_value_error_or_harmless(value):
    import json  # noqa: PLC0415

    try:
        codec.loads(FileFacts, json.dumps(value).encode())
    except ValueError:
        return


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'["python", [[1, 2]], 3]', b"null"]
)
def test_a_broken_entry_is_a_miss(content):
    with pytest.raises(ValueError):
        codec.loads(FileFacts, content)


def judged(work, cache):
    tree = FolderTree(str(work.folder), cache.stamps(str(work.folder)) if cache else None)
    asked = Asked(today=TODAY)
    return lint(tree, asked, cache, lint_key(tree, asked, cache))[0]


def gated(work, cache):
    trees = open_trees(str(work.folder), "main", None, cache.stamps(str(work.folder)) if cache else None)
    asked = Asked(today=TODAY)
    return gate(str(work.folder), trees, asked, cache, gate_key(str(work.folder), trees, asked, cache))[0]


@pytest.mark.parametrize("run", [judged, gated])
def test_the_same_results_with_and_without(history, run):
    """First without, then with an empty cache, with kept facts and a changed tree, and with a kept result."""
    work = history("github")
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    age(work.folder)
    plain = run(work, None)
    for _ in range(3):
        with opened(wanted=True) as cache:
            assert run(work, cache) == plain
    work.edit("Makefile", "|| true", "|| exit 0")
    plain = run(work, None)
    with opened(wanted=True) as cache:
        assert run(work, cache) == plain


def age(folder: Path) -> None:
    """Make all files older than the cache's caution."""
    for place in folder.rglob("*"):
        if place.is_file() and ".git" not in place.parts:
            os.utime(place, (1_700_000_000, 1_700_000_000))


def test_a_known_tree_is_not_read_again(history, monkeypatch):
    work = history("github")
    with opened(wanted=True) as cache:
        first = judged(work, cache)
    monkeypatch.setattr("mlops.app.lint.link", lambda *_: pytest.fail("linked again"))
    with opened(wanted=True) as cache:
        assert judged(work, cache) == first


def test_known_facts_are_not_read_again(history, monkeypatch):
    work = history("github")
    with opened(wanted=True) as cache:
        judged(work, cache)
    read_paths = []
    monkeypatch.setattr(
        "mlops.app.reading.read", lambda path, source: read_paths.append(path) or read(path, source)
    )
    work.edit("README.md", "# Churn\n", "# Churn!\n")
    work.edit("src/churn/train.py", "log_param", "log_params")
    with opened(wanted=True) as cache:
        judged(work, cache)
    assert set(read_paths) <= {"README.md", "src/churn/train.py"}
    assert "src/churn/train.py" in read_paths


def test_no_cache_touches_nothing(history, tmp_path):
    with opened(wanted=False) as cache:
        judged(history("github"), cache)
    assert not (tmp_path / "cache" / "facts.sqlite3").exists()
    assert not (tmp_path / "cache" / "results").exists()


def test_a_cache_that_cannot_be_written_is_none(history, tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("no folder")
    monkeypatch.setenv("MLOPS_CACHE_DIR", str(file))
    work = history("github")
    with opened(wanted=True) as cache:
        assert judged(work, cache) == judged(work, None)


@pytest.mark.parametrize("junk", [b"", b"junk" * 1000, b"SQLite format 3\0" + b"x" * 4096])
def test_a_broken_database_is_made_anew(tmp_path, junk):
    (tmp_path / "facts.sqlite3").write_bytes(junk)
    cache = FactsCache(tmp_path)
    assert cache.get(blob_id(SOURCE), ".py") is None
    facts = read("a.py", SOURCE)
    cache.put(blob_id(SOURCE), ".py", facts)
    cache.close()
    again = FactsCache(tmp_path)
    assert again.get(blob_id(SOURCE), ".py") == facts
    again.close()


def test_a_locked_database_is_waited_for_no_longer_than_it_should(tmp_path, monkeypatch):
    monkeypatch.setattr("mlops.app.facts_cache._WAIT", 0.05)
    cache = FactsCache(tmp_path)
    cache.put(blob_id(SOURCE), ".py", read("a.py", SOURCE))
    cache.close()
    holder = sqlite3.connect(tmp_path / "facts.sqlite3")
    holder.execute("BEGIN EXCLUSIVE")
    locked = FactsCache(tmp_path)
    assert locked.get(blob_id(SOURCE), ".py") is None
    locked.close()
    holder.close()


def test_results_of_other_code_or_rules_are_not_taken(tmp_path, monkeypatch):
    key = Results(tmp_path).key("lint")
    monkeypatch.setattr("mlops.app.cache.our_stamp", lambda *_: "other")
    assert Results(tmp_path).key("lint") != key


def test_old_results_give_way(tmp_path, monkeypatch):
    monkeypatch.setattr("mlops.app.cache._RESULTS", 3)
    results = Results(tmp_path)
    for number in range(6):
        results.say(f"key{number}", "text", "said", 0)
        os.utime(
            max((tmp_path / "results").iterdir(), key=lambda item: item.stat().st_ctime_ns), (number, number)
        )
    assert len(list((tmp_path / "results").iterdir())) == 3
    assert results.said("key5", "text") == ("said", 0)
    assert results.said("key0", "text") is None


def test_every_difference_of_a_tree_is_another_state():
    base = {"a.py": "1", "b.py": "2"}
    one = state(MemoryTree(base))
    others = [{"a.py": "1"}, {"a.py": "2", "b.py": "1"}, {"a.py": "1", "c.py": "2"}, base | {"c.py": ""}]
    assert len({one, *(state(MemoryTree(files)) for files in others)}) == 5


def test_a_file_that_just_changed_is_not_trusted(tmp_path):
    file = tmp_path / "repo" / "a.py"
    file.parent.mkdir()
    file.write_text("one")
    stamps = Stamps(tmp_path / "cache", str(file.parent))
    FolderTree(str(file.parent), stamps).blob("a.py")
    stamps.close()
    file.write_text("two")
    later = FolderTree(str(file.parent), Stamps(tmp_path / "cache", str(file.parent)))
    assert later.blob("a.py") == blob_id(b"two")


def test_a_forged_id_in_a_clone_poisons_nothing(tmp_path):
    """A hostile repository says that its own bytes have the id of an honest file."""

    class Forged(MemoryTree):
        def blob(self, path):
            del path
            return blob_id(SOURCE)

    cache = FactsCache(tmp_path)
    with Begun(Forged({"a.py": "import evil\n"}), known=Shared(cache)) as begun:
        begun.end()
    cache.close()
    again = FactsCache(tmp_path)
    assert again.get(blob_id(SOURCE), ".py") is None
    again.close()


def test_each_blob_is_read_once_in_a_gate(history, monkeypatch):
    """The head's files, and of the base only what differs; a module that moved is not read again."""
    work = history("github")
    work.edit("src/churn/train.py", "log_param", "log_params")
    work.move("src/churn/serve.py", "src/churn/service.py")
    work.git("add", "-A")
    seen = []
    monkeypatch.setattr(
        "mlops.app.reading.read", lambda path, source: seen.append(source) or read(path, source)
    )
    work.gate()
    python = [source for source in seen if b"import mlflow.sklearn" in source]
    assert len(python) == len(set(python))
    assert len(seen) <= len(FolderTree(str(work.folder)).paths()) + 1


def test_code_is_read_alike_wherever_it_lies():
    assert reader_key("a/b.py") == reader_key("c.py")
    assert reader_key("a/requirements.txt") != reader_key("b/requirements.txt")
    assert reader_key("setup.py") != reader_key("b.py")


def test_a_tree_of_git_has_the_ids_of_the_folder(history):
    work = history("github")
    one, other = FolderTree(str(work.folder)), GitTree(str(work.folder), "HEAD")
    assert state(one) == state(other)
