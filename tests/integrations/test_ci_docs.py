"""docs/ci.md shows the files that the other tests run, and says nothing that the program does not know."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from forge import COPIED, PIPELINE, ROOT, SNIPPETS, TEST, Forge, files
from ruamel.yaml import YAML

from mlops import __version__
from mlops.cli.gate import command as gate_command
from tests.gate.layouts import COMMON

PAGE = ROOT / "docs" / "ci.md"
TEXT = PAGE.read_text(encoding="utf-8")
SHOWN = re.compile(r"^<!-- (snippets/\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_each_block_is_the_file_that_it_names():
    shown = dict(SHOWN.findall(TEXT))
    for path, text in shown.items():
        assert text == (PAGE.parent / path).read_text(encoding="utf-8"), path
    assert set(shown) == {
        path.relative_to(PAGE.parent).as_posix() for path in SNIPPETS.rglob("*") if path.is_file()
    }


def test_the_failing_gate_is_what_the_program_prints(tmp_path):
    forge = Forge(tmp_path, COMMON)
    forge.history.branch()
    forge.history.remove(TEST)
    forge.history.commit()
    done = subprocess.run(
        [sys.executable, "-m", "mlops", "gate", "--base", "main"],
        cwd=forge.history.folder,
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": str(tmp_path)},
    )
    assert done.returncode == 1
    assert done.stdout.decode() == (SNIPPETS / "gate-fails.txt").read_text(encoding="utf-8")


def test_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#]*)(#[^)]*)?\)", TEXT)
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("#")
    }
    for path, anchor in targets:
        assert not path or (PAGE.parent / path).exists(), path
        assert path or anchor.removeprefix("#") in headings, anchor


def test_inputs_are_those_of_the_files():
    yaml = YAML(typ="safe")
    github = TEXT.partition("## GitHub")[2].partition("## GitLab")[0]
    rows = [line.split("|")[1] for line in github.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    assert named == set(yaml.load(ROOT / "action.yml")["inputs"])
    gitlab = TEXT.partition("## GitLab")[2].partition("## Azure")[0].partition("Inputs:")[2]
    (template,) = COPIED["gitlab"].values()
    header, _ = yaml.load_all(template.read_text(encoding="utf-8"))
    assert set(re.findall(r"`([\w-]+)`", gitlab)) == set(header["spec"]["inputs"])
    azure = TEXT.partition("## Azure Pipelines")[2].partition("## pre-commit")[0].partition("Parameters:")[2]
    (template,) = COPIED["azure"].values()
    parameters = {item["name"] for item in yaml.load(template)["parameters"]}
    assert set(re.findall(r"`(\w+)`", azure)) == parameters


def test_options_are_those_of_the_command():
    known = {name for option in gate_command.params for name in option.opts}
    for line in re.findall(r"mlops gate (--.*)", TEXT):
        assert set(re.findall(r"--[\w-]+", line)) <= known


@pytest.mark.parametrize("platform", ["github", "gitlab", "azure"])
def test_the_gate_guards_the_job_that_people_copy(tmp_path, platform):
    work = Forge(tmp_path, files(platform)).history
    work.branch()
    assert work.gate().config_changes == ()
    work.write(files(platform, "advisory"))
    softened = [change.message for change in work.gate().config_changes]
    assert len(softened) == 1
    assert "the gate was asked" in softened[0]
    work.remove(PIPELINE[platform])
    assert any("removed" in change.message for change in work.gate().config_changes)


def test_the_copies_fetch_the_base_alike():
    """One function in three files, for each of them is copied alone."""
    found = set()
    for path in (ROOT / "action.yml", *(next(iter(COPIED[name].values())) for name in ("gitlab", "azure"))):
        text = path.read_text(encoding="utf-8")
        function = re.search(r"^ *bring\(\) \{\n.*?^ *\}\n", text, re.MULTILINE | re.DOTALL)
        assert function is not None
        found.add("\n".join(line.strip() for line in function[0].splitlines()))
    assert len(found) == 1


def test_the_files_install_the_version_of_this_release():
    copied = [ROOT / "action.yml", *(path for files in COPIED.values() for path in files.values())]
    for path in (*copied, *SNIPPETS.rglob("*.y*ml"), PAGE):
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"(?:mlops-maturity==|rev: v|acme/mlops@\w+ # v|default: )(\d+\.\d+\.\d+)", text)
        assert set(found) <= {__version__}, path
        assert found or path not in copied
