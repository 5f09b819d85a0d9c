"""Edits of the configuration: only what was asked for changes."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta

import pytest

from mlops.app import editing
from mlops.app.start import init
from mlops.catalog import load
from mlops.errors import MlopsError

CATALOG = load()
TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011  as the program asks
TODAY = date.today().isoformat()  # noqa: DTZ011  as the program asks
YAML = """\
# Ours
model: azure   # the one
components:
    a: x/a     # four
waivers:
- practice: iac   # why
  reason: 'no cloud'
  owner: "me"
  until: 2099-01-01

# below
exclude: [a, b]
"""
TOML = """\
[project]
name = "x"   # name

[tool.mlops] # ours
model = "azure"

[tool.ruff]
line-length = 100
"""


def waive(folder, practice="unit-tests", reason="No: time #1", owner="me", until=TOMORROW):
    return editing.waive(folder, CATALOG, practice=practice, reason=reason, owner=owner, until=until)


def attest(folder, id_="att-ml-staff", by="ana", evidence="page", on=TODAY, until=""):
    return editing.attest(folder, CATALOG, id_=id_, by=by, evidence=evidence, on=on, until=until)


def test_a_waiver_is_added_and_every_other_line_stays(tmp_path):
    path = tmp_path / ".mlops.yaml"
    path.write_text(YAML, encoding="utf-8")
    edit = waive(tmp_path)
    added = f"- practice: unit-tests\n  reason: 'No: time #1'\n  owner: me\n  until: '{TOMORROW}'\n"
    assert (edit.path, edit.renewed) == (path, False)
    assert path.read_text(encoding="utf-8") == YAML.replace("\n\n# below", f"\n{added}\n# below")


def test_a_waiver_of_the_same_practice_is_renewed_in_place(tmp_path):
    path = tmp_path / ".mlops.yaml"
    path.write_text(YAML, encoding="utf-8")
    assert waive(tmp_path, "iac", "later", "you").renewed
    text = path.read_text(encoding="utf-8")
    assert text.count("practice: iac   # why") == 1
    assert "no cloud" not in text
    assert "# below\nexclude: [a, b]\n" in text


@pytest.mark.parametrize(
    "text",
    ["# only\n# comments\n", "", "model: azure\n", "waivers: []\n", "---\r\nmodel: azure\r\n# end\r\n"],
)
def test_any_beginning_will_do(tmp_path, text):
    path = tmp_path / ".mlops.yaml"
    path.write_bytes(text.encode())
    waive(tmp_path)
    attest(tmp_path)
    changed = path.read_bytes().decode()
    assert "practice: unit-tests" in changed
    assert "id: att-ml-staff" in changed
    for line in text.splitlines():
        assert line in changed or line == "waivers: []"
    assert ("\r\n" in changed) == ("\r\n" in text)


def test_without_a_configuration_one_is_begun_with_the_edition(tmp_path):
    waive(tmp_path)
    text = (tmp_path / ".mlops.yaml").read_text(encoding="utf-8")
    assert text.startswith(f'edition: "{CATALOG.edition}"\nwaivers:\n')


def test_pyproject_is_edited_where_it_configures(tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text(TOML, encoding="utf-8")
    waive(tmp_path)
    waive(tmp_path, "iac")
    assert waive(tmp_path, "iac", "other").renewed
    text = path.read_text(encoding="utf-8")
    data = tomllib.loads(text)
    assert [item["practice"] for item in data["tool"]["mlops"]["waivers"]] == ["unit-tests", "iac"]
    assert data["tool"]["mlops"]["waivers"][1]["reason"] == "other"
    assert data["tool"]["ruff"] == {"line-length": 100}
    assert 'name = "x"   # name\n\n[tool.mlops] # ours\n' in text
    assert not (tmp_path / ".mlops.yaml").exists()


def test_a_list_of_inline_tables_stays_one(tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text(
        '[tool.mlops]\nwaivers = [\n  {practice = "iac", reason = "x", owner = "y", until = "2099-01-01"}, # c\n]\n',
        encoding="utf-8",
    )
    waive(tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "}, # c\n" in text
    assert "[[" not in text
    assert len(tomllib.loads(text)["tool"]["mlops"]["waivers"]) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"practice": "unit-test"}, "there is no practice unit-test; did you mean unit-tests?"),
        ({"until": "2020-01-01"}, "--until 2020-01-01 is past; give a day to come"),
        ({"until": "20990101"}, "--until 20990101 is no date; write YYYY-MM-DD"),
        ({"until": "soon"}, "--until soon is no date; write YYYY-MM-DD"),
        ({"reason": "  "}, "--reason is empty"),
        ({"owner": ""}, "--owner is empty"),
    ],
)
def test_wrong_waivers_are_one_sentence_and_change_nothing(tmp_path, change, message):
    with pytest.raises(MlopsError) as caught:
        waive(tmp_path, **change)
    assert str(caught.value).startswith(message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id_": "att-ml-stuff"}, "there is no attestation att-ml-stuff; did you mean att-ml-staff?"),
        ({"on": "2099-01-01"}, "--on 2099-01-01 lies in the future"),
        ({"until": "2020-01-01"}, "--until 2020-01-01 is past"),
    ],
)
def test_wrong_attestations_are_one_sentence(tmp_path, change, message):
    with pytest.raises(MlopsError) as caught:
        attest(tmp_path, **change)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "text", ["levl: 1\n", "a: [\n", "model: gogle\n", b"\xff\xfe\x00", "waivers: &a [*a]\n"]
)
def test_a_broken_configuration_is_not_touched(tmp_path, text):
    path = tmp_path / ".mlops.yaml"
    content = text.encode() if isinstance(text, str) else text
    path.write_bytes(content)
    with pytest.raises(MlopsError):
        waive(tmp_path)
    assert path.read_bytes() == content


def test_a_link_is_not_written_through(tmp_path):
    aim = tmp_path / "aim"
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / ".mlops.yaml").symlink_to(aim)
    with pytest.raises(MlopsError, match="is a symbolic link"):
        waive(tmp_path / "tree")
    with pytest.raises(MlopsError, match="exists already"):
        init(tmp_path / "tree", CATALOG)
    assert not aim.exists()


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / ".mlops.yaml"
    path.write_text("model: azure\n", encoding="utf-8")
    path.chmod(0o640)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(editing.Path, "replace", full)
        with pytest.raises(MlopsError, match="cannot be written: No space left on device"):
            waive(tmp_path)
    assert [item.name for item in tmp_path.iterdir()] == [".mlops.yaml"]
    assert path.read_text(encoding="utf-8") == "model: azure\n"
    waive(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o640


def test_init_pins_the_edition_and_names_branch_and_components(tmp_path):
    import subprocess  # noqa: PLC0415

    for name in ("a", "b c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements.txt").write_text("scikit-learn\n", encoding="utf-8")
        (tmp_path / name / "train.py").write_text(
            "from sklearn.svm import SVC\nimport pandas as pd\nf = pd.read_csv('x')\nSVC().fit(f, f.y)\n",
            encoding="utf-8",
        )
    subprocess.run(["git", "-C", str(tmp_path), "init", "-q", "-b", "stem"], check=True)
    text = init(tmp_path, CATALOG).read_text(encoding="utf-8")
    assert f'\nedition: "{CATALOG.edition}"\n' in text
    assert "\nmodel: google\n" in text
    assert '\ndefault_branch: "stem"\n' in text
    assert '\ncomponents:\n  a: "a"\n  b-c: "b c"\n' in text
    with pytest.raises(MlopsError, match="exists already"):
        init(tmp_path, CATALOG)


def test_init_leaves_a_pyproject_that_configures_alone(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.mlops]\nmodel = 'azure'\n", encoding="utf-8")
    with pytest.raises(MlopsError, match="configures mlops in"):
        init(tmp_path, CATALOG)
    assert not (tmp_path / ".mlops.yaml").exists()


def test_init_of_one_model_names_no_component(tmp_path):
    text = init(tmp_path, CATALOG).read_text(encoding="utf-8")
    assert "components:" not in text
    assert "# default_branch: main\n" in text
