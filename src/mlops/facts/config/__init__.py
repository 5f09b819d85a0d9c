"""Configuration of platforms, infrastructure and governance: what files other than code declare."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable

from mlops.domain.diagnostic import Problem
from mlops.domain.document import Document, Map
from mlops.domain.facts import Fact, FileFacts, Target
from mlops.domain.regex import regex
from mlops.facts import dependencies, toml, yaml
from mlops.facts.config import (
    aws,
    azure,
    databricks,
    dvc,
    governance,
    hcl,
    keys,
    kubernetes,
    markdown,
    plain,
    platforms,
    r,
)
from mlops.facts.config.values import NOTHING, Found
from mlops.facts.decode import text as decode

#: More than any honest file says.
MAX_FACTS = 20_000

_YAML = (".yml", ".yaml")
_JSON = (".json", ".json5", ".jsonc")
#: What templates are written in; `${{` belongs to GitHub and Azure, and is fine YAML as they use it.
_TEMPLATE = regex(rb"(?<!\$)\{\{|\{%|<%|\$\{\{ *(?:values|cookiecutter)")
_HELM_TEXT = regex(
    rb"(?<!\$)\{\{-?\s*(?:\.|\$|/\*|(?:include|if|range|with|template|define|toYaml|default|end)\b)"
)
_HELM = regex(r"(?:^|/)templates/.*\.(?:ya?ml|tpl)$")
_ENV = regex(r"^\.env(?:\..+)?$|\.env$")
_CRON = regex(r"(?:^|/)(?:crontab(?:\.txt)?|[^/]+\.cron|cron\.d/[^/]+)$")
_JSON_COMMENT = regex(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)

#: A JSON file without any of these is data: it is not parsed.
_JSON_SIGNS = regex(
    rb'"(?:\$schema|StartAt|panels|enforcement|expectations|deploymentSpec|AWSTemplateFormatVersion|Resources|apiVersion|bundle)"'
)

_FACTS: tuple[tuple[str, Callable[[str], bool], Callable[[str, str], Iterable[Fact]]], ...] = (
    ("hcl", lambda path: path.endswith((".tf", ".tofu")), lambda _, text: hcl.terraform(text)),
    ("hcl", lambda path: path.endswith(".tfvars"), lambda _, text: hcl.variables(text)),
    ("hcl", lambda path: posixpath.basename(path) == "terragrunt.hcl", lambda _, text: hcl.terragrunt(text)),
    ("bicep", lambda path: path.endswith(".bicep"), lambda _, text: azure.bicep(text)),
    ("codeowners", governance.is_owners, lambda _, text: governance.owners(text)),
    ("sql", lambda path: path.endswith(".sql"), lambda _, text: plain.sql(text)),
    (
        "env",
        lambda path: bool(_ENV.search(posixpath.basename(path))),
        lambda _, text: plain.environment(text),
    ),
    ("ini", lambda path: path.endswith(".dvc/config"), lambda _, text: dvc.config(text)),
    (
        "r",
        r.is_document,
        lambda path, text: (
            *(markdown.sections(path, text) if markdown.matches(path) else ()),
            *r.read(path, text),
        ),
    ),
    ("r", lambda path: path.endswith((".R", ".r")), r.read),
    ("markdown", markdown.matches, markdown.sections),
)
_TARGETS: tuple[tuple[str, Callable[[str], bool], Callable[[str, str], Iterable[Target]]], ...] = (
    ("cron", lambda path: bool(_CRON.search(path)), plain.crontab),
    ("ini", lambda path: path.endswith((".timer", ".service")), plain.unit),
    ("snakemake", lambda path: posixpath.basename(path) == "Snakefile" or path.endswith(".smk"), lambda _, text: plain.snakefile(text)),
    ("nextflow", lambda path: path.endswith(".nf"), lambda _, text: plain.nextflow(text)),
)  # fmt: skip


def matches(path: str) -> bool:
    """Tell whether `read` has to read a file for its name; generic YAML is told by its content."""
    name = posixpath.basename(path)
    return (
        name == "MLproject"
        or (dvc.matches(path) and not path.endswith(_YAML))
        or governance.is_renovate(path)
        or path.endswith(_JSON)
        or (path.endswith(".toml") and keys.matches(path) and not dependencies.matches(path))
        or bool(_HELM.search(path))
        or azure.is_run_configuration(path)
        or any(tells(path) for _, tells, _ in (*_FACTS, *_TARGETS))
    )


def read(path: str, source: bytes) -> FileFacts:
    """Read one file: those that `matches` names, and any YAML."""
    text, problem = decode(source)
    if problem:
        return FileFacts("", problems=(problem,))
    for language, tells, facts in _FACTS:
        if tells(path):
            return _bounded(FileFacts(language, tuple(facts(path, text))))
    for language, tells, targets in _TARGETS:
        if tells(path):
            return FileFacts(language, targets=tuple(targets(path, text)))
    return _document(path, text)


def _document(path: str, text: str) -> FileFacts:
    """Read YAML or JSON; a template that does not parse is no fault of its author."""
    raw = text.encode("utf-8", "replace")
    if path.endswith(".toml"):
        documents, problems = toml.documents(raw)
        facts = tuple(fact for each in documents for fact in keys.keys(each, "toml"))
        return FileFacts("toml", facts, problems=problems, documents=documents)
    is_json = path.endswith(_JSON) or governance.is_renovate(path)
    if is_json and not (_by_name(path) or keys.matches(path) or _JSON_SIGNS.search(raw)):
        return FileFacts("json")
    if is_json and (b"//" in raw or b"/*" in raw):
        raw = _JSON_COMMENT.sub(_without_comment, text).encode("utf-8", "replace")
    language = "json" if is_json else "yaml"
    helm = bool(_HELM.search(path)) and bool(_HELM_TEXT.search(raw))
    documents, problems = yaml.documents(raw)
    if helm or (problems and _TEMPLATE.search(raw)):
        facts = tuple(kubernetes.template(text)) if helm else ()
        return FileFacts(language, facts, problems=(Problem(0, "template, not read"),))
    facts, targets = read_yaml(path, documents)
    return FileFacts(language, facts, targets, problems, documents=documents)


def _by_name(path: str) -> bool:
    name = posixpath.basename(path)
    return governance.is_renovate(path) or name in {"devcontainer.json", ".devcontainer.json", "cdk.json"}


def _without_comment(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else "\n" * match[0].count("\n")


def read_yaml(path: str, documents: Iterable[Document]) -> Found:
    """Return what composed YAML or JSON documents declare, told by name and content."""
    facts: list[Fact] = []
    targets: list[Target] = []
    for document in documents:
        if isinstance(document, Map):
            found = _told(path, document)
            facts += found[0]
            targets += found[1]
            if keys.matches(path):
                facts += keys.keys(document, "json" if path.endswith(_JSON) else "yaml")
    return tuple(facts[:MAX_FACTS]), tuple(targets[:MAX_FACTS])


def _told(path: str, document: Map) -> Found:
    """Find the reader of one document: by the file's name first, then by what the document holds."""
    name = posixpath.basename(path)
    if dvc.matches(path):
        return dvc.read_yaml(path, document)
    if governance.is_renovate(path):
        return tuple(governance.renovate(document)), ()
    policy = governance.policy(path, document)
    if policy != NOTHING:
        return policy
    found = platforms.reader(path, document)
    if found:
        return found(path, document)
    if name in {"kustomization.yaml", "kustomization.yml", "Kustomization"}:
        return tuple(kubernetes.kustomization(path, document)), ()
    if name in {"Chart.yaml", "Chart.yml"} or _is_values(path, document):
        return tuple(kubernetes.helm(path, document)), ()
    return _by_content(path, name, document)


def _by_content(path: str, name: str, document: Map) -> Found:
    if azure.is_run_configuration(path):
        return azure.run_configuration(document)
    if kubernetes.is_manifest(document):
        return kubernetes.read(document)
    if azure.ml_kind(document):
        return azure.ml(document)
    if azure.is_arm(document):
        return tuple(azure.arm(document)), ()
    if name in {"serverless.yml", "serverless.yaml"}:
        return aws.serverless(document)
    if aws.is_template(document):
        return aws.template(document)
    if aws.is_state_machine(document):
        return tuple(aws.state_machine(document)), ()
    if databricks.is_bundle(document):
        return databricks.bundle(document)
    if databricks.is_dbx(path, document):
        return databricks.dbx(document)
    return dependencies.read_yaml(path, (document,)), ()


def _is_values(path: str, document: Map) -> bool:
    """Tell whether a file holds the values of a Helm chart: by its name, and by what charts set."""
    name = posixpath.basename(path)
    usual = {"image", "replicaCount", "service", "ingress", "resources", "serviceAccount", "nodeSelector"}
    return (
        name.startswith("values")
        and name.endswith(_YAML)
        and any(key.text in usual for key, _ in document.items)
    )


def _bounded(read_back: FileFacts) -> FileFacts:
    if len(read_back.facts) <= MAX_FACTS:
        return read_back
    problem = Problem(0, f"more than {MAX_FACTS:,} facts: the rest is not kept")
    return FileFacts(read_back.language, read_back.facts[:MAX_FACTS], problems=(problem,))
