"""The keys of configuration files, for practices that ask what is configurable."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from mlops.domain.document import Document, Scalar, walk
from mlops.domain.facts import Fact
from mlops.domain.regex import regex
from mlops.facts.config.values import MAX_TEXT

MAX_KEYS = 500
_FOLDERS = {
    "conf",
    "config",
    "configs",
    "configuration",
    "configurations",
    "params",
    "hparams",
    "settings",
    "hydra",
    "cfg",
}
_NAMES = regex(
    r"(?:^|[._-])(?:params?|parameters?|config|configuration|cfg|settings?|hparams|hyperparams|hyperparameters|thresholds?|"
    r"monitoring|model|training|train|experiment|sweep|values)(?:[._-]|$)",
    re.IGNORECASE,
)
_FOREIGN = regex(
    r"(?:^|/)\.|(?:^|/)(?:node_modules|mkdocs|package|package-lock|tsconfig|cookiecutter|docker-compose|compose)\b|(?:^|/)_config\."
)


def matches(path: str) -> bool:
    """Tell whether a file looks like configuration of the project itself."""
    if _FOREIGN.search(path):
        return False
    folders = posixpath.dirname(path).lower().split("/")
    stem = posixpath.basename(path).rpartition(".")[0]
    return bool(_FOLDERS.intersection(folders)) or bool(_NAMES.search(stem))


def keys(document: Document, form: str) -> Iterator[Fact]:
    """Yield the scalars of a document by the path of their keys; a list gives each path once."""
    seen: set[str] = set()
    for path, node in walk(document):
        key = ".".join(path)
        if isinstance(node, Scalar) and key and key not in seen:
            if len(seen) >= MAX_KEYS:
                return
            seen.add(key)
            yield Fact("key", key, node.line, {"value": node.text[:MAX_TEXT], "format": form})
