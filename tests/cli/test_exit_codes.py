"""Exit codes are a contract: 0 fine, 1 missed, 2 wrong usage, 3 our bug, 130 interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from mlops.app import lint as judging

TRAIN = "from sklearn.svm import SVC\nimport pandas as pd\n\nframe = pd.read_csv('d.csv')\nSVC().fit(frame, frame.y)\n"


@pytest.fixture
def tree(tmp_path, write):
    return write(tmp_path / "tree", {"train.py": TRAIN})


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0),
        (("--level", "0"), 0),
        (("--level", "1"), 1),
        (("--level", "1", "--exit-zero"), 0),
        (("--model", "azure", "--level", "4", "--strict"), 1),
    ],
)
def test_a_target_that_is_missed_is_1(arguments, code, mlops_here, tree):
    assert mlops_here("lint", tree, *arguments).returncode == code


def test_a_target_of_the_configuration_counts(mlops_here, tree, write):
    write(tree, {".mlops.yaml": "level: 1\n"})
    assert mlops_here("lint", tree).returncode == 1
    assert mlops_here("lint", tree, "--level", "0").returncode == 0


def test_no_machine_learning_misses_every_target(mlops_here, tmp_path):
    assert mlops_here("lint", tmp_path, "--level", "0").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--level", "x"), "Invalid value for '--level'"),
        (("--level", "-1"), "Invalid value for '--level'"),
        (("--level", "3"), "google has levels 0 to 2, not 3"),
        (("--model", "gogle"), "there is no model gogle; did you mean google?"),
        (("--format", "pdf"), "there is no format pdf; choose from text, json"),
        (("--output", "a", "--output", "b"), "each --output needs a --format before it"),
        (("--frmat", "json"), "No such option '--frmat'. Did you mean '--format'?"),
        (("--rev", "nowhere"), "nowhere"),
        (("--rev", "--all"), "is no revision"),
        (("--source", "x"), "write HOST/OWNER/REPO=DIR"),
        (("--source", "a/b/c=/no/where"), "write HOST/OWNER/REPO=DIR"),
    ],
)
def test_wrong_usage_is_2_and_one_clear_sentence(arguments, message, mlops_here, tree):
    done = mlops_here("lint", tree, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("levl: 1\n", ".mlops.yaml:1: unknown key `levl`. Did you mean `level`?"),
        ("model: google\nlevel: two\n", ".mlops.yaml:2: level: `level` must be a whole number."),
        ("level: 7\n", ".mlops.yaml:1: google has levels 0 to 2, not 7"),
        ("model: gogle\n", ".mlops.yaml:1: model: unknown `gogle`; did you mean `google`?"),
        ("a: [\n", ".mlops.yaml:2: invalid YAML"),
        ("[1]\n", ".mlops.yaml:1: the value must be a mapping."),
        ('edition: "1999.1"\n', "judges by the edition"),
        (
            "waivers:\n  - {practice: iacc, reason: a, owner: b, until: 2099-01-01}\n",
            ".mlops.yaml:2: waivers: unknown `iacc`; did you mean `iac`?",
        ),
        (
            "waivers:\n  - {practice: iac, reason: a, owner: b, until: 2099-02-30}\n",
            ".mlops.yaml:2: 2099-02-30 is no date; write YYYY-MM-DD",
        ),
        (
            "waivers:\n  - {practice: iac, reason: a, owner: b, until: soon}\n",
            ".mlops.yaml:2: waivers.0.until: `until` is `soon`. Wanted: YYYY-MM-DD, the last day",
        ),
        ("practices: [nowhere]\n", ".mlops.yaml:1: practices: nowhere is no file or folder"),
        ("practices: [/etc]\n", ".mlops.yaml:1: practices.0:"),
        ("components: {a: ../b}\n", ".mlops.yaml:1: components.a: `a` is `../b`."),
    ],
)
def test_a_broken_configuration_is_2_with_file_line_and_remedy(text, message, mlops_here, tree, write):
    write(tree, {".mlops.yaml": text})
    done = mlops_here("lint", tree)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_configuration_of_comments_is_none(mlops_here, tree, write):
    write(tree, {".mlops.yaml": "# nothing yet\n"})
    assert mlops_here("lint", tree).returncode == 0


def test_missing_paths_and_files_are_2(mlops_here, tree):
    assert "does not exist" in mlops_here("lint", tree / "nothing").stderr
    done = mlops_here("lint", tree / "train.py")
    assert done.returncode == 2
    assert "name the folder" in done.stderr


def test_outputs_that_cannot_be_written_are_2(mlops_here, tree):
    done = mlops_here("lint", tree, "--format", "json", "--output", tree)
    assert done.returncode == 2
    assert "cannot be written: Is a directory" in done.stderr


def test_a_fault_of_ours_is_3_and_says_how_to_see_it(mlops_here, tree, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("no")

    monkeypatch.setattr(judging, "judge", broken)
    done = mlops_here("lint", tree)
    assert done.returncode == 3
    assert "internal error: ZeroDivisionError: no; MLOPS_DEBUG=1 shows where" in done.stderr


def test_an_interrupted_run_is_130(mlops_here, tree, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(judging, "judge", interrupted)
    done = mlops_here("lint", tree)
    assert (done.returncode, done.stderr) == (130, "\nmlops: interrupted\n")


def test_a_signal_ends_a_run_with_130(tmp_path, tree):
    os.mkfifo(tmp_path / "gate")
    code = (
        "import sys; sys.argv = ['mlops', 'lint', sys.argv[1]]\n"
        "from mlops.app import lint\n"
        f"lint.judge = lambda *a, **k: open({str(tmp_path / 'gate')!r})\n"
        "from mlops.cli import main; main()"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tree)], stderr=subprocess.PIPE) as process:
        time.sleep(3)  # it waits at the pipe, or has not come so far: both end alike
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip() == b"mlops: interrupted"


@pytest.mark.parametrize(
    ("redirect", "code", "message"),
    [
        ("| head -n 1", 0, ""),
        ("> /dev/full", 2, "the output cannot be written: No space left on device"),
        (">&-", 2, "standard output is closed"),
        ("2>&-", 0, ""),
    ],
)
def test_closed_and_full_outputs_are_no_fault_of_ours(redirect, code, message):
    command = f"set -o pipefail; {sys.executable} -m mlops list tools {redirect}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
