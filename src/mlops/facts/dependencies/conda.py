"""Environment files of conda, told by their content: any name is common."""

from __future__ import annotations

from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, Seq, items_of
from mlops.domain.facts import Fact
from mlops.facts.dependencies.requirement import dependency, parse, parse_conda


def is_environment(document: Document) -> bool:
    """Tell whether a YAML document is an environment of conda or of MLflow's python_env.yaml."""
    if not isinstance(document, Map):
        return False
    found = document.get("dependencies")
    if not isinstance(found, Seq) or not found.items:
        return False
    if any(document.key(name) for name in ("apiVersion", "kind", "stages", "jobs", "version")):
        return False
    return all(
        isinstance(item, Scalar) or (isinstance(item, Map) and [key.text for key, _ in item.items] == ["pip"])
        for item in found.items
    )


def environment(document: Document) -> Iterator[Fact]:
    """Yield the dependencies of an environment file: conda's own, then those that pip installs."""
    if not isinstance(document, Map):
        return
    by_pip = document.get("build_dependencies") is not None or (
        document.get("python") is not None and not document.get("channels")
    )
    for item in items_of(document.get("dependencies")):
        if isinstance(item, Scalar):
            yield from _pip(item) if by_pip else _conda(item)
        elif isinstance(item, Map):
            for each in items_of(item.get("pip")):
                if isinstance(each, Scalar):
                    yield from _pip(each)


def _conda(item: Scalar) -> Iterator[Fact]:
    found = parse_conda(item.text)
    if found:
        yield dependency(found, item.line, "main", "conda")


def _pip(item: Scalar) -> Iterator[Fact]:
    text = item.text.strip()
    for option in ("-r", "--requirement", "-c", "--constraint"):
        if text.startswith((f"{option} ", f"{option}=")):
            constraint = "yes" if option in {"-c", "--constraint"} else "no"
            yield Fact(
                "include-requirements", text[len(option) :].strip(" ="), item.line, {"constraint": constraint}
            )
            return
    found = None if text.startswith("-") else parse(text)
    if found:
        yield dependency(found, item.line, "main")
