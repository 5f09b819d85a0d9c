"""The compiled form of the rules, and its cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from mlops.catalog import compiled
from mlops.catalog.load import catalog_of
from mlops.errors import RuleError
from mlops.resources import RULES, cache_folder


@pytest.fixture
def rules(tmp_path):
    """A small copy of the rules: one practice of each model is enough to see a change."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder, ignore=shutil.ignore_patterns("schemas", "tools", "compiled.json"))
    (folder / "tools").mkdir()
    shutil.copy(RULES / "tools" / "mlflow.yaml", folder / "tools")
    return folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("MLOPS_CACHE_DIR", str(folder))
    return folder


def test_compiled_rules_survive_json(rules):
    made = compiled.compile_rules(rules)
    assert json.loads(json.dumps(made)) == made
    assert len(made["practices"]) == 51


def test_the_cache_is_used_until_a_rule_changes(rules, cache, monkeypatch):
    first = compiled.rules_of(rules)
    assert len(list(cache.iterdir())) == 2
    with monkeypatch.context() as patch:
        patch.setattr(compiled, "compile_rules", lambda _: pytest.fail("compiled again"))
        again = compiled.rules_of(rules)
    assert {**again, "stamp": "", "tools": dict(again["tools"])} == {**first, "stamp": ""}
    path = rules / "practices" / "testing" / "unit-tests.yaml"
    path.write_text(
        path.read_text("utf-8").replace("title: Unit tests", "title: Now unit tests"), encoding="utf-8"
    )
    assert compiled.rules_of(rules)["practices"]["unit-tests"]["title"].startswith("Now unit tests")


def test_a_change_of_the_same_size_is_seen_by_its_time(rules, cache):
    compiled.rules_of(rules)
    path = rules / "edition.yaml"
    path.write_text(path.read_text("utf-8").replace("2026.1", "2026.2"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert compiled.rules_of(rules)["edition"] == "2026.2"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"stamp": "old"}'])
def test_a_spoilt_cache_is_made_anew(rules, cache, content):
    made = compiled.rules_of(rules)
    place, tools = sorted(cache.iterdir(), key=lambda path: len(path.name))
    tools.write_bytes(content)
    assert compiled.rules_of(rules)["tools"] == made["tools"]
    place.write_bytes(content)
    assert len(compiled.rules_of(rules)["practices"]) == 51
    assert json.loads(place.read_bytes())["stamp"]
    assert json.loads(tools.read_bytes())["tools"] == made["tools"]


def test_without_a_writable_cache_the_rules_are_read_all_the_same(rules, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLOPS_CACHE_DIR", str(tmp_path / "file" / "below"))
    assert len(compiled.rules_of(rules)["practices"]) == 51


def test_a_packaged_json_goes_before_the_files(rules, cache):
    made = compiled.compile_rules(rules)
    compiled.store(rules / compiled.COMPILED, {**made, "edition": "packaged"})
    found = compiled.rules_of(rules)
    assert (found["edition"], dict(found["tools"])) == ("packaged", made["tools"])
    assert not cache.exists()


def test_a_broken_built_in_file_is_named(rules, cache):
    path = rules / "practices" / "testing" / "unit-tests.yaml"
    path.write_text("id: [\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"unit-tests\.yaml:2: invalid YAML"):
        compiled.rules_of(rules)


def test_the_parts_of_a_catalog_are_converted_when_they_are_used(rules):
    made = compiled.compile_rules(rules)
    made["statements"]["google.all.levels"] = {"broken": True}
    catalog = catalog_of(made)
    assert len(catalog.statements) == 274
    assert "google.all.levels" in catalog.statements
    assert catalog.practices["unit-tests"] is catalog.practices["unit-tests"]
    with pytest.raises(KeyError):
        catalog.statements["google.all.levels"]


def test_loading_brings_neither_yaml_nor_jsonschema(cache):
    code = (
        "import sys; from mlops.catalog import load; load(); load()\n"
        "print([m for m in ('jsonschema', 'ruamel.yaml', 'click') if m in sys.modules])"
    )
    environment = {**os.environ, "MLOPS_CACHE_DIR": str(cache)}
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    assert runs[1].strip() == "[]"


def test_the_cache_folder_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("MLOPS_CACHE_DIR", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("MLOPS_CACHE_DIR")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "mlops"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "mlops"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == tmp_path / "Library" / "Caches" / "mlops"
