"""CI systems whose files are recognised but not read."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.facts import FileFacts
from mlops.domain.pipeline import CiConfig, Pipeline, Unresolved
from mlops.domain.regex import regex

_DETECTED = (
    ("taskcluster", regex(r"\.taskcluster\.ya?ml")),
    ("teamcity", regex(r"\.teamcity/.*\.kts")),
    ("semaphore", regex(r"\.semaphore/[^/]+\.ya?ml")),
    ("harness", regex(r"\.harness/.*\.ya?ml")),
    ("tekton", regex(r"\.tekton/[^/]+\.ya?ml")),
    ("codefresh", regex(r"codefresh\.ya?ml")),
    ("bamboo", regex(r"bamboo-specs/[^/]+\.ya?ml")),
)


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Return a pipeline without runs for every file of a system that is not read."""
    del config
    return [
        Pipeline(
            provider,
            path,
            path,
            unresolved=(Unresolved(path, 0, "", path, f"{provider} is detected but not read"),),
        )
        for provider, pattern in _DETECTED
        for path in sorted(files)
        if pattern.fullmatch(path)
    ]
