import json
from pathlib import Path

import pytest

from {= cookiecutter.package =} import audit, files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files.write_json(tmp_path / "release.json", {"version": "1", "sha256": "ab"})
    return tmp_path


def test_records_are_chained(folder: Path) -> None:
    log = folder / "releases.jsonl"
    first = audit.append("staging", folder, "ada", "rehearsal", log)
    second = audit.append("production", folder, "ada", "rehearsal went well", log)
    assert second["previous"] == first["seal"]
    assert audit.verify(log) == second["seal"]


def test_a_changed_record_is_noticed(folder: Path) -> None:
    log = folder / "releases.jsonl"
    record = audit.append("production", folder, "ada", "first release", log)
    log.write_text(json.dumps({**record, "actor": "mallory"}) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="tampered"):
        audit.verify(log)


def test_nothing_is_released_without_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEASE_ACTOR", "ada")
    monkeypatch.setenv("RELEASE_REASON", " ")
    with pytest.raises(SystemExit, match="RELEASE_REASON"):
        audit.require_reason()
