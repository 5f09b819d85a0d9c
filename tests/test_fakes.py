"""Each fake of the catalogue (F1 to F22) is refused where it stands; and repositories rank by what they really do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from test_practices import describe
from trees import judged

from mlops.domain.assessment import Assessment

UTIL = "def tenure(months):\n    return months / 12\n"
TRAIN = (
    "import joblib\nimport pandas as pd\nfrom sklearn.svm import SVC\n\n"
    'frame = pd.read_csv("customers.csv")\n'
    'joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")\n'
)
APP = (
    "import joblib\nfrom flask import Flask, jsonify, request\n\n"
    'app = Flask(__name__)\nmodel = joblib.load("model.joblib")\n\n\n'
    '@app.route("/score", methods=["POST"])\ndef score():\n'
    '    return jsonify(model.predict(request.json["rows"]).tolist())\n'
)
REAL_TEST = "from util import tenure\n\n\ndef test_tenure():\n    assert tenure(12) == 1\n"
NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ['
    '"import pandas as pd\\n", "from sklearn.svm import SVC\\n", "frame = pd.read_csv(\'customers.csv\')\\n", '
    '"SVC().fit(frame[[\'months\']], frame[\'churned\'])"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)


def github(*steps: str, on: str = "[push, pull_request]", job: str = "") -> str:
    """Return a workflow with one job."""
    lines = [f"on: {on}", "jobs:", "  main:", "    runs-on: ubuntu-latest"]
    lines += [f"    {job}"] if job else []
    lines += ["    steps:", "      - uses: actions/checkout@v4", *(f"      - {step}" for step in steps)]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Fake:
    """A repository whose practice is faked: `reason` is what the rejection says."""

    code: str
    practice: str
    files: dict[str, str]
    path: str
    line: int
    reason: str


CI = ".github/workflows/ci.yml"
FAKES = [
    Fake("F1", "unit-tests",
         {"util.py": UTIL, "tests/test_util.py": "from util import tenure\n\n\ndef test_tenure():\n    tenure(12)\n",
          CI: github("run: pytest")},
         "tests/test_util.py", 4, "nothing is asserted"),
    Fake("F2", "unit-tests",
         {"util.py": UTIL, "tests/test_util.py": "def test_ok():\n    assert 1 == 1\n", CI: github("run: pytest")},
         "tests/test_util.py", 1, "constant"),
    Fake("F3", "unit-tests",
         {"util.py": UTIL, CI: github("run: pytest"),
          "tests/test_util.py": "import pytest\nfrom util import tenure\n\n\n@pytest.mark.skip\ndef test_tenure():\n"
                                "    assert tenure(12) == 1\n"},
         "tests/test_util.py", 6, "skipped"),
    Fake("F4", "model-tests",
         {"train.py": TRAIN, CI: github("run: pytest"),
          "tests/test_model.py": "from unittest.mock import MagicMock\n\n\ndef test_predict():\n    model = MagicMock()\n"
                                 "    assert model.predict([1]) == model.predict.return_value\n"},
         "tests/test_model.py", 4, "mock"),
    Fake("F5", "ci-runs-tests",
         {"util.py": UTIL, "tests/test_util.py": REAL_TEST, CI: github("run: pytest || true")},
         CI, 7, "|| true"),
    Fake("F6", "ci-runs-tests",
         {"util.py": UTIL, "tests/test_util.py": REAL_TEST, CI: github("run: pytest", job="if: false")},
         CI, 3, "if: false"),
    Fake("F7", "ci-runs-tests",
         {"util.py": UTIL, "tests/test_util.py": REAL_TEST, CI: github('run: echo "running pytest"')},
         CI, 7, "only prints"),
    Fake("F8", "experiments-tracked",
         {"train.py": TRAIN, "requirements.txt": "scikit-learn\nmlflow\n"},
         "requirements.txt", 2, "nothing imports it"),
    Fake("F9", "experiments-tracked",
         {"train.py": TRAIN, "tracking.py": "import mlflow\n\n\ndef record(auc):\n    mlflow.log_metric('auc', auc)\n"},
         "tracking.py", 5, "no entry of the project reaches it"),
    Fake("F10", "experiments-tracked",
         {"train.py": TRAIN + "# import mlflow; mlflow.log_metric('auc', auc)\n",
          "docs/tracking.py": "import mlflow\n\nmlflow.log_metric('auc', auc)\n"},
         "docs/tracking.py", 3, "documentation"),
    Fake("F11", "scoring-code",
         {"train.py": TRAIN, "predict.py": "from sklearn.svm import SVC\n\nprint(SVC().predict([[1]]))\n"},
         "predict.py", 3, "no trained model is loaded"),
    Fake("F12", "cd-deploys-model",
         {"app.py": APP, CI: github("run: helm upgrade churn oci://your-registry/churn", on="push")},
         CI, 7, "placeholder"),
    Fake("F13", "pipeline-orchestrated",
         {"train.py": TRAIN, "dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    outs: [model.joblib]\n"},
         "dvc.yaml", 2, "single step"),
    Fake("F14", "pipeline-orchestrated",
         {"train.py": TRAIN,
          "dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    outs: [model.joblib]\n"
                      "  evaluate:\n    cmd: python src/evaluate.py\n    deps: [model.joblib]\n"},
         "dvc.yaml", 2, "runs nothing that exists"),
    Fake("F15", "model-validated",
         {"train.py": TRAIN,
          "gate.py": "import joblib\nfrom sklearn.metrics import f1_score\n\ntry:\n"
                     "    if f1_score(y, joblib.load('model.joblib').predict(x)) < 0.7:\n"
                     "        raise ValueError('too weak')\nexcept Exception:\n    pass\n"},
         "gate.py", 5, "swallows"),
    Fake("F16", "data-validated",
         {"train.py": "import great_expectations as gx\nimport pandas as pd\nfrom sklearn.svm import SVC\n\n"
                      "frame = pd.read_csv('customers.csv')\n"
                      "batch = gx.get_context().data_sources.pandas_default.read_dataframe(frame)\n"
                      "result = batch.validate(gx.expectations.ExpectColumnValuesToNotBeNull(column='months'))\n"
                      "SVC().fit(frame[['months']], frame['churned'])\n"},
         "train.py", 7, "not read"),
    Fake("F17", "ci-lints", {"train.py": TRAIN, CI: github("run: flake8 --exit-zero .")}, CI, 7, "--exit-zero"),
    Fake("F18", "data-ingestion-automated",
         {"data/titanic.csv": "Age,Survived\n22,0\n",
          "train.py": "import os\nimport urllib.request\n\nimport pandas as pd\nfrom sklearn.svm import SVC\n\n"
                      "if not os.path.exists('data/titanic.csv'):\n"
                      "    urllib.request.urlretrieve('https://raw.githubusercontent.com/titanic.csv', 'data/titanic.csv')\n"
                      "frame = pd.read_csv('data/titanic.csv')\nSVC().fit(frame[['Age']], frame['Survived'])\n"},
         "train.py", 8, "committed"),
    Fake("F19", "pipeline-parity",
         {"train.py": TRAIN, "train_prod.py": TRAIN, "Makefile": "train:\n\tpython train.py\n",
          CI: github("run: python train_prod.py", on="push")},
         "train_prod.py", 6, "another definition"),
    Fake("F20", "experiments-tracked",
         {"train.py": "import pandas as pd\nimport wandb\nfrom sklearn.metrics import f1_score\nfrom sklearn.svm import SVC\n\n"
                      "wandb.init(project='churn', mode='disabled')\nframe = pd.read_csv('customers.csv')\n"
                      "model = SVC().fit(frame[['months']], frame['churned'])\n"
                      "wandb.log({'f1': f1_score(frame['churned'], model.predict(frame[['months']]))})\n"},
         "train.py", 9, "switched off"),
    Fake("F22", "data-validated",
         {"train.py": TRAIN,
          "vendor/checks/run.py": "import pandas as pd\nimport pandera as pa\n\n"
                                  "pa.DataFrameSchema({'a': pa.Column(int)}).validate(pd.read_csv('a.csv'))\n"},
         "vendor/checks/run.py", 4, "vendored"),
]  # fmt: skip


@pytest.mark.parametrize("fake", FAKES, ids=lambda fake: fake.code)
def test_fake_is_refused_where_it_stands(fake: Fake) -> None:
    verdict = judged(fake.files).verdicts[fake.practice]
    assert verdict.status != "met", describe(verdict)
    found = [
        item
        for item in verdict.rejected
        if (item.path, item.line, item.fake) == (fake.path, fake.line, fake.code)
    ]
    assert any(fake.reason in item.reason for item in found), describe(verdict)


def test_deployment_that_is_skipped_without_its_secret_is_not_enforced() -> None:
    """F21 is a note: the deployment counts as used, and not as enforced."""
    files = {"app.py": APP, "util.py": UTIL, "tests/test_util.py": REAL_TEST}
    sure = github("run: python -m pytest", "run: kubectl apply -f k8s/", on="push")
    skipped = github("run: python -m pytest",
                     'run: |\n          if [ -z "$TOKEN" ]; then exit 0; fi\n          kubectl apply -f k8s/', on="push")  # fmt: skip
    assert str(judged(files | {CI: sure}).verdicts["cd-deploys-model"].strength) == "enforced"
    verdict = judged(files | {CI: skipped}).verdicts["cd-deploys-model"]
    assert str(verdict.strength) == "used", describe(verdict)
    assert any((item.path, item.fake) == (CI, "F21") for item in (*verdict.rejected,)) or verdict.unknown, (
        describe(verdict)
    )


def test_every_fake_has_its_fixture() -> None:
    assert {fake.code for fake in FAKES} | {"F21"} == {f"F{number}" for number in range(1, 23)}


# Repositories that must rank by what they do (no linter we measured ranks them so).
GAMED = {
    "README.md": "# Churn\n\nTraining is reproducible, tracked with MLflow, tested, monitored for drift and deployed by CI.\n",
    "requirements.txt": "mlflow==2.17.2\npandera==0.20.4\nevidently==0.4.40\nshap==0.46.0\nfairlearn==0.11.0\nscikit-learn==1.5.2\n"
                        "feast==0.41.0\npytest==8.3.3\nprometheus-client==0.21.0\n",
    "train.py": "# mlflow.log_metric pandera.validate random_state=0 evidently drift early_stopping\n"
                "from sklearn.svm import SVC\n\n\ndef train(x, y):\n    return SVC().fit(x, y)\n",
    "tests/test_train.py": "def test_train():\n    assert True\n\n\ndef test_model():\n    pass\n",
    ".github/workflows/ci.yml": "on: [push, pull_request]\njobs:\n  test:\n    if: false\n    runs-on: ubuntu-latest\n    steps:\n"
                                "      - run: pytest\n  soft:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest || true\n"
                                "      # - run: pytest\n      - run: ruff check .\n        continue-on-error: true\n"
                                "      - run: echo kubectl apply -f k8s/\n",
    ".github/workflows/train.yml": "on: workflow_dispatch\njobs:\n  train:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python train.py\n",
    "azure-pipelines.yml": "",
    ".gitlab-ci.yml": ".test:\n  script: [pytest]\n",
    "model.pkl": "x" * 1000,
    "uv.lock": "version = 1\n",
    "LICENSE": "",
    "MODEL_CARD.md": "# Model card\n\n## Intended use\n\nTODO\n\n## Training data\n\nTODO\n\n## Limitations\n\nTODO\n",
    "dvc.yaml": "stages: {}\n",
    ".dvc/config": "[core]\n    remote = storage\n",
    "CODEOWNERS": "* @todo\n",
}  # fmt: skip
SCRIPT = {"train.py": TRAIN, "README.md": "# Churn\n"}
NOTEBOOK_ONLY = {"notebooks/model.ipynb": NOTEBOOK}
NOT_ML = {
    "util.py": UTIL, "tests/test_util.py": REAL_TEST, ".github/workflows/ci.yml": github("run: ruff check .", "run: pytest", "run: python -m build"),
    "pyproject.toml": "[project]\nname = 'util'\nversion = '1.0'\n",
}  # fmt: skip
DVC_ONLY = {
    "dvc.yaml": "stages:\n  prepare:\n    cmd: python prepare.py\n    outs: [customers.csv]\n"
                "  train:\n    cmd: python train.py\n    deps: [customers.csv]\n    outs: [model.joblib]\n    metrics: [metrics.json]\n",
    "dvc.lock": "schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    deps:\n    - {path: customers.csv, hash: md5, md5: 22a1}\n"
                "    outs:\n    - {path: model.joblib, hash: md5, md5: 44a1}\n",
    "prepare.py": "import pandas as pd\n\npd.read_csv('raw.csv').dropna().to_csv('customers.csv')\n",
    "train.py": TRAIN,
}  # fmt: skip
AZURE_ONLY = {
    "churn/__init__.py": "",
    "churn/features.py": "import pandas as pd\n\n\ndef tenure(months):\n    return months / 12\n\n\n"
                         "def build(frame: pd.DataFrame) -> pd.DataFrame:\n    return frame[['months']].map(tenure)\n",
    "churn/train.py": "import mlflow\nimport pandas as pd\nfrom sklearn.metrics import f1_score\nfrom sklearn.svm import SVC\n\n"
                      "from churn.features import build\n\n\ndef train(frame):\n    return SVC().fit(build(frame), frame['churned'])\n\n\n"
                      "def main():\n    frame = pd.read_csv('customers.csv')\n    with mlflow.start_run():\n        model = train(frame)\n"
                      "        mlflow.log_param('kernel', model.kernel)\n"
                      "        mlflow.log_metric('f1', f1_score(frame['churned'], model.predict(build(frame))))\n"
                      "        mlflow.sklearn.log_model(model, 'model', registered_model_name='churn')\n\n\n"
                      "if __name__ == '__main__':\n    main()\n",
    "tests/test_features.py": "from churn.features import tenure\n\n\ndef test_tenure():\n    assert tenure(12) == 1\n",
    ".pipelines/ci.yml": "trigger: [main]\npool: {vmImage: ubuntu-latest}\nsteps:\n  - template: steps/quality.yml\n",
    ".pipelines/steps/quality.yml": "steps:\n  - script: flake8 churn\n  - script: python -m pytest tests\n",
    ".pipelines/train.yml": "trigger: none\nschedules:\n  - cron: '0 3 * * 1'\n    branches: {include: [main]}\n"
                            "pool: {vmImage: ubuntu-latest}\nsteps:\n  - script: python -m churn.train\n",
}  # fmt: skip


def level(assessment: Assessment, model: str) -> int:
    """Return a level as a number that can be compared: without machine learning there is none."""
    found = assessment.models[model].level
    return -1 if found is None else found


def score(assessment: Assessment) -> int:
    return sum(verdict.status == "met" for verdict in assessment.verdicts.values())


@pytest.mark.parametrize("model", ["google", "azure", "gigaom"])
def test_gamed_repository_has_the_lowest_level_of_all(model: str) -> None:
    gamed = judged(GAMED)
    assert gamed.models[model].formula_level == 0
    assert gamed.models[model].possible_level in {0, None}
    for other in (SCRIPT, NOTEBOOK_ONLY, DVC_ONLY, AZURE_ONLY):
        assert gamed.models[model].formula_level <= judged(other).models[model].formula_level


def test_gamed_repository_meets_no_more_than_a_single_script() -> None:
    gamed = judged(GAMED)
    fooled = {name: describe(verdict) for name, verdict in gamed.verdicts.items()
              if verdict.status == "met" and name != "reproducible-env"}  # fmt: skip
    assert score(gamed) <= score(judged(SCRIPT)), fooled


def test_azure_pipelines_alone_reach_azure_2() -> None:
    assessment = judged(AZURE_ONLY)
    assert level(assessment, "azure") == 2, assessment.models["azure"].next


def test_repositories_rank_by_what_they_do() -> None:
    ranked = [GAMED, SCRIPT, DVC_ONLY, AZURE_ONLY]
    scores = [score(judged(files)) for files in ranked]
    assert scores == sorted(scores), scores
    assert scores[1] < scores[2] < scores[3], scores
    assert score(judged(NOTEBOOK_ONLY)) <= scores[1]


def test_repository_without_machine_learning_has_no_level() -> None:
    assessment = judged(NOT_ML)
    assert (assessment.ml, assessment.ml_reason) == (False, "none-found")
    assert {item.level for item in assessment.models.values()} == {None}
    assert assessment.verdicts["ci-runs-tests"].status == "met"


def test_notebook_alone_is_machine_learning_of_level_0() -> None:
    assessment = judged(NOTEBOOK_ONLY)
    assert assessment.ml
    assert {level(assessment, model) for model in assessment.models} == {0}
