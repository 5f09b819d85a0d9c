"""Every way to weaken a repository is seen, on every platform, with what took the practice away."""

from __future__ import annotations

import pytest

from tests.gate.histories import lost

CI = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml"}
TRAIN = {"github": ".github/workflows/train.yml", "azure": "train.azure-pipelines.yml"}

TEST_JOB = {
    "github": """\
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make install
      - run: make test
""",
    "gitlab": """\
test:
  stage: check
  script:
    - make install
    - make test

""",
    "azure": """\
  - job: test
    steps:
      - script: make install
      - script: make test
""",
}
#: The test job softened in the words of each platform, with the line that does it.
SOFTENED = {
    "github": ("      - run: make install\n      - run: make test\n  lint",
               "      - run: make install\n      - run: make test\n        continue-on-error: true\n  lint", 14),
    "gitlab": ("  script:\n    - make install\n    - make test\n",
               "  allow_failure: true\n  script:\n    - make install\n    - make test\n", 12),
    "azure": ("      - script: make test\n", "      - script: make test\n        continueOnError: true\n", 16),
}  # fmt: skip
NEVER = {
    "github": ("  test:\n    runs-on", "  test:\n    if: false\n    runs-on"),
    "gitlab": ("test:\n  stage: check\n", "test:\n  stage: check\n  rules:\n    - when: never\n"),
    "azure": ("  - job: test\n", "  - job: test\n    condition: false\n"),
}

layouts = pytest.mark.parametrize("layout", ["github", "gitlab", "azure"])


def of(comparison, practice):
    found = [item for item in comparison.regressions if item.practice == practice]
    assert found, f"{practice} is not among {lost(comparison)}"
    return found[0]


@layouts
def test_the_base_is_worth_something(history, layout):
    comparison = history(layout).gate()
    google = comparison.base.models["google"]
    assert (google.level, google.strict_level) == (2, 2)


@layouts
def test_drop_the_test_job(history, layout):
    work = history(layout)
    work.edit(CI[layout], TEST_JOB[layout], "")
    # The release pipeline of two layouts runs the tests as well.
    for path in (".github/workflows/pipeline.yml", "release.azure-pipelines.yml"):
        if (work.folder / path).exists():
            text = (work.folder / path).read_text()
            (work.folder / path).write_text(
                text.replace("      - run: make test\n", "").replace("  - script: make test\n", "")
            )
    work.commit()
    comparison = work.gate()
    assert "ci-runs-tests" in lost(comparison)
    item = of(comparison, "ci-runs-tests")
    assert item.kind == "term"
    assert item.before == "enforced"
    assert item.was
    assert item.because[0].path == CI[layout]
    assert comparison.regressions[0].kind == "level"
    assert comparison.regressions[0].before == "2"


@layouts
def test_ignore_a_failure(history, layout):
    work = history(layout)
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    comparison = work.gate()
    item = of(comparison, "ci-runs-tests")
    assert [str(place) for place in item.because] == ["Makefile:6"]
    assert "|| true" in item.reason


@layouts
def test_let_a_job_fail(history, layout):
    work = history(layout)
    old, new, _ = SOFTENED[layout]
    work.edit(CI[layout], old, new)
    for path in (".github/workflows/pipeline.yml", "release.azure-pipelines.yml"):
        if (work.folder / path).exists():
            text = (work.folder / path).read_text()
            (work.folder / path).write_text(
                text.replace("      - run: make test\n", "").replace("  - script: make test\n", "")
            )
    item = of(work.gate(), "ci-runs-tests")
    assert item.because[0].path == CI[layout]
    assert "continue" in item.reason.lower() or "allow_failure" in item.reason


@layouts
def test_a_job_that_never_runs(history, layout):
    work = history(layout)
    work.edit(CI[layout], *NEVER[layout])
    for path in (".github/workflows/pipeline.yml", "release.azure-pipelines.yml"):
        if (work.folder / path).exists():
            text = (work.folder / path).read_text()
            (work.folder / path).write_text(
                text.replace("      - run: make test\n", "").replace("  - script: make test\n", "")
            )
    item = of(work.gate(), "ci-runs-tests")
    assert item.because[0].path == CI[layout]


@pytest.mark.parametrize(
    ("layout", "path", "old", "new"),
    [
        ("github", TRAIN["github"], '  schedule:\n    - cron: "0 3 * * 1"\n', "  workflow_dispatch:\n"),
        ("azure", TRAIN["azure"],
         ('schedules:\n  - cron: "0 3 * * 1"\n    displayName: weekly training\n    always: true\n'
         "    branches:\n      include: [main]\n"), ""),
        ("gitlab", ".gitlab-ci.yml",
         "train:\n  stage: release\n  rules:\n    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n",
         'train:\n  stage: release\n  rules:\n    - if: $CI_PIPELINE_SOURCE == "web"\n'),
    ],
)  # fmt: skip
def test_a_schedule_becomes_a_button(history, layout, path, old, new):
    work = history(layout)
    work.edit(path, old, new)
    item = of(work.gate(), "training-triggered")
    assert item.because[0].path == path


@layouts
def test_unpin_the_lock(history, layout):
    work = history(layout, **{".mlops.yaml": "model: azure\nlevel: 2\nstrict: true\n"})
    work.edit(
        "Makefile",
        "\tpip install --require-hashes -r requirements.lock\n",
        "\tpip install -r requirements.in\n",
    )
    work.remove("requirements.lock")
    for path in ("Dockerfile",):
        if (work.folder / path).exists():
            work.edit(path, "--require-hashes -r requirements.lock", "-r requirements.in")
    work.edit("pyproject.toml",
              '["scikit-learn==1.5.0", "pandas==2.2.2", "mlflow==2.14.0", "pandera==0.20.0", "fastapi==0.111.0"]',
              '["scikit-learn", "pandas", "mlflow", "pandera", "fastapi"]')  # fmt: skip
    item = of(work.gate(), "reproducible-env")
    assert item.because[0].path in {"requirements.lock", "pyproject.toml", "Makefile"}


@layouts
def test_delete_the_tests(history, layout):
    work = history(layout)
    work.remove("tests/test_features.py")
    item = of(work.gate(), "unit-tests")
    assert str(item.was[0]).startswith("tests/test_features.py:")
    assert str(item.because[0]) == "tests/test_features.py"


@layouts
def test_take_the_metric_gate_out(history, layout):
    work = history(layout)
    work.edit("src/churn/evaluate.py", '    if accuracy < 0.8:\n        sys.exit("too bad to release")\n', "")
    item = of(work.gate(), "model-validated")
    assert item.because[0].path == "src/churn/evaluate.py"
    assert item.because[0].line


@layouts
def test_validation_that_stops_nothing(history, layout):
    work = history(layout)
    work.edit(
        "src/churn/validate.py",
        "    SCHEMA.validate(rows)\n",
        "    try:\n        SCHEMA.validate(rows)\n    except Exception:\n        pass\n",
    )
    assert "data-validated" in lost(work.gate())


@layouts
def test_take_the_gate_out_of_training(history, layout):
    work = history(layout)
    work.edit(
        "dvc.yaml", "  evaluate:\n    cmd: python -m churn.evaluate\n    deps:\n      - model.pkl\n", ""
    )
    item = of(work.gate(), "model-validated")
    assert str(item.because[0]).startswith("dvc.yaml:")
    assert "evaluate" in item.reason


@layouts
def test_all_machine_learning_leaves(history, layout):
    work = history(layout)
    work.git("rm", "-rqf", "src", "tests")
    comparison = work.gate()
    level = comparison.regressions[0]
    assert (level.kind, level.before, level.after) == ("level", "2", "n/a")
    assert "no first-party code" in level.reason


def test_what_cannot_be_decided_any_more_names_the_reference(history):
    work = history("github")
    work.edit(".github/workflows/ci.yml", TEST_JOB["github"],
              "  test:\n    uses: acme/shared/.github/workflows/test.yml@v1\n")  # fmt: skip
    work.edit(".github/workflows/pipeline.yml", "      - run: make test\n", "")
    item = of(work.gate(), "ci-runs-tests")
    assert item.kind == "undecided"
    assert item.because[0].path == ".github/workflows/ci.yml"
    assert "acme/shared" in item.reason


def test_another_alternative_of_a_choice_is_as_good(history):
    work = history("github")
    work.edit(
        "src/churn/serve.py",
        '    frame.assign(prediction=answer, version="1").to_sql("predictions", engine, if_exists="append")\n',
        "",
    )
    assert "predictions-logged" in lost(work.gate())
    work.edit("src/churn/serve.py", "app = FastAPI()\n",
              "app = FastAPI()\nInstrumentator().instrument(app).expose(app)\n")  # fmt: skip
    work.edit("src/churn/serve.py", "from fastapi import FastAPI\n",
              "from fastapi import FastAPI\nfrom prometheus_fastapi_instrumentator import Instrumentator\n")  # fmt: skip
    work.write({".mlops.yaml": "model: google\nlevel: 2\n"})
    work.git("add", "-A")
    strict = [item for item in work.gate().regressions if item.practice]
    assert {item.practice for item in strict} == {"predictions-logged"}  # only the strict terms want it


def test_an_improvement_elsewhere_does_not_pay(history):
    work = history("github")
    work.write(
        {
            ".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: weekly}\n"
        }
    )
    work.edit("Makefile", "\tpytest tests\n", "\tpytest tests || true\n")
    assert "ci-runs-tests" in lost(work.gate())
