"""The first configuration of a repository: `mlops init`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from mlops import git
from mlops.app import settings
from mlops.app.components import training_folders
from mlops.app.editing import write
from mlops.app.lint import Request, link, read
from mlops.domain.config import Config
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.tree import FolderTree, MemoryTree


def init(folder: Path, catalog: Catalog) -> Path:
    """Write a commented `.mlops.yaml` into a folder and return its path.

    Raises MlopsError where the folder has a configuration already, or cannot be written.
    """
    path = folder / settings.FILE
    if path.exists() or path.is_symlink():
        raise MlopsError(f"{path} exists already; edit it, or remove it first")
    tree = FolderTree(str(folder))
    if settings.load(tree).path:
        raise MlopsError(
            f"{folder / 'pyproject.toml'} configures mlops in [tool.mlops] already; edit it there"
        )
    found = training_folders(link(read(tree, catalog, Request(), Config()), catalog, Request()).graph)
    text = first(catalog, git.default_branch(str(folder)), found if len(found) > 1 else {})
    settings.check(settings.load(MemoryTree({settings.FILE: text})), catalog)
    write(path, text)
    return path


def first(catalog: Catalog, branch: str, components: Mapping[str, str]) -> str:
    """Return the text of a first configuration."""
    lines = [
        "# Configuration of mlops. `mlops lint` reads it; docs/configuration.md explains every key.",
        "",
        "# The edition of the rules that this repository is judged by.",
        f'edition: "{catalog.edition}"',
        "",
        f"# The maturity model that counts: {', '.join(sorted(catalog.models))}.",
        "model: google",
        "",
        "# The level to reach: below it `mlops lint` and `mlops gate` exit 1.",
        "# level: 1",
        "",
        "# The branch on which schedules run and to which changes are merged.",
        f"default_branch: {json.dumps(branch)}" if branch else "# default_branch: main",
        "",
    ]
    if components:
        lines += ["# Several folders train a model: each is judged on its own, and the least level counts."]
        lines += ["components:", *(f"  {name}: {json.dumps(path)}" for name, path in components.items()), ""]
    lines += [
        "# Paths that are not read, as in .gitignore.",
        "# exclude: [third_party/]",
        "",
        "# What is lacking for a reason: `mlops waive ID`; what only people can state: `mlops attest ID`.",
    ]
    return "\n".join(lines) + "\n"
