"""CI systems whose files are recognised but not read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlops.domain.facts import FileFacts
from mlops.domain.pipeline import CiConfig, Pipeline, Unresolved

_DETECTED = (
    ("taskcluster", re.compile(r"\.taskcluster\.ya?ml")),
    ("teamcity", re.compile(r"\.teamcity/.*\.kts")),
    ("semaphore", re.compile(r"\.semaphore/[^/]+\.ya?ml")),
    ("harness", re.compile(r"\.harness/.*\.ya?ml")),
    ("tekton", re.compile(r"\.tekton/[^/]+\.ya?ml")),
    ("codefresh", re.compile(r"codefresh\.ya?ml")),
    ("bamboo", re.compile(r"bamboo-specs/[^/]+\.ya?ml")),
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
