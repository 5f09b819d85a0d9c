"""Broken files: never a traceback, always a diagnostic, and what lies beside them is judged all the same."""

from __future__ import annotations

import errno
import json
import os

import pytest

#: A practice that is met whatever lies beside it.
GOOD = {
    "train.py": "from sklearn.svm import SVC\nimport pandas as pd\n\n"
    "frame = pd.read_csv('data.csv')\nSVC().fit(frame.drop(columns='y'), frame.y)\n",
    ".github/workflows/ci.yml": "on: {push: {branches: [main]}, pull_request: {}}\njobs:\n  test:\n"
    "    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pytest\n",
    "tests/test_price.py": "from price import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
    "price.py": "def total(prices):\n    result = 0\n    for price in prices:\n        result += price\n    return result\n",
}
DEEP = 20_000
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

#: File -> content, and whether a diagnostic must name it, with a line where there is one.
BROKEN = {
    "invalid YAML": (".github/workflows/x.yml", "on: push\njobs: {a: [\n", True),
    "comments alone": (".github/workflows/x.yml", "# nothing\n# here\n", False),
    "empty YAML": ("dvc.yaml", "", False),
    "tabs in YAML": (".gitlab-ci.yml", "test:\n\tscript: pytest\n", True),
    "a scalar where a mapping belongs": (".github/workflows/x.yml", "just words\n", False),
    "a list where a mapping belongs": ("docker-compose.yml", "[1, 2]\n", False),
    "Python 2": ("old.py", "import os\nprint 'hello'\nexec 'x = 1'\n", False),
    "broken Python": ("bad.py", "def f(:\n    return ((((\n", True),
    "a NUL in Python": ("nul.py", b"x = 1\n\0\ny = 2\n", False),
    "a truncated notebook": ("a.ipynb", '{"cells": [{"cell_type": "code", "source": ["import os\\n', True),
    "a notebook that is a list": ("a.ipynb", "[]", True),
    "a notebook with odd cells": ("a.ipynb", '{"cells": [1, {"cell_type": 3, "source": {"a": 1}}], "nbformat": 4}', False),
    "UTF-16 Python": ("wide.py", "import os\nx = 'ä'\n".encode("utf-16"), False),
    "Latin-1 Python": ("latin.py", "# -*- coding: latin-1 -*-\nname = 'Müller'\n".encode("latin-1"), False),
    "Latin-1 without a declaration": ("latin.py", "name = 'Müller'\n".encode("latin-1"), False),
    "UTF-16 YAML": (".github/workflows/x.yml", "on: push\njobs: {}\n".encode("utf-16"), False),
    "Latin-1 YAML": (".github/workflows/x.yml", "# Müller\non: push\n".encode("latin-1"), True),
    "binary with a Python name": ("blob.py", bytes(range(256)) * 40, False),
    "binary with a YAML name": ("blob.yaml", bytes(range(256)) * 40, False),
    "binary workflow": (".github/workflows/x.yml", bytes(range(256)) * 40, True),
    "binary requirements": ("requirements.txt", bytes(range(256)) * 40, False),
    "a binary shell script": ("run.sh", b"\x7fELF" + bytes(range(256)) * 40, False),
    "broken TOML": ("pyproject.toml", "[project\nname = 1\n", True),
    "TOML of wrong types": ("pyproject.toml", "project = 3\ntool = [1]\ndependency-groups = 'x'\n", False),
    "broken JSON": ("package.json", '{"scripts": {', True),
    "JSON of wrong types": ("package.json", '{"scripts": [1, 2]}', False),
    "a broken Dockerfile": ("Dockerfile", 'FRM python\nRUN ["a\nCOPY\n', False),
    "a broken Makefile": ("Makefile", "all\n\t$(call\n:::\n", False),
    "an unclosed shell quote": ("run.sh", "echo 'never closed\nfor x in\n", False),
    "an LFS pointer": ("data.py", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", True),
    "deep YAML": (".github/workflows/x.yml", "[" * DEEP, True),
    "deep flow YAML that closes": ("dvc.yaml", "a: " + "[" * DEEP + "]" * DEEP, True),
    "deep JSON": ("package.json", '{"a":' * DEEP + "1" + "}" * DEEP, True),
    "deep TOML": ("pyproject.toml", "a = " + "[" * DEEP + "]" * DEEP, True),
    "deep Python": ("deep.py", "x = " + "(" * DEEP + ")" * DEEP + "\n", False),
    "deep calls": ("deep.py", "x = " + "f(" * DEEP + ")" * DEEP + "\n", False),
    "a long chain": ("deep.py", "x = a" + ".b()" * DEEP + "\n", False),
    "deep blocks": ("deep.py", "".join(" " * n + "if x:\n" for n in range(900)) + " " * 900 + "y()\n", False),
    "a deep shell script": ("run.sh", "(" * DEEP + "true" + ")" * DEEP, False),
    "deep substitutions": ("run.sh", "echo " + "$(echo " * 3000 + "x" + ")" * 3000, False),
    "a deep notebook": ("a.ipynb", '{"cells": ' + "[" * DEEP + "]" * DEEP + "}", True),
    "an alias bomb": (".github/workflows/x.yml", BOMB, True),
    "an alias bomb of compose": ("docker-compose.yml", BOMB, True),
    "an alias to itself": ("dvc.yaml", "stages: &a\n  x: *a\n", True),
    "one endless line": ("line.py", "x = '" + "a" * 3_000_000 + "'\n", False),
    "a requirement that includes itself": ("requirements.txt", "-r requirements.txt\nscikit-learn\n", False),
    "a workflow that calls itself": (
        ".github/workflows/x.yml", "on: push\njobs:\n  a:\n    uses: ./.github/workflows/x.yml\n", False,
    ),
    "a GitLab file that includes itself": (".gitlab-ci.yml", "include: .gitlab-ci.yml\ntest: {script: pytest}\n", False),
    "an Azure template that includes itself": ("azure-pipelines.yml", "trigger: [main]\nsteps:\n- template: azure-pipelines.yml\n", False),
    "a target that makes itself": ("Makefile", "all: all\n\tmake all\n", False),
    "a script that runs itself": ("run.sh", "bash run.sh\n", False),
    "modules in a circle": ("price.py", GOOD["price.py"] + "import price\nfrom tests import test_price\n", False),
}  # fmt: skip


@pytest.fixture
def judged(mlops_here):
    """Lint a folder and return the report as data; the run must not fail."""

    def run(folder, *arguments):
        done = mlops_here("lint", folder, "--format", "json", *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_and_all_others_are_judged(name, judged, tmp_path, write):
    path, content, told = BROKEN[name]
    write(tmp_path, {**GOOD, path: content})
    report = judged(tmp_path)
    assert report["practices"]["ci-runs-tests"]["status"] == "met"
    assert report["practices"]["unit-tests"]["strength"] != "absent"
    assert report["ml"] is True
    named = [item for item in report["diagnostics"] if item["path"] == path]
    assert bool(named) >= told, report["diagnostics"]


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        (".github/workflows/x.yml", "on: push\njobs:\n  a: [\n", 4),
        ("pyproject.toml", "[project]\nname = \n", 2),
        ("bad.py", "x = 1\ndef f(:\n    pass\n", 2),
    ],
)
def test_the_diagnostic_names_the_line(path, content, line, judged, tmp_path, write):
    report = judged(write(tmp_path, {**GOOD, path: content}))
    assert line in [item["line"] for item in report["diagnostics"] if item["path"] == path]


def test_a_file_of_100_megabytes_is_told_and_not_read(judged, tmp_path, write):
    write(tmp_path, GOOD)
    for name in ("big.py", "big.yaml", "requirements.txt"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(100_000_000)
    report = judged(tmp_path)
    assert report["practices"]["ci-runs-tests"]["status"] == "met"
    told = {item["path"]: item["message"] for item in report["diagnostics"]}
    assert "not read" in told["big.py"]
    assert "not read" in told["requirements.txt"]


def test_links_out_of_the_tree_and_in_circles_are_told_and_not_followed(judged, tmp_path, write):
    outside = write(tmp_path / "outside", {"secret.py": "import mlflow\nmlflow.log_metric('a', 1)\n"})
    tree = write(tmp_path / "tree", GOOD)
    (tree / "out.py").symlink_to(outside / "secret.py")
    (tree / "folder").symlink_to(outside, target_is_directory=True)
    (tree / "round.py").symlink_to("circle.py")
    (tree / "circle.py").symlink_to("round.py")
    (tree / "up").symlink_to("..", target_is_directory=True)
    (tree / "gone.py").symlink_to("nothing.py")
    report = judged(tree)
    assert report["practices"]["ci-runs-tests"]["status"] == "met"
    assert report["practices"]["experiments-tracked"]["strength"] == "absent"
    told = {item["path"] for item in report["diagnostics"]}
    assert {"out.py", "round.py", "circle.py", "gone.py"} <= told


def test_a_file_that_git_lists_and_the_disk_lacks_is_told(judged, tmp_path, write, git):
    write(tmp_path, {**GOOD, "lost.py": "x = 1\n"})
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    (tmp_path / "lost.py").unlink()
    report = judged(tmp_path)
    assert report["practices"]["ci-runs-tests"]["status"] == "met"
    assert "lost.py" in {item["path"] for item in report["diagnostics"]}


def test_an_unreadable_file_is_told(judged, tmp_path, write, monkeypatch):
    write(tmp_path, {**GOOD, "closed.py": "x = 1\n"})
    opened = os.open

    def refuse(path, *arguments, **more):  # root may read everything, so modes alone prove nothing
        if os.fsencode(path).endswith(b"closed.py"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return opened(path, *arguments, **more)

    monkeypatch.setattr(os, "open", refuse)
    report = judged(tmp_path, "--no-cache")
    assert report["practices"]["ci-runs-tests"]["status"] == "met"
    told = {item["path"]: item["message"] for item in report["diagnostics"]}
    assert told["closed.py"] == "cannot be read: Permission denied"


def test_pipes_are_no_files(judged, tmp_path, write):
    write(tmp_path, GOOD)
    os.mkfifo(tmp_path / "pipe.py")
    assert judged(tmp_path)["practices"]["ci-runs-tests"]["status"] == "met"


def test_names_of_any_bytes_are_judged_and_printed(judged, mlops, tmp_path, write):
    write(tmp_path, GOOD)
    for name in (b"caf\xe9.py", b"a\nb.py", b"\x1b[31mred.py", "e\u202ex.py".encode()):
        (tmp_path / os.fsdecode(name)).write_bytes(b"def f(:\n")
    assert judged(tmp_path)["practices"]["ci-runs-tests"]["status"] == "met"
    done = mlops("lint", tmp_path, "--verbose")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_an_empty_folder_has_no_machine_learning(judged, tmp_path):
    report = judged(tmp_path)
    assert (report["ml"], report["ml_reason"]) == (False, "none-found")
    assert len(report["practices"]) == 51
    assert report["models"]["google"]["level"] is None


def test_an_empty_repository_has_no_machine_learning(judged, tmp_path, git):
    git(tmp_path, "init", "-q")
    assert judged(tmp_path)["ml"] is False


def test_a_folder_without_git_is_judged_as_its_repository(judged, tmp_path, write, git):
    plain = judged(write(tmp_path / "plain", GOOD))
    tree = write(tmp_path / "git", GOOD)
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", ".")
    assert judged(tree)["practices"] == plain["practices"]


def test_bare_and_shallow_repositories_are_judged_at_a_revision(judged, mlops, tmp_path, write, git):
    tree = write(tmp_path / "tree", GOOD)
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "one")
    (tree / "more.py").write_text("x = 1\n", encoding="utf-8")
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "two")
    expected = judged(tree)["practices"]
    git(tmp_path, "clone", "-q", "--bare", str(tree), "bare.git")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tree}", "shallow")
    assert judged(tmp_path / "bare.git", "--rev", "HEAD")["practices"] == expected
    assert judged(tmp_path / "shallow")["practices"] == expected
    assert judged(tmp_path / "shallow", "--rev", "HEAD")["practices"] == expected
    done = mlops("lint", tmp_path / "bare.git")
    assert done.returncode == 2
    assert "--rev HEAD" in done.stderr
    done = mlops("lint", tmp_path / "shallow", "--rev", "HEAD~1")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_submodule_is_told_and_not_read(judged, tmp_path, write, git):
    other = write(tmp_path / "other", {"a.py": "import mlflow\nmlflow.log_metric('a', 1)\n"})
    tree = write(tmp_path / "tree", GOOD)
    for folder in (other, tree):
        git(folder, "init", "-q", "-b", "main")
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", "one")
    git(tree, "submodule", "--quiet", "add", str(other), "sub")
    git(tree, "commit", "-q", "-m", "two")
    for arguments in ((), ("--rev", "HEAD")):
        report = judged(tree, *arguments)
        assert report["practices"]["ci-runs-tests"]["status"] == "met"
        assert report["practices"]["experiments-tracked"]["strength"] == "absent"
        assert "sub" in {item["path"] for item in report["diagnostics"]}
