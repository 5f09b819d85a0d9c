"""CI files of all providers as pipelines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module

from mlops.domain.document import Map, Seq
from mlops.domain.facts import FileFacts
from mlops.domain.pipeline import CiConfig, Pipeline
from mlops.domain.regex import regex

Reader = Callable[[Mapping[str, FileFacts], CiConfig], list[Pipeline]]


def _lazy(module: str, *words: str) -> Reader:
    """Return a provider's reader; it is imported for repositories with a path that has one of these words in it."""

    def read(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
        if not any(word in path.lower() for path in files for word in words):
            return []
        reader: Reader = import_module(f"mlops.graph.ci.{module}").pipelines
        return reader(files, config)

    return read


def _azure(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read Azure's pipelines, which are found by content: without a file of their shape nothing is imported."""
    if not any(_may_be_azure(facts) for facts in files.values() if facts.documents):
        return []
    reader: Reader = import_module("mlops.graph.ci.azure").pipelines
    return reader(files, config)


def _may_be_azure(facts: FileFacts) -> bool:
    root = facts.documents[0]
    names = {key.text for key, _ in root.items} if isinstance(root, Map) else set()
    return not names.isdisjoint(_AZURE_BODIES) and "on" not in names


def _cloud_build(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read Cloud Build's files, which are also known by the shape of their steps."""
    if not any(_has_named_steps(facts) for facts in files.values() if facts.documents):
        return []
    reader: Reader = import_module("mlops.graph.ci.cloudbuild").pipelines
    return reader(files, config)


def _has_named_steps(facts: FileFacts) -> bool:
    root = facts.documents[0]
    steps = root.get("steps") if isinstance(root, Map) else None
    return isinstance(steps, Seq) and any(
        isinstance(step, Map) and step.get("name") is not None for step in steps.items
    )


def _code_pipeline(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read AWS CodePipelines, which templates and Terraform files declare among other resources."""
    kinds = {"cfn:AWS::CodePipeline::Pipeline", "tf:aws_codepipeline"}
    if not any(
        fact.value in kinds
        for path, facts in files.items()
        if path.endswith((".tf", ".yml", ".yaml", ".json", ".template"))
        for fact in facts.facts
    ):
        return []
    reader: Reader = import_module("mlops.graph.ci.codepipeline").pipelines
    return reader(files, config)


#: Provider -> the function that reads its files; GitHub's reads Forgejo and Gitea too.
PROVIDERS: dict[str, Reader] = {
    "github-actions": _lazy("github", "/workflows/"),
    "gitlab-ci": _lazy("gitlab", ".gitlab-ci.yml"),
    "azure-pipelines": _azure,
    "jenkins": _lazy("jenkins", "jenkins"),
    "circleci": _lazy("circleci", ".circleci/"),
    "travis": _lazy("travis", ".travis."),
    "bitbucket": _lazy("bitbucket", "bitbucket-pipelines."),
    "google-cloud-build": _cloud_build,
    "aws-codebuild": _lazy("codebuild", "buildspec"),
    "aws-codepipeline": _code_pipeline,
    "buildkite": _lazy("buildkite", "buildkite"),
    "drone": _lazy("drone", ".drone.", ".woodpecker"),
    "appveyor": _lazy("appveyor", "appveyor."),
    "other": _lazy(
        "other",
        ".taskcluster.",
        ".teamcity/",
        ".semaphore/",
        ".harness/",
        ".tekton/",
        "codefresh.",
        "bamboo-",
    ),
}
#: Each Azure pipeline or template has one of these, and none has GitHub's `on`.
_AZURE_BODIES = frozenset({"stages", "jobs", "steps", "extends", "variables"})

_YAML = (".yml", ".yaml")
_PATH = regex(
    r"\.(?:github|forgejo|gitea)/workflows/[^/]+\.ya?ml"
    r"|(?:.*/)?\.gitlab-ci\.ya?ml|\.gitlab/.*\.ya?ml|(?:.*/)?[^/]*\.gitlab-ci\.ya?ml"
    r"|(?:.*/)?[^/]*azure-pipelines[^/]*\.ya?ml|\.(?:azure-pipelines|azuredevops|ado|pipelines|azure[^/]*)/.*\.ya?ml"
    r"|(?:.*/)?Jenkinsfile[^/]*|.*\.jenkinsfile|jenkins/[^/]+\.(?:groovy|jenkins)"
    r"|\.circleci/[^/]+\.ya?ml|\.travis\.ya?ml|bitbucket-pipelines\.ya?ml"
    r"|(?:.*/)?(?:cloudbuild[^/]*|\.?cloud-?build/[^/]+)\.(?:ya?ml|json)|(?:.*/)?[^/]*buildspec[^/]*\.ya?ml"
    r"|\.buildkite/.*\.ya?ml|\.drone\.ya?ml|\.woodpecker\.ya?ml|\.woodpecker/[^/]+\.ya?ml|\.?appveyor\.ya?ml"
    r"|\.taskcluster\.ya?ml|\.teamcity/.*\.kts|\.semaphore/[^/]+\.ya?ml|\.harness/.*\.ya?ml|\.tekton/[^/]+\.ya?ml"
    r"|codefresh\.ya?ml|bamboo-specs/[^/]+\.ya?ml"
)
#: Actions may lie in any folder.
_ACTION = regex(r"(?:.*/)?action\.ya?ml")
#: Lines that pipelines, and the templates and includes of Azure and GitLab, have and most other files do not.
_CONTENT = regex(
    rb"^\s*-?\s*(?:script|before_script|steps|jobs|stages|stage|extends|trigger|task|template|parameters|pool|bash"
    rb"|pwsh|powershell|workflow|include|variables|default|image|rules|deployment|spec)\s*:"
    rb"|^\s*-?\s*\$\{\{\s*(?:if|each|insert|else)",
    re.MULTILINE,
)


def is_ci_path(path: str) -> bool:
    """Tell whether a file lies where a CI system looks for its pipelines."""
    return _PATH.fullmatch(path) is not None


def candidate(path: str, head: bytes) -> bool:
    """Tell from a file's path and first bytes whether it can be a pipeline or a part of one."""
    if is_ci_path(path) or _ACTION.fullmatch(path):
        return True
    return path.endswith(_YAML) and _CONTENT.search(head) is not None


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read the pipelines of every provider."""
    return [pipeline for read in PROVIDERS.values() for pipeline in read(files, config)]
