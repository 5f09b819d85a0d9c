"""What people do to repositories without weakening them is not flagged, on any platform."""

from __future__ import annotations

import pytest

from tests.gate.histories import History, lost, quiet
from tests.gate.layouts import LAYOUTS

CI = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml"}
TRAIN = {"github": ".github/workflows/train.yml", "azure": "train.azure-pipelines.yml"}

layouts = pytest.mark.parametrize("layout", ["github", "gitlab", "azure"])


def assert_quiet(comparison):
    assert not [(item.kind, item.practice, item.reason) for item in comparison.regressions]
    assert not [item.message for item in comparison.config_changes]


@layouts
def test_nothing_changes(history, layout):
    work = history(layout)
    assert_quiet(work.gate())
    work.write({"docs/notes.md": "# Notes\n"})
    assert_quiet(work.gate())


@layouts
def test_move_files(history, layout):
    """The package, its tests, the scripts and the make targets move."""
    work = history(layout)
    work.move("tests/test_features.py", "checks/unit/test_features.py")
    work.edit("Makefile", "pytest tests", "pytest checks")
    work.move("deploy/deploy.sh", "ops/release.sh")
    path = TRAIN.get(layout, CI[layout])
    work.edit(path, "bash deploy/deploy.sh", "bash ops/release.sh")
    work.commit()
    assert_quiet(work.gate())


@layouts
def test_rename_the_package(history, layout):
    work = history(layout)
    (work.folder / "src/churn").rename(work.folder / "src/leavers")
    for path in ["pyproject.toml", "dvc.yaml", "tests/test_features.py", *(
        f"src/leavers/{name}.py" for name in ("train", "evaluate", "serve", "validate")
    )]:  # fmt: skip
        text = (work.folder / path).read_text()
        text = text.replace("churn.", "leavers.").replace("from churn", "from leavers")
        (work.folder / path).write_text(text)
    work.commit()
    assert_quiet(work.gate())


@layouts
def test_inline_the_make_targets(history, layout):
    work = history(layout)
    for path in [*LAYOUTS[layout]]:
        if path.endswith((".yml", ".yaml")) and path != "dvc.yaml":
            text = (work.folder / path).read_text()
            text = text.replace("make test", "pytest tests").replace("make pipeline", "dvc repro")
            (work.folder / path).write_text(text)
    work.edit("Makefile", "test:\n\tpytest tests\n\npipeline:\n\tdvc repro\n", "")
    assert_quiet(work.gate())


def test_rename_a_workflow_and_its_jobs(history):
    work = history("github")
    work.move(".github/workflows/ci.yml", ".github/workflows/checks.yml")
    work.edit(".github/workflows/checks.yml", "name: ci", "name: checks")
    work.edit(".github/workflows/checks.yml", "  test:\n", "  unit:\n")
    work.commit()
    assert_quiet(work.gate())


def test_split_gitlab_into_includes(history):
    work = history("gitlab")
    text = (work.folder / ".gitlab-ci.yml").read_text()
    head, _, jobs = text.partition("test:\n")
    work.write({
        ".gitlab-ci.yml": f"{head}include:\n  - local: ci/jobs.yml\n",
        "ci/jobs.yml": f"test:\n{jobs}",
    })  # fmt: skip
    assert_quiet(work.gate())


def test_split_azure_into_templates(history):
    work = history("azure")
    work.edit("azure-pipelines.yml", "    steps:\n      - script: make install\n      - script: make test\n",
              "    steps:\n      - template: ci/test.yml\n")  # fmt: skip
    work.write({"ci/test.yml": "steps:\n  - script: make install\n  - script: make test\n"})
    assert_quiet(work.gate())


def test_a_reusable_workflow_of_the_repository(history):
    work = history("github")
    work.edit(".github/workflows/ci.yml",
              "    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: make install\n      - run: make test\n",
              "    uses: ./.github/workflows/test.yml\n")  # fmt: skip
    work.write({".github/workflows/test.yml": "on:\n  workflow_call:\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps:\n"
                "      - uses: actions/checkout@v4\n      - run: make install\n      - run: make test\n"})  # fmt: skip
    assert_quiet(work.gate())


@layouts
def test_rename_the_default_branch(tmp_path, layout):
    """From master to main, filters and all; both are default branches by convention."""
    files = {path: text.replace("[main]", "[master]") for path, text in LAYOUTS[layout].items()}
    work = History(tmp_path / "repo", files, branch="master")
    work.branch("main")
    work.write(LAYOUTS[layout])
    work.commit()
    assert_quiet(work.gate("master"))


def test_rename_the_default_branch_in_the_configuration(tmp_path):
    config = "model: google\nlevel: 2\nstrict: true\ndefault_branch: develop\n"
    files = {path: text.replace("[main]", "[develop]") for path, text in LAYOUTS["github"].items()}
    work = History(tmp_path / "repo", files | {".mlops.yaml": config}, branch="develop")
    work.branch("release")
    work.write({path: text.replace("[main]", "[release]") for path, text in LAYOUTS["github"].items()})
    work.write({".mlops.yaml": config.replace("develop", "release")})
    work.commit()
    refused = work.gate("develop")
    assert "default_branch: develop became release" in [item.message for item in refused.config_changes]
    allowed = work.gate("develop", allow_config_change=True)
    assert not allowed.regressions


@layouts
def test_rebase(history, layout):
    work = history(layout)
    work.write({"src/churn/extra.py": "X = 1\n"})
    work.commit("mine")
    work.git("checkout", "-q", "main")
    work.write({"README.md": "# Churn\n\nMore words.\n"})
    work.commit("theirs")
    work.git("checkout", "-q", "work")
    work.git("rebase", "-q", "main")
    assert_quiet(work.gate())


def test_merge_commits(history):
    """main is merged into the branch twice; the newest merge base counts."""
    work = history("github")
    for number in (1, 2):
        work.write({f"src/churn/extra{number}.py": "X = 1\n"})
        work.commit("mine")
        work.git("checkout", "-q", "main")
        work.write({f"docs/{number}.md": "more\n"})
        work.commit("theirs")
        work.git("checkout", "-q", "work")
        work.git("merge", "-q", "-m", "merge", "main")
    comparison = work.gate()
    assert_quiet(comparison)
    assert comparison.base.revision == work.git("rev-parse", "main")


def test_a_merge_that_loses_what_main_gained(history):
    """A bad merge drops an improvement of main: that is seen, for the merge base is main itself."""
    work = history("github", **{"tests/test_features.py": ""})
    work.write({"docs/mine.md": "mine\n"})
    work.commit("mine")
    work.git("checkout", "-q", "main")
    work.write({"tests/test_features.py": LAYOUTS["github"]["tests/test_features.py"]})
    work.commit("main gets tests")
    work.git("checkout", "-q", "work")
    work.git("merge", "-q", "-s", "ours", "-m", "merge", "main")
    assert "unit-tests" in lost(work.gate())


def test_a_stale_branch_is_not_blamed_for_what_main_gained(history):
    work = history("github", **{"tests/test_features.py": ""})
    work.write({"docs/mine.md": "mine\n"})
    work.commit("mine")
    work.git("checkout", "-q", "main")
    work.write({"tests/test_features.py": LAYOUTS["github"]["tests/test_features.py"]})
    work.commit("main gets tests")
    work.git("checkout", "-q", "work")
    assert_quiet(work.gate())
    assert_quiet(work.gate(rev="work"))


def test_a_submodule(history, tmp_path):
    other = History(tmp_path / "other", {"lib.py": "X = 1\n"})
    work = history("github")
    work.git("submodule", "--quiet", "add", str(other.folder), "vendor/other")
    work.commit()
    comparison = work.gate()
    assert_quiet(comparison)
    assert any("submodule" in item.message for item in comparison.head.diagnostics)
    work.git("checkout", "-q", "-b", "more")
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    assert "ci-runs-tests" in lost(work.gate("work"))


def test_tests_that_move_into_a_submodule_are_lost(history, tmp_path):
    other = History(tmp_path / "other", {"test_features.py": LAYOUTS["github"]["tests/test_features.py"]})
    work = history("github")
    work.git("rm", "-q", "-r", "tests")
    work.git("submodule", "--quiet", "add", str(other.folder), "tests")
    work.commit()
    assert "unit-tests" in lost(work.gate())


def test_five_thousand_files(history):
    work = history("github", **{f"data/part{n // 100}/{n}.txt": f"{n}\n" for n in range(5_000)})
    assert_quiet(work.gate())
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    assert "ci-runs-tests" in lost(work.gate())


def test_a_fix_of_what_was_broken(history):
    work = history("github")
    work.git("checkout", "-q", "main")
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    work.commit("worse")
    work.git("checkout", "-q", "-B", "work")
    work.edit("Makefile", "\tpytest tests || true\n", "\tpytest tests\n")
    assert_quiet(work.gate())


COMPONENTS = "model: google\nlevel: 2\nstrict: true\ncomponents: {one: one, two: two}\n"


def two(tmp_path):
    """Two components, each with the whole layout below its folder; CI lies above both."""
    files = {".mlops.yaml": COMPONENTS}
    for name in ("one", "two"):
        for path, text in LAYOUTS["github"].items():
            if path.startswith((".github", ".mlops")):
                continue
            files[f"{name}/{path}"] = text
    for path, text in LAYOUTS["github"].items():
        if path.startswith(".github/workflows"):
            for name in ("one", "two"):
                run = f"defaults:\n  run:\n    working-directory: {name}\njobs:\n"
                files[path.replace(".yml", f"-{name}.yml")] = text.replace("jobs:\n", run)
    work = History(tmp_path / "repo", files)
    work.branch()
    return work


def test_components_are_compared_one_by_one(tmp_path):
    work = two(tmp_path)
    assert_quiet(work.gate())
    work.remove("one/tests/test_features.py")
    comparison = work.gate()
    units = [item for item in comparison.regressions if item.practice == "unit-tests"]
    assert [item.component for item in units] == ["one"]


def test_retire_a_component(tmp_path):
    work = two(tmp_path)
    work.git("rm", "-rqf", "two")
    for path in list((work.folder / ".github/workflows").iterdir()):
        if path.name.endswith("-two.yml"):
            path.unlink()
    comparison = work.gate()
    assert not comparison.regressions
    assert any("component two has no files any more" in item.message for item in comparison.warnings)


def test_add_a_weak_component(tmp_path):
    work = two(tmp_path)
    work.write({".mlops.yaml": COMPONENTS.replace("two: two}", "two: two, three: three}"),
                "three/train.py": "from sklearn.svm import SVC\n\nSVC().fit([[0], [1]], [0, 1])\n"})  # fmt: skip
    work.git("add", "-A")
    comparison = work.gate()
    assert not comparison.regressions
    assert not quiet(comparison)


def test_move_a_component(tmp_path):
    work = two(tmp_path)
    (work.folder / "models").mkdir()
    (work.folder / "two").rename(work.folder / "models/two")
    for path in (work.folder / ".github/workflows").iterdir():
        path.write_text(path.read_text().replace("working-directory: two", "working-directory: models/two"))
    work.write({".mlops.yaml": COMPONENTS.replace("two: two", "two: models/two")})
    work.commit()
    comparison = work.gate()
    assert not comparison.regressions
    assert [item.message for item in comparison.config_changes] == ["components: two: two became models/two"]
