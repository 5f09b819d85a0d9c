"""A small repository with a model, laid out for three CI platforms; each reaches Google's level 1 and more."""

from __future__ import annotations

COMMON = {
    ".mlops.yaml": "model: google\nlevel: 2\nstrict: true\n",
    "pyproject.toml": """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "churn"
version = "1.0.0"
dependencies = ["scikit-learn==1.5.0", "pandas==2.2.2", "mlflow==2.14.0", "pandera==0.20.0", "fastapi==0.111.0"]

[project.scripts]
churn-train = "churn.train:main"

[tool.setuptools.packages.find]
where = ["src"]
""",
    "requirements.in": "scikit-learn\npandas\nmlflow\npandera\nfastapi\n",
    "requirements.lock": """\
fastapi==0.111.0 \\
    --hash=sha256:b9ebc8cf6d3c5d4dbf2b5dd4a4f9e2a6a3b0a5b3c7e5c9f6fc7c6d2f4a9a4c11
mlflow==2.14.0 \\
    --hash=sha256:a9ebc8cf6d3c5d4dbf2b5dd4a4f9e2a6a3b0a5b3c7e5c9f6fc7c6d2f4a9a4c12
pandas==2.2.2 \\
    --hash=sha256:c9ebc8cf6d3c5d4dbf2b5dd4a4f9e2a6a3b0a5b3c7e5c9f6fc7c6d2f4a9a4c13
pandera==0.20.0 \\
    --hash=sha256:d9ebc8cf6d3c5d4dbf2b5dd4a4f9e2a6a3b0a5b3c7e5c9f6fc7c6d2f4a9a4c14
scikit-learn==1.5.0 \\
    --hash=sha256:e9ebc8cf6d3c5d4dbf2b5dd4a4f9e2a6a3b0a5b3c7e5c9f6fc7c6d2f4a9a4c15
""",
    "README.md": "# Churn\n\nPredicts who leaves.\n",
    "Makefile": """\
install:
\tpip install --require-hashes -r requirements.lock
\tpip install --no-deps .

test:
\tpytest tests

pipeline:
\tdvc repro
""",
    "dvc.yaml": """\
stages:
  ingest:
    cmd: python -m churn.ingest
    outs:
      - data/raw.csv
  validate:
    cmd: python -m churn.validate
    deps:
      - data/raw.csv
    outs:
      - data/valid.csv
  train:
    cmd: python -m churn.train
    deps:
      - data/valid.csv
    outs:
      - model.pkl
  evaluate:
    cmd: python -m churn.evaluate
    deps:
      - model.pkl
""",
    "src/churn/__init__.py": "",
    "src/churn/ingest.py": """\
import pandas as pd


def main() -> None:
    rows = pd.read_sql("select * from customers", "postgresql://warehouse/crm")
    rows.to_csv("data/raw.csv")


if __name__ == "__main__":
    main()
""",
    "src/churn/validate.py": """\
import pandas as pd
import pandera as pa

SCHEMA = pa.DataFrameSchema({"age": pa.Column(int, pa.Check.ge(0)), "churned": pa.Column(int)})


def main() -> None:
    rows = pd.read_csv("data/raw.csv")
    SCHEMA.validate(rows)
    rows.to_csv("data/valid.csv")


if __name__ == "__main__":
    main()
""",
    "src/churn/features.py": """\
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def features(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop(columns=["churned"]).fillna(0)


def scaled(rows: pd.DataFrame) -> pd.DataFrame:
    return StandardScaler().fit_transform(rows)


def fitted(rows: pd.DataFrame, target: pd.Series) -> LogisticRegression:
    model = LogisticRegression(random_state=0)
    return model.fit(scaled(rows), target)
""",
    "src/churn/train.py": """\
import mlflow
import mlflow.sklearn
import pandas as pd

from churn.features import features, fitted


def main() -> None:
    rows = pd.read_csv("data/valid.csv")
    with mlflow.start_run():
        model = fitted(features(rows), rows["churned"])
        mlflow.log_param("C", 1.0)
        mlflow.log_metric("train_accuracy", model.score(features(rows), rows["churned"]))
        mlflow.sklearn.log_model(model, "model")


if __name__ == "__main__":
    main()
""",
    "src/churn/evaluate.py": """\
import sys

import mlflow
import mlflow.sklearn
import pandas as pd
from sklearn.metrics import accuracy_score

from churn.features import features


def main() -> None:
    rows = pd.read_csv("data/valid.csv")
    model = mlflow.sklearn.load_model("models:/churn/candidate")
    accuracy = accuracy_score(rows["churned"], model.predict(features(rows)))
    mlflow.log_metric("accuracy", accuracy)
    if accuracy < 0.8:
        sys.exit("too bad to release")
    mlflow.register_model("runs:/candidate/model", "churn")


if __name__ == "__main__":
    main()
""",
    "src/churn/serve.py": """\
import mlflow.sklearn
import pandas as pd
from fastapi import FastAPI
from sqlalchemy import create_engine

from churn.features import features

app = FastAPI()
model = mlflow.sklearn.load_model("models:/churn/production")
engine = create_engine("postgresql://warehouse/predictions")


@app.post("/predict")
def predict(rows: list[dict]) -> list[int]:
    frame = features(pd.DataFrame(rows))
    answer = model.predict(frame)
    frame.assign(prediction=answer, version="1").to_sql("predictions", engine, if_exists="append")
    return answer.tolist()
""",
    "tests/test_features.py": """\
import pandas as pd

from churn.features import features


def test_missing_values_become_zero():
    rows = pd.DataFrame({"age": [None], "churned": [1]})
    assert features(rows)["age"].tolist() == [0]
""",
    "deploy/deploy.sh": """\
#!/bin/bash
set -euo pipefail
mlflow models build-docker -m models:/churn/production -n registry.example/churn
docker push registry.example/churn
kubectl set image deployment/churn churn=registry.example/churn
kubectl rollout status deployment/churn
""",
}

_ACTION = "0123456789abcdef0123456789abcdef01234567"

GITHUB = {
    ".github/CODEOWNERS": "* @acme/ml\n/.mlops.yaml @acme/platform\n",
    ".github/workflows/ci.yml": f"""\
name: ci
on:
  push:
    branches: [main]
  pull_request:
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make install
      - run: make test
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install ruff==0.5.0
      - run: ruff check .
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install build==1.2.1
      - run: python -m build
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: acme/mlops@{_ACTION}
        with:
          command: gate
""",
    ".github/workflows/train.yml": """\
name: train
on:
  schedule:
    - cron: "0 3 * * 1"
jobs:
  train:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make install
      - run: make pipeline
      - run: bash deploy/deploy.sh
""",
    ".github/workflows/pipeline.yml": """\
name: pipeline
on:
  push:
    branches: [main]
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make install
      - run: make test
      - run: prefect deploy --all
""",
    "Dockerfile": """\
FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install --require-hashes -r requirements.lock && pip install --no-deps .
CMD ["dvc", "repro"]
""",
}

GITLAB = {
    "CODEOWNERS": "* @acme/ml\n/.mlops.yaml @acme/platform\n",
    ".gitlab-ci.yml": """\
image: python:3.12

stages: [check, release]

workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

test:
  stage: check
  script:
    - make install
    - make test

lint:
  stage: check
  script:
    - pip install ruff==0.5.0
    - ruff check .

build:
  stage: check
  script:
    - pip install build==1.2.1
    - python -m build

gate:
  stage: check
  script:
    - pip install mlops-maturity==0.1.0
    - mlops gate

train:
  stage: release
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - make install
    - make pipeline
    - bash deploy/deploy.sh

publish:
  stage: release
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - make install
    - prefect deploy --all
""",
}

AZURE = {
    "azure-pipelines.yml": """\
trigger:
  branches:
    include: [main]
pr:
  branches:
    include: [main]

pool:
  vmImage: ubuntu-latest

jobs:
  - job: test
    steps:
      - script: make install
      - script: make test
  - job: lint
    steps:
      - script: pip install ruff==0.5.0
      - script: ruff check .
  - job: build
    steps:
      - script: pip install build==1.2.1
      - script: python -m build
  - job: gate
    steps:
      - script: pip install mlops-maturity==0.1.0
      - script: mlops gate
""",
    "train.azure-pipelines.yml": """\
trigger: none
pr: none
schedules:
  - cron: "0 3 * * 1"
    displayName: weekly training
    always: true
    branches:
      include: [main]

pool:
  vmImage: ubuntu-latest

steps:
  - script: make install
  - script: make pipeline
  - script: bash deploy/deploy.sh
""",
    "release.azure-pipelines.yml": """\
trigger:
  branches:
    include: [main]
pr: none

pool:
  vmImage: ubuntu-latest

steps:
  - script: make install
  - script: make test
  - script: prefect deploy --all
""",
}

LAYOUTS = {"github": COMMON | GITHUB, "gitlab": COMMON | GITLAB, "azure": COMMON | AZURE}
