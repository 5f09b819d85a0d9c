"""The scripts of package.json."""

from __future__ import annotations

from mlops.domain.document import Map, Scalar, entries_of
from mlops.domain.facts import FileFacts, Target
from mlops.facts.yaml import documents


def matches(path: str) -> bool:
    """Tell whether a path names a package.json."""
    return path.rsplit("/", 1)[-1] == "package.json"


def read(source: bytes) -> FileFacts:
    """Read the scripts of a package.json."""
    found, problems = documents(source)
    root = found[0] if found else None
    scripts = entries_of(root.get("scripts")) if isinstance(root, Map) else ()
    names = {key.text for key, _ in scripts}
    targets = tuple(
        Target(
            "npm", key.text, key.line, value.text, value.line, errexit=False,
            needs=(f"pre{key.text}",) if f"pre{key.text}" in names else (),
            attrs={"after": f"post{key.text}"} if f"post{key.text}" in names else {},
        )
        for key, value in scripts
        if isinstance(value, Scalar)
    )  # fmt: skip
    return FileFacts("npm", targets=targets, problems=problems)
