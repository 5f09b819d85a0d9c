from __future__ import annotations

import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops.facts import yaml
from mlops.facts.config import matches, read, read_yaml
from mlops.facts.config.hcl import blocks


def source(text):
    return textwrap.dedent(text).encode()


def resources(path, text):
    return [
        (fact.value, fact.attrs["name"], fact.line)
        for fact in read(path, source(text)).facts
        if fact.kind == "resource"
    ]


def attrs(path, text, value, name=None):
    facts = read(path, source(text)).facts
    return next(
        fact.attrs for fact in facts if fact.value == value and (name is None or fact.attrs["name"] == name)
    )


def of_kind(path, text, kind):
    return [
        (fact.value, fact.line, fact.attrs) for fact in read(path, source(text)).facts if fact.kind == kind
    ]


def targets(path, text):
    return {target.name: target for target in read(path, source(text)).targets}


# -- DVC

DVC = """\
vars:
  - params.yaml
stages:
  prepare:
    cmd: python prepare.py ${data}
    wdir: src
    deps: [prepare.py]
    params:
      - prepare.seed
      - other.yaml:
          - a
          - b
    outs:
      - data/ready.csv:
          cache: false
    frozen: true
  train:
    foreach: [small, large]
    do:
      cmd:
        - python train.py ${item}
        - echo done
      deps: [data/ready.csv]
      outs: ["model-${item}.pkl"]
      metrics:
        - metrics.json
  grid:
    matrix: {model: [a, b], size: [1, 2]}
    cmd: >-
      python grid.py
  empty: {}
artifacts:
  churn: {path: model.pkl, type: model}
"""


def test_dvc_yaml():
    found = targets("dvc.yaml", DVC)
    assert list(found) == [
        "prepare",
        "train@small",
        "train@large",
        "grid@a-1",
        "grid@a-2",
        "grid@b-1",
        "grid@b-2",
    ]
    prepare, train, grid = found["prepare"], found["train@small"], found["grid@a-1"]
    assert (prepare.kind, prepare.line, prepare.script, prepare.script_line) == (
        "dvc-stage",
        4,
        "python prepare.py ${data}",
        5,
    )
    assert (prepare.folder, prepare.inputs, prepare.outputs) == ("src", ("prepare.py",), ("data/ready.csv",))
    assert prepare.attrs["frozen"] == "true"
    assert train.script == "python train.py ${item}\necho done"
    assert train.script_line == 21
    assert train.outputs == ("model-${item}.pkl", "metrics.json")
    assert grid.script_line == 30
    assert resources("dvc.yaml", DVC) == [
        ("dvc:stage", "prepare", 4),
        ("dvc:output", "data/ready.csv", 14),
        ("dvc:params", "prepare.seed", 9),
        ("dvc:params", "other.yaml", 10),
        ("dvc:stage", "train", 17),
        ("dvc:output", "model-${item}.pkl", 24),
        ("dvc:metrics", "metrics.json", 26),
        ("dvc:stage", "grid", 27),
        ("dvc:artifact", "churn", 33),
    ]
    assert attrs("dvc.yaml", DVC, "dvc:params", "other.yaml")["keys"] == "a, b"


@pytest.mark.parametrize(
    "text", ["", "stages: {}", "stages:\n  a:\n", "stages: [a]", "- a", "a", "stages: {a: {cmd: }}"]
)
def test_dvc_yaml_without_stages(text):
    assert not read("dvc.yaml", source(text)).targets or text.endswith("cmd: }}")
    assert not [fact for fact in read("dvc.yaml", source(text)).facts if fact.value == "dvc:output"]


def test_dvc_lock_file_and_config():
    lock = "schema: '2.0'\nstages:\n  train:\n    cmd: x\n    deps:\n    - path: a.csv\n      md5: 11\n    outs:\n    - path: m.pkl\n      md5: 22\n"
    assert resources("dvc.lock", lock) == [
        ("dvc:lock", "train", 3),
        ("dvc:dependency", "a.csv", 6),
        ("dvc:output", "m.pkl", 9),
    ]
    assert attrs("dvc.lock", lock, "dvc:output")["md5"] == "22"
    assert resources("data/raw.csv.dvc", "outs:\n- md5: 33.dir\n  size: 1\n  path: raw.csv\n") == [
        ("dvc:output", "raw.csv", 2)
    ]
    assert matches("data/raw.csv.dvc")
    config = "[core]\n    remote = s\n['remote \"s\"']\n    url = s3://b/x\n"
    assert attrs(".dvc/config", config, "dvc:remote") == {"url": "s3://b/x", "name": "s"}
    assert matches(".dvc/config")


# -- Kubernetes

CRON = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: retrain
  annotations: {owner.io/team: ml}
spec:
  schedule: "0 3 * * 1"
  suspend: true
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - name: train
              image: churn:1.2
              command: [python, -m, churn.train]
              args: ["--out", "$(OUT)"]
              env:
                - {name: OUT, value: "s3://b"}
                - name: SECRET
                  valueFrom: {}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
---
not: a manifest
"""


def test_manifests():
    assert resources("k8s/a.yaml", CRON) == [("k8s:CronJob", "retrain", 2), ("k8s:ConfigMap", "c", 24)]
    target = targets("k8s/a.yaml", CRON)["retrain/train"]
    assert (target.kind, target.line, target.script) == (
        "k8s-container",
        14,
        "python -m churn.train --out $(OUT)",
    )
    assert target.attrs["schedule"] == "0 3 * * 1"
    assert target.attrs["suspend"] == "true"
    assert of_kind("k8s/a.yaml", CRON, "image") == [("churn:1.2", 15, {"use": "k8s"})]
    assert of_kind("k8s/a.yaml", CRON, "setting") == [("OUT=s3://b", 19, {})]
    assert of_kind("k8s/a.yaml", CRON, "key")[0][0] == "metadata.annotations.owner.io/team"


def test_deployment_and_serving_attributes():
    text = """\
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api}
    spec:
      replicas: 2
      strategy: {rollingUpdate: {maxUnavailable: 0}}
      template:
        spec:
          containers:
            - name: api
              image: x
              command: ["/bin/sh", "-c", "exec uvicorn app:app && true"]
              readinessProbe: {httpGet: {path: /healthz}}
    """
    found = attrs("d.yaml", text, "k8s:Deployment")
    assert found["spec.replicas"] == "2"
    assert found["spec.template.spec.containers.*.readinessProbe.httpGet.path"] == "/healthz"
    assert targets("d.yaml", text)["api/api"].script == "exec uvicorn app:app && true"
    kserve = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m}\nspec: {predictor: {canaryTrafficPercent: 10}}\n"
    assert attrs("k.yaml", kserve, "k8s:InferenceService")["spec.predictor.canaryTrafficPercent"] == "10"


def test_weights_in_a_list_are_stated_one_by_one():
    text = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v}\nspec:\n  http:\n  - route:\n    - {weight: 90}\n    - {weight: 10}\n"
    facts = [fact for fact in read("v.yaml", source(text)).facts if fact.kind == "resource"]
    assert [fact.attrs["spec.http.*.route.*.weight"] for fact in facts] == ["90", "10"]


def test_argo_workflows():
    text = """\
    apiVersion: argoproj.io/v1alpha1
    kind: CronWorkflow
    metadata: {name: w}
    spec:
      schedules: ["@daily"]
      workflowSpec:
        templates:
          - name: main
            dag:
              tasks:
                - {name: a, template: prep}
                - {name: b, template: train, depends: "a.Succeeded && a"}
          - name: prep
            container: {image: x, command: [python, prep.py]}
          - name: train
            script:
              image: y
              command: [bash]
              source: |
                python train.py
    """
    found = targets("w.yaml", text)
    assert found["w/prep"].script == "python prep.py"
    assert found["w/train"].script == "python train.py\n"
    assert found["w/train"].script_line == 20
    assert found["w/train"].needs == ("w/prep",)
    assert found["w/train"].attrs["schedule"] == "@daily"
    reference = "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nmetadata: {name: w}\nspec: {schedule: '* * * * *', workflowSpec: {workflowTemplateRef: {name: t}}}\n"
    assert targets("w.yaml", reference)["w"].attrs["ref"] == "t"


def test_tekton_and_secrets():
    text = """\
    apiVersion: tekton.dev/v1
    kind: Task
    metadata: {name: t}
    spec:
      steps:
        - name: train
          image: x
          script: |
            #!/usr/bin/env bash
            python train.py
        - name: other
          image: x
          script: |
            #!/usr/bin/env python3
            import os
    """
    found = targets("t.yaml", text)
    assert list(found) == ["t/train"]
    assert found["t/train"].script.endswith("python train.py\n")
    assert found["t/train"].script_line == 9
    manifest = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n"
    assert "hunter2" not in str(read("s.yaml", source(manifest)).facts)


def test_helm_and_kustomize():
    template = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "x" . }}\n{{- if .Values.a }}\nkind: HorizontalPodAutoscaler\n{{- end }}\n'
    path = "chart/templates/d.yaml"
    assert matches(path)
    assert [value for value, _, _ in resources(path, template)] == [
        "k8s:Deployment",
        "k8s:HorizontalPodAutoscaler",
    ]
    assert read(path, source(template)).problems[0].message == "template, not read"
    assert resources("chart/Chart.yaml", "apiVersion: v2\nname: churn\n") == [("helm:chart", "churn", 1)]
    assert of_kind("chart/values.yaml", "image:\n  repository: r/x\n  tag: 1\n", "image") == [
        ("r/x:1", 2, {"use": "k8s"})
    ]
    kustomization = "resources: [a.yaml]\nimages:\n- {name: x, newTag: '2'}\n"
    assert resources("k8s/prod/kustomization.yaml", kustomization)[0][:2] == (
        "kustomize:kustomization",
        "prod",
    )


def test_expressions_of_ci_are_no_template():
    text = "parameters: []\nsteps:\n- script: echo ${{ parameters.x }}\n"
    found = read("azure-pipelines/templates/a.yml", source(text))
    assert not found.problems
    assert found.documents


# -- Terraform, Bicep, ARM, CloudFormation

TF = """\
# resource "aws_instance" "no" {}
/* resource "aws_instance" "no" {
*/
resource "aws_sagemaker_endpoint" "churn" {
  name  = "churn-${var.env == "prod" ? "p" : "d"}" // why
  count = 2
  tags  = { "a" = "b" }
  policy = <<-EOF
    { "x": 1 }
    resource "aws_instance" "no" {}
  EOF
  deployment_config {
    auto_rollback_configuration { enabled = true }
    dynamic "alarms" {
      for_each = [1, 2]
      content { name = each.value }
    }
  }
  list = [
    "a", { b = "}" },
  ]
}
data "aws_iam_role" "r" { name = "x" }
module "net" { source = "./net" }
provider "aws" {}
variable "env" { default = "dev" }
locals { x = "}" }
output "o" { value = 1 }
resource "aws_s3_bucket" "b" {}
"""


def test_terraform():
    assert resources("main.tf", TF) == [
        ("tf:aws_sagemaker_endpoint", "churn", 4),
        ("tf-data:aws_iam_role", "r", 23),
        ("tf-module", "net", 24),
        ("tf-provider:aws", "aws", 25),
        ("tf-variable", "env", 26),
        ("tf:aws_s3_bucket", "b", 29),
    ]
    found = attrs("main.tf", TF, "tf:aws_sagemaker_endpoint")
    assert found["count"] == "2"
    assert found["deployment_config.auto_rollback_configuration.enabled"] == "true"
    assert found["deployment_config.alarms.name"] == "each.value"
    assert found["tags.a"] == "b"
    assert attrs("main.tf", TF, "tf-module")["source"] == "./net"
    assert of_kind("x.tfvars", 'a = "b"\nn = 3\n', "key") == [("a", 1, {"value": "b", "format": "hcl"}), ("n", 2, {"value": "3", "format": "hcl"})]  # fmt: skip
    assert resources("terragrunt.hcl", 'terraform {\n  source = "../m"\n}\n') == [("tf-module", "../m", 1)]


_HCL_NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
_HCL_VALUES = st.text(
    alphabet=st.characters(exclude_characters='"\\\n\r$%', exclude_categories=["Cs", "Cc"]), max_size=30
)


@given(
    st.lists(
        st.tuples(_HCL_NAMES, _HCL_NAMES, st.dictionaries(_HCL_NAMES, _HCL_VALUES, max_size=4)), max_size=6
    )
)
def test_every_block_is_found(written):
    lines, starts = [], []
    for kind, name, values in written:
        starts.append(len(lines) + 1)
        lines += [
            f'resource "{kind}" "{name}" {{',
            *(f'  {key} = "{value}" # }} "' for key, value in values.items()),
            "}",
        ]
    found = blocks("\n".join(lines))
    assert [(block.labels, block.line) for block in found] == [((kind, name), start) for (kind, name, _), start in zip(written, starts, strict=True)]  # fmt: skip
    for block, (_, _, values) in zip(found, written, strict=True):
        assert block.attrs == {key: " ".join(value.split()) for key, value in values.items()}


@settings(max_examples=60)
@given(st.text(alphabet='{}[]()"$<=\\/*#\n a1.-EOF:,', max_size=200))
def test_any_text_is_survived(text):
    for path in ("a.tf", "a.tfvars", "a.bicep", ".github/CODEOWNERS", "a.sql", ".env", "Snakefile", "a.nf", "crontab", "MODEL_CARD.md", "a.json", "dvc.yaml", "a.timer", ".dvc/config", "renovate.json5"):  # fmt: skip
        found = read(path, text.encode())
        for fact in found.facts:
            assert 0 <= fact.line <= text.count("\n") + 1


def test_bicep():
    text = """\
    param location string
    // resource no 'Microsoft.No/x@2020' = {
    resource ws 'Microsoft.MachineLearningServices/workspaces@2023-04-01' = {
      name: 'mlw-${env}'
      properties: {
        publicNetworkAccess: 'Disabled' // why
        list: [
          { a: 1 }
        ]
      }
      resource compute 'computes@2023-04-01' = if (x) {
        name: 'cpu'
        sku: { name: 'S1' }
      }
    }
    resource old 'Microsoft.Web/sites@2022' existing = {
      name: 'x'
    }
    module net './net.bicep' = {
      name: 'net'
    }
    resource all 'Microsoft.Storage/storageAccounts@2022' = [for n in names: {
      name: n
    }]
    """
    assert sorted(resources("main.bicep", text), key=lambda item: item[2]) == [
        ("bicep:Microsoft.MachineLearningServices/workspaces", "mlw-${env}", 3),
        ("bicep:Microsoft.MachineLearningServices/workspaces/computes", "cpu", 11),
        ("bicep-module", "net", 19),
        ("bicep:Microsoft.Storage/storageAccounts", "n", 22),
    ]
    found = attrs("main.bicep", text, "bicep:Microsoft.MachineLearningServices/workspaces")
    assert found["properties.publicNetworkAccess"] == "Disabled"


def test_arm():
    text = """\
    {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
     "resources": [
       {"type": "Microsoft.MachineLearningServices/workspaces", "name": "w", "properties": {"a": 1},
        "resources": [{"type": "computes", "name": "c"}]},
       {"type": "Microsoft.Resources/deployments", "name": "d",
        "properties": {"template": {"resources": [{"type": "Microsoft.Web/sites", "name": "s"}]}}}]}
    """
    assert resources("azuredeploy.json", text) == [
        ("arm:Microsoft.MachineLearningServices/workspaces", "w", 3),
        ("arm:Microsoft.MachineLearningServices/workspaces/computes", "c", 4),
        ("arm:Microsoft.Resources/deployments", "d", 5),
        ("arm:Microsoft.Web/sites", "s", 6),
    ]


def test_cloudformation_and_serverless():
    text = """\
    AWSTemplateFormatVersion: '2010-09-09'
    Resources:
      Train:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: jobs.train.handler
          Environment: {Variables: {STAGE: !Ref Stage}}
          DeploymentPreference: {Type: Canary10Percent5Minutes}
          Events:
            Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
      Role:
        Type: AWS::IAM::Role
    """
    assert resources("template.yaml", text) == [
        ("cfn:AWS::Serverless::Function", "Train", 3),
        ("cfn:AWS::IAM::Role", "Role", 12),
    ]
    assert attrs("template.yaml", text, "cfn:AWS::Serverless::Function")[
        "Properties.DeploymentPreference.Type"
    ].startswith("Canary")
    target = targets("template.yaml", text)["Train"]
    assert (target.function, target.attrs["schedule"]) == ("src.jobs.train:handler", "rate(1 day)")
    serverless = "service: x\nfunctions:\n  score:\n    handler: src/score.handler\n    events:\n      - schedule: rate(1 hour)\n"
    assert targets("serverless.yml", serverless)["score"].function == "src.score:handler"
    assert targets("serverless.yml", serverless)["score"].attrs == {"schedule": "rate(1 hour)"}
    machine = '{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync", "End": true}}}'
    assert resources("sm.asl.json", machine) == [("asl:StateMachine", "", 1), ("asl:Task", "T", 1)]


# -- Azure ML, Databricks

PIPELINE = """\
$schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json
type: pipeline
display_name: train
settings: {default_compute: cpu}
jobs:
  prep:
    type: command
    code: ../src
    command: >-
      python prep.py
    environment: azureml:env@latest
  fit:
    type: command
    component: ./fit.yml
    inputs: {data: "${{parent.jobs.prep.outputs.data}}"}
"""


def test_azureml():
    assert resources("p.yml", PIPELINE) == [("azureml:pipelineJob", "train", 1)]
    found = targets("p.yml", PIPELINE)
    assert (found["prep"].script, found["prep"].script_line, found["prep"].folder) == (
        "python prep.py",
        10,
        "../src",
    )
    assert found["fit"].needs == ("prep",)
    assert found["fit"].attrs["component"] == "./fit.yml"
    job = "$schema: http://azureml/sdk-2-0/CommandJob.json\ncommand: python train.py --data ${{inputs.data}}\ncode: src\n"
    assert targets("j.yml", job)["commandJob"].script == "python train.py --data ${{inputs.data}}"
    deployment = "name: blue\nendpoint_name: churn\nmodel: azureml:churn:3\ninstance_count: 2\nenvironment_variables: {A: b}\n"
    assert attrs("d.yml", deployment, "azureml:managedOnlineDeployment")["instance_count"] == "2"
    assert of_kind("d.yml", deployment, "setting") == [("A=b", 5, {})]
    schedule = "$schema: https://azuremlschemas.azureedge.net/latest/schedule.schema.json\nname: nightly\ntrigger: {type: cron, expression: '0 3 * * *'}\ncreate_job: ./p.yml\n"
    target = targets("s.yml", schedule)["nightly"]
    assert (target.kind, target.attrs) == ("azureml-job", {"schedule": "0 3 * * *", "job": "./p.yml"})


def test_azureml_run_configuration():
    text = "script: train.py\ntarget: cpu-cluster\nenvironment: {docker: {baseImage: 'churn/train:3'}}\n"
    assert resources("conf/train.runconfig", text) == [("azureml:runConfiguration", "train.py", 1)]
    read_back = attrs("conf/train.runconfig", text, "azureml:runConfiguration")
    assert (read_back["target"], read_back["environment.docker.baseImage"]) == (
        "cpu-cluster",
        "churn/train:3",
    )
    assert resources("conf/train.yml", text) == []


def test_azureml_is_no_other_yaml():
    assert not resources("a.yml", "type: pipeline\njobs: {a: {}}\n")
    assert not resources("a.yml", "command: x\n")
    assert not resources("a.yml", "$schema: https://json.schemastore.org/x.json\nname: a\nauth_mode: b\n")


def test_databricks():
    text = """\
    bundle: {name: churn}
    targets:
      dev: {mode: development}
      prod: {workspace: {host: x}}
    resources:
      jobs:
        retrain:
          schedule: {quartz_cron_expression: "0 0 3 * * ?", pause_status: UNPAUSED}
          tasks:
            - task_key: prep
              notebook_task: {notebook_path: ../notebooks/prep.ipynb}
            - task_key: fit
              depends_on: [{task_key: prep}]
              spark_python_task: {python_file: ../src/fit.py, parameters: ["--env", "${bundle.target}"]}
            - task_key: wheel
              python_wheel_task: {package_name: churn, entry_point: train}
      registered_models:
        m: {name: m}
    """
    assert resources("databricks.yml", text) == [
        ("databricks:bundle", "churn", 1),
        ("databricks:target", "dev", 3),
        ("databricks:target", "prod", 4),
        ("databricks:jobs", "retrain", 7),
        ("databricks:jobs", "retrain", 7),
        ("databricks:jobs", "retrain", 7),
        ("databricks:registered_models", "m", 18),
    ]
    found = targets("databricks.yml", text)
    assert found["retrain/prep"].script == "papermill ../notebooks/prep.ipynb"
    assert found["retrain/fit"].script == "python ../src/fit.py --env ${bundle.target}"
    assert found["retrain/fit"].needs == ("retrain/prep",)
    assert found["retrain/wheel"].script == "train"
    assert found["retrain/fit"].attrs["suspend"] == "UNPAUSED"
    dbx = "environments:\n  default:\n    workflows:\n      - name: w\n        spark_python_task: {python_file: 'file://src/a.py'}\n"
    assert targets("conf/deployment.yml", dbx)["w"].script == "python src/a.py"


# -- other platforms


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("conf/base/catalog.yml", "raw: {type: pandas.CSVDataset, filepath: x}\n_base: 1\n", [("kedro:dataset", "raw", 1)]),
        ("feature_store.yaml", "project: churn\nregistry: x\n", [("feast:store", "churn", 1)]),
        ("dbt_project.yml", "name: shop\n", [("dbt:project", "shop", 1)]),
        ("Pulumi.yaml", "name: infra\nruntime: python\n", [("pulumi:project", "infra", 1)]),
        ("monitoring/p.yml", "scrape_configs:\n- job_name: api\n", [("prometheus:scrape", "api", 2)]),
        ("rules.yml", "groups:\n- name: g\n  rules:\n  - alert: Down\n    expr: up == 0\n", [("prometheus:rule", "Down", 4)]),
        ("d.json", '{"panels": [], "schemaVersion": 38, "title": "API"}', [("grafana:dashboard", "API", 1)]),
        ("c.yaml", "receivers: {otlp: {}}\nexporters: {x: {}}\nservice: {pipelines: {a: {}}}\n", [("otel:collector", "c.yaml", 1)]),
        ("checks.yml", "checks for orders:\n  - row_count > 0\n  - missing_count(id) = 0:\n      name: x\n", [("soda:check", "orders", 2), ("soda:check", "orders", 3)]),
        ("gx/s.json", '{"expectation_suite_name": "s", "expectations": [{"expectation_type": "e"}]}', [("gx:suite", "s", 1), ("gx:expectation", "e", 1)]),
        ("slo.yaml", "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: latency}\n", [("k8s:SLO", "latency", 2)]),
        ("artifacts.yaml", "churn:\n  path: m.pkl\n", [("gto:artifact", "churn", 1)]),
        ("p.json", '{"deploymentSpec": {}, "pipelineInfo": {"name": "p"}, "root": {"dag": {"tasks": {"t": {}}}}}', [("vertex:pipeline", "p", 1), ("vertex:task", "t", 1)]),
        (".github/settings.yml", "branches:\n- name: main\n  protection: {required_pull_request_reviews: {required_approving_review_count: 1}}\n", [("github:settings", "main", 2)]),
        (".github/rulesets/main.json", '{"name": "main", "target": "branch", "enforcement": "active", "rules": [{"type": "pull_request"}]}', [("github:ruleset", "main", 1)]),
        (".mergify.yml", "pull_request_rules:\n- name: merge\n", [("mergify:rule", "merge", 2)]),
        ("x.yml", "a: 1\n", []),
        ("x.yml", "- a\n", []),
        ("x.yml", "", []),
        ("big.json", '{"data": [1, 2, 3]}', []),
    ],
)  # fmt: skip
def test_by_name_and_content(path, text, expected):
    assert resources(path, text) == expected


def test_dbt():
    text = """\
    version: 2
    models:
      - name: churn
        config: {contract: {enforced: true}}
        columns:
          - name: id
            tests: [unique, {not_null: {severity: warn}}]
    exposures:
      - name: dash
    """
    assert resources("models/schema.yml", text) == [
        ("dbt:model", "churn", 3),
        ("dbt:test", "churn:unique", 7),
        ("dbt:test", "churn:not_null", 7),
        ("dbt:contract", "churn", 3),
        ("dbt:exposure", "dash", 9),
    ]
    assert attrs("models/schema.yml", text, "dbt:test", "churn:not_null")["severity"] == "warn"
    assert attrs("models/schema.yml", text, "dbt:model")["config.contract.enforced"] == "true"


def test_mlproject_prefect_bento_cog_cdk():
    project = targets(
        "MLproject",
        "name: x\nentry_points:\n  main:\n    parameters: {a: float}\n    command: python train.py {a}\n",
    )
    assert (project["main"].kind, project["main"].line, project["main"].script) == (
        "mlproject",
        3,
        "python train.py {a}",
    )
    assert matches("sub/MLproject")
    prefect = "deployments:\n- name: d\n  entrypoint: flows/train.py:train\n  schedules:\n  - cron: '0 3 * * *'\n- name: off\n  entrypoint: a.py:b\n  schedules: [{cron: x, active: false}]\n"
    found = targets("prefect.yaml", prefect)
    assert (found["d"].function, found["d"].attrs) == ("flows.train:train", {"schedule": "0 3 * * *"})
    assert found["off"].attrs == {}
    assert targets("bentofile.yaml", "service: 'service:svc'\n")["service"].function == "service:svc"
    assert (
        targets("cog.yaml", "predict: src/predict.py:Predictor\n")["predict"].function
        == "src.predict:Predictor"
    )
    assert targets("cdk.json", '{"app": "python3 app.py"}')["app"].script == "python3 app.py"


# -- governance


def test_codeowners():
    text = """\
    # comment
    *        @acme/ml alice@acme.io # why
    /docs/   @your-org/team
    /src\\ a/ @bob
    /none
    [Models][2] @acme/models
    /models/
    """
    assert [(value, line, found.get("owners"), found.get("placeholder")) for value, line, found in of_kind(".github/CODEOWNERS", text, "owner")] == [
        ("*", 2, "@acme/ml alice@acme.io", None),
        ("/docs/", 3, "", "yes"),
        ("/src\\ a/", 4, "@bob", None),
        ("/none", 5, "", None),
        ("/models/", 7, "@acme/models", None),
    ]  # fmt: skip
    assert matches("CODEOWNERS")
    assert not matches("src/CODEOWNERS")


def test_updates():
    dependabot = "version: 2\nupdates:\n- package-ecosystem: pip\n  schedule: {interval: weekly}\n  cooldown: {default-days: 7}\n- package-ecosystem: github-actions\n"
    assert of_kind(".github/dependabot.yml", dependabot, "update") == [
        ("pip", 3, {"tool": "dependabot", "schedule": "weekly", "cooldown": "7"}),
        ("github-actions", 6, {"tool": "dependabot"}),
    ]
    assert not of_kind("docs/dependabot.yml", dependabot, "update")
    five = (
        '{\n  // comment\n  extends: ["config:recommended"],\n  "minimumReleaseAge": "3 days", /* x */\n}\n'
    )
    assert ("pip", 1, {"tool": "renovate", "cooldown": "3 days"}) in of_kind("renovate.json5", five, "update")
    managers = '{"enabledManagers": ["pip_requirements", "github-actions"]}'
    assert [value for value, _, _ in of_kind("renovate.json", managers, "update")] == [
        "pip",
        "github-actions",
    ]
    assert not of_kind("renovate.json", '{"enabled": false}', "update")


def test_devcontainer():
    text = '// a comment\n{\n  "name": "x", "image": "python:3.12", // http://no\n  "postCreateCommand": ["uv", "sync"],\n  "url": "http://x/y"\n}\n'
    found = targets(".devcontainer/devcontainer.json", text)
    assert (found["postCreateCommand"].script, found["postCreateCommand"].line) == ("uv sync", 4)
    assert of_kind(".devcontainer/devcontainer.json", text, "image") == [
        ("python:3.12", 3, {"use": "devcontainer"})
    ]


CARD = """\
---
license: mit
tags: [churn]
---
# Churn

## Intended use
Ranks customers for the retention team.

<!-- ## Hidden -->
## Training data
[More Information Needed]

## Metrics
| a | 0.9 |

### Detail
AUC 0.91.

## Code
```python
# not a heading
```
Limits
------

## Empty
"""


def test_model_card():
    found = {value: (line, got["words"], got["level"], got.get("placeholder")) for value, line, got in of_kind("README.md", CARD, "section")}  # fmt: skip
    assert found["intended use"] == (7, "6", "2", None)
    assert found["training data"] == (11, "3", "2", "yes")
    assert found["metrics"] == (14, "4", "2", None)
    assert found["detail"] == (17, "2", "3", None)
    assert found["code"] == (20, "0", "2", None)
    assert found["limits"] == (24, "0", "2", "yes")
    assert found["empty"] == (27, "0", "2", "yes")
    assert "not a heading" not in found
    assert "hidden" not in found
    assert resources("README.md", CARD)[0][0] == "hf:card"
    assert not of_kind("README.md", "# Project\n\n## Use\ntext\n", "section")
    assert of_kind("docs/MODEL_CARD.md", "# Card\ntext\n", "section") == [
        ("card", 1, {"words": "1", "level": "1"})
    ]


# -- files of lines


def test_sql():
    text = """\
    -- CREATE MODEL no
    CREATE OR REPLACE MODEL `p.d.m` OPTIONS(model_type='a;b') AS SELECT 1;
    /* INSERT INTO no */
    INSERT INTO t SELECT * FROM ML.PREDICT(MODEL m, TABLE x);
    WITH a AS (SELECT 1) SELECT * FROM a;
    {{ config(materialized='table') }}
    select 1
    """
    assert [(value, line, got.get("name"), got.get("functions")) for value, line, got in of_kind("a.sql", text, "statement")] == [
        ("CREATE MODEL", 2, "p.d.m", None),
        ("INSERT", 4, "t", "ML.PREDICT"),
        ("SELECT", 5, "", None),
    ]  # fmt: skip


def test_environment_hides_secrets():
    text = '# A=1\nexport MLFLOW_TRACKING_URI="http://x"\nAPI_KEY=abc\nEMPTY_TOKEN=\nDB=postgres://u:p@h/d\nbad line\n'
    assert [(value, line) for value, line, _ in of_kind(".env.example", text, "setting")] == [
        ("MLFLOW_TRACKING_URI=http://x", 2),
        ("API_KEY=***", 3),
        ("EMPTY_TOKEN=", 4),
        ("DB=***", 5),
    ]


def test_cron_and_systemd():
    found = targets("crontab", "# x\nSHELL=/bin/sh\n0 3 * * 1 python train.py --x\n@daily make train\n")
    assert [(target.line, target.script, target.attrs["schedule"]) for target in found.values()] == [
        (3, "python train.py --x", "0 3 * * 1"),
        (4, "make train", "@daily"),
    ]
    assert targets("etc/cron.d/job", "0 3 * * * root python t.py\n")["cron:1"].script == "python t.py"
    assert targets("deploy/t.timer", "[Timer]\nOnCalendar=daily\n")["t.timer"].attrs == {
        "schedule": "daily",
        "unit": "t.service",
    }
    assert (
        targets("deploy/t.service", "[Service]\nExecStart=/usr/bin/python t.py\n")["t.service"].script
        == "/usr/bin/python t.py"
    )


def test_snakemake_and_nextflow():
    text = """\
    rule all:
        input: "model.pkl"

    rule train:
        input:
            data="data.csv",  # "no"
            code="train.py"
        output: "model.pkl"
        shell:
            "python train.py "
            "{input.data}"

    rule report:
        input: "model.pkl"
        script: "scripts/report.R"
    """
    found = targets("Snakefile", text)
    assert found["train"].inputs == ("data.csv", "train.py")
    assert found["train"].outputs == ("model.pkl",)
    assert (found["train"].script, found["train"].script_line) == ("python train.py {input.data}", 10)
    assert found["report"].script == "Rscript scripts/report.R"
    assert found["all"].script == ""
    flow = 'process TRAIN {\n  input:\n  path x\n  script:\n  """\n  train.py $x\n  """\n}\nworkflow { TRAIN() }\n'
    assert targets("main.nf", flow)["TRAIN"].script.strip() == "train.py $x"
    assert targets("main.nf", flow)["TRAIN"].script_line == 5


# -- keys and broken files


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("params.yaml", "train: {seed: 1}\nlist: [a, b]\n", [("train.seed", 1, "1"), ("list.*", 2, "a")]),
        ("conf/base/parameters.yml", "a: 1\n", [("a", 1, "1")]),
        ("config/train.json", '{"a": "b"}', [("a", 1, "b")]),
        ("config/settings.toml", "[a]\nb = 1\n", [("a.b", 2, "1")]),
        (".github/workflows/train.yml", "a: 1\n", []),
        ("docker-compose.yml", "a: 1\n", []),
        ("data/x.yml", "a: 1\n", []),
    ],
)
def test_keys(path, text, expected):
    assert [(value, line, got["value"]) for value, line, got in of_kind(path, text, "key")] == expected


def test_templates_and_broken_files():
    assert read("a.yml", b"a: {{ cookiecutter.x }}: {\n").problems[0].message == "template, not read"
    assert "invalid" in read("a.yml", b"a: [\n").problems[0].message
    assert read("a.tf", b"\x00\x01").problems[0].message == "a binary file: not read"
    assert not read("a.yml", b"name: '{{ cookiecutter.x }}'\n").problems


def test_environment_of_conda_is_told_by_content():
    documents, _ = yaml.documents(b"dependencies:\n- numpy=1.2\n")
    facts, found = read_yaml("any.yml", documents)
    assert [fact.value for fact in facts] == ["numpy"]
    assert found == ()


def test_alias_bomb_and_long_file_are_bounded():
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(9))  # fmt: skip
    assert read("config.yml", bomb).problems
    many = "".join(f'resource "a" "r{number}" {{\n}}\n' for number in range(30_000))
    assert len(read("a.tf", many.encode()).facts) <= 20_000


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.sql", b"WITH a (" * 50_000),
        ("a.tf", b"a " * 100_000),
        ("a.tf", b'"' * 200_000),
        ("a.bicep", b"{" * 200_000),
        ("Snakefile", b'rule a:\n  input: "' + b'a"' * 100_000),
        ("Snakefile", b"rule a:\n  x:\n" * 10_000),
        ("MODEL_CARD.md", b"# a " + b" " * 100_000 + b"b\n"),
        ("MODEL_CARD.md", b"[insert " * 50_000),
        ("MODEL_CARD.md", b"{{" * 100_000),
        (".env", b"a= " + b" " * 100_000 + b"x\n"),
    ],
)
def test_hostile_text_takes_no_ages(path, text):
    start = time.perf_counter()
    read(path, text)
    assert time.perf_counter() - start < 10  # well under 1 s each; a pattern gone wild takes minutes
