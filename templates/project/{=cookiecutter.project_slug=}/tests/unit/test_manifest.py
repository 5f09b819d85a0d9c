from pathlib import Path

import pytest

from {= cookiecutter.package =} import manifest


def test_changed_data_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "raw.csv"
    data.write_text("a\n1\n", encoding="utf-8")
    first = manifest.record(data, rows=1, query="q")
    data.write_text("a\n2\n", encoding="utf-8")
    second = manifest.record(data, rows=1, query="q")
    assert first != second
    assert manifest.verify(data)["version"] == second
    assert (manifest.SNAPSHOTS / f"{first}.csv").read_text(encoding="utf-8") == "a\n1\n"


def test_data_that_is_not_the_recorded_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "raw.csv"
    data.write_text("a\n1\n", encoding="utf-8")
    manifest.record(data, rows=1, query="q")
    data.write_text("a\n9\n", encoding="utf-8")
    with pytest.raises(ValueError, match="not version"):
        manifest.verify(data)
