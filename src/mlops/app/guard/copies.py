"""Where a pipeline takes up its own copy of the gate's template, and what it asks of it."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping

from mlops.domain.document import Document, Map, Seq, entries_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.record import dataclass

#: How GitLab includes a file of the repository, and how Azure does; what each passes to it.
_FORMS = (("local", "inputs"), ("template", "parameters"))


@dataclass(frozen=True, slots=True)
class Copy:
    """One place that takes up a template of this repository."""

    path: str
    line: int
    template: str
    given: tuple[tuple[str, str], ...]


def copies(files: Mapping[str, FileFacts], templates: Collection[str]) -> Iterator[Copy]:
    """Yield the places of all documents that take up one of some templates, each given by its path."""
    names = {posixpath.basename(path) for path in templates}
    for path, file in files.items() if names else ():
        for document in file.documents:
            for item in _maps(document):
                for form, passed in _FORMS:
                    template = text_of(item.get(form))
                    if posixpath.basename(template) in names:
                        given = ((key.text, text_of(value)) for key, value in entries_of(item.get(passed)))
                        yield Copy(path, item.line, template, tuple(given))


def repository_ref(file: FileFacts, alias: str) -> str | None:
    """Return the revision that an Azure pipeline declares for a repository of this alias, None for no such one."""
    for document in file.documents:
        for item in _maps(document):
            if alias and text_of(item.get("repository")) == alias:
                return text_of(item.get("ref"))
    return None


def _maps(node: Document) -> Iterator[Map]:
    """Yield every mapping of a document; how deep it goes was bounded when it was read."""
    if isinstance(node, Map):
        yield node
        for _, value in node.items:
            yield from _maps(value)
    elif isinstance(node, Seq):
        for item in node.items:
            yield from _maps(item)
