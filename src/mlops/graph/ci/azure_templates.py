"""Where Azure Pipelines templates lie, which files are templates, and what their parameters are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from posixpath import dirname, join, normpath

from mlops.domain.document import Document, Map, Scalar, entries_of, items_of, text_of, walk
from mlops.domain.facts import FileFacts, Location
from mlops.domain.pipeline import ALWAYS, Condition, Unresolved
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.graph.ci.azure_values import UNKNOWN, Value

EXPRESSION = regex(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TRUE = frozenset({"true", "y", "yes", "on"})
_FALSE = frozenset({"false", "n", "no", "off"})


@dataclass(frozen=True, slots=True)
class Placed(Map):
    """An expanded mapping with the file that it comes from and the compile-time condition on it."""

    path: str = ""
    guard: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Origin:
    """A repository whose files can be included; `prefix` is "" for the judged one."""

    files: Mapping[str, FileFacts]
    prefix: str = ""

    def shown(self, path: str) -> str:
        """Return the path as evidence names it."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def root(self, path: str) -> Map | None:
        """Return the mapping at the root of a file, or None."""
        facts = self.files.get(path)
        if facts is None or not facts.documents:
            return None
        return facts.documents[0] if isinstance(facts.documents[0], Map) else None


@dataclass(frozen=True, slots=True)
class Repository:
    """An entry of `resources.repositories`."""

    alias: str
    source: str
    line: int


_HOSTS = {"git": "dev.azure.com", "github": "github.com", "bitbucket": "bitbucket.org"}


def repositories(root: Map) -> dict[str, Repository]:
    """Return the declared repositories by alias."""
    found = {}
    for item in items_of(root.get("resources", "repositories")):
        if not isinstance(item, Map):
            continue
        alias, name = text_of(item.get("repository")), text_of(item.get("name")).strip("/")
        host = _HOSTS.get(text_of(item.get("type"), "git").lower(), "")
        known = bool(alias and name and host and "$" not in name)
        found[alias.lower()] = Repository(alias, f"{host}/{name}" if known else "", item.line)
    return found


def checkout_of(source: str, sources: Mapping[str, Mapping[str, FileFacts]]) -> Origin | None:
    """Return the local checkout of a repository; Azure entries leave out the organisation."""
    if source in sources:
        return Origin(sources[source], source)
    host, _, name = source.partition("/")
    for known, files in sources.items():
        if host == "dev.azure.com" and known.startswith(host + "/") and known.endswith("/" + name):
            return Origin(files, known)
    return None


def resolve(including: str, template: str) -> str:
    """Return the path of a template as seen from the file that includes it."""
    template = template.replace("\\", "/")
    joined = template if template.startswith("/") else join(dirname(including), template)
    return normpath(joined.lstrip("/")) if joined.strip("/") else ""


class Store:
    """Finds templates in the judged repository and its checkouts, and records what it cannot find."""

    def __init__(
        self, files: Mapping[str, FileFacts], sources: Mapping[str, Mapping[str, FileFacts]]
    ) -> None:
        """Take the files of the repository and of the checkouts that were given."""
        self.own = Origin(files)
        self.aliases: Mapping[str, Repository] = {}
        self.unresolved: list[Unresolved] = []
        self.problems: list[tuple[str, int, str]] = []
        self._sources = sources

    def locate(
        self, node: Scalar, origin: Origin, file: str, *, dead: bool
    ) -> tuple[Origin, str, Map] | None:
        """Return where the template that a file names lies; None with the reason on record (unless `dead`)."""
        place = Location(origin.shown(file), node.line)
        if EXPRESSION.search(node.text):
            reason = "the name of the template is known only when the pipeline runs"
            self._unsettled(place, node, "", reason, dead=dead)
            return None
        name, _, alias = node.text.strip().partition("@")
        if alias.lower() == "self":
            origin = self.own
        elif alias:
            repository = self.aliases.get(alias.lower())
            source = repository.source if repository else ""
            checkout = checkout_of(source, self._sources) if source else None
            if checkout is None:
                reason = (
                    "the template lies in another repository" if source else "its repository is not declared"
                )
                self._unsettled(place, node, source, reason, dead=dead)
                return None
            origin = checkout
        target = resolve("" if alias else file, name)
        root = origin.root(target)
        if root is not None:
            return origin, target, root
        if origin.prefix:
            self._unsettled(place, node, origin.prefix, "the template is not in the checkout", dead=dead)
            return None
        if target in origin.files:
            self._unsettled(place, node, "", "the template cannot be read", dead=dead)
        elif not dead:
            self.fault(place.path, node.line, f"the template `{target}` does not exist")
        return None

    def _unsettled(self, place: Location, node: Scalar, source: str, reason: str, *, dead: bool) -> None:
        entry = Unresolved(place.path, place.line, source, node.text.strip(), reason)
        if not dead and entry not in self.unresolved:
            self.unresolved.append(entry)

    def fault(self, path: str, line: int, message: str) -> None:
        """Record a fault once."""
        if (path, line, message) not in self.problems:
            self.problems.append((path, line, message))


def references(path: str, root: Document) -> Iterator[str]:
    """Yield the paths, or patterns of paths, of local templates that a file may include."""
    for keys, node in walk(root):
        if not (keys and keys[-1] == "template" and isinstance(node, Scalar)):
            continue
        template, _, alias = node.text.partition("@")
        if alias in {"", "self"} and template:
            yield resolve(path, EXPRESSION.sub("*", template))


def included_files(roots: Mapping[str, Map]) -> frozenset[str]:
    """Return the files that another of the given files includes as templates."""
    found: set[str] = set()
    for path, root in roots.items():
        for target in references(path, root):
            if target in roots:
                found.add(target)
            elif "*" in target:
                found.update(other for other in roots if other != path and fnmatchcase(other, target))
    return frozenset(found)


def truth_word(text: str) -> bool | None:
    """Return what a boolean word says, None where it is none."""
    lowered = text.strip().lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter; `type` is "" in the old mapping form."""

    name: str
    type: str
    default: Document | None


def declared_parameters(node: Document | None) -> tuple[Parameter, ...]:
    """Return the declared parameters of a file, in either form."""
    if isinstance(node, Map):
        return tuple(Parameter(key.text, "", value) for key, value in node.items)
    return tuple(
        Parameter(text_of(item.get("name")), text_of(item.get("type"), "string").lower(), item.get("default"))
        for item in items_of(node)
        if isinstance(item, Map) and item.get("name") is not None
    )


def parameter_values(declared: tuple[Parameter, ...], given: Document | None) -> dict[str, Value]:
    """Return the value of every parameter: what is given, else the default, else unknown."""
    passed = {key.text.lower(): value for key, value in entries_of(given)}
    values: dict[str, Value] = {name: _converted(value, "") for name, value in passed.items()}
    for parameter in declared:
        node = passed.get(parameter.name.lower(), parameter.default)
        values[parameter.name.lower()] = UNKNOWN if node is None else _converted(node, parameter.type)
    return values


def _converted(node: Document, kind: str) -> Value:
    if not isinstance(node, Scalar):
        return node
    if node.tag == "unknown" or EXPRESSION.search(node.text):
        return UNKNOWN
    if kind == "boolean":
        word = truth_word(node.text)
        return UNKNOWN if word is None else word
    if kind == "number":
        try:
            return float(node.text)
        except ValueError:
            return UNKNOWN
    if kind in {"", "string"}:
        return "" if node.tag == "null" else node.text
    return None if node.tag == "null" else node
