"""Follow GitLab's `include` and merge what it brings into one configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mlops.domain.document import Document, Map, Scalar, Seq, items_of, text_of
from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri, any_of
from mlops.domain.pipeline import Condition, Unresolved
from mlops.domain.record import dataclass, field
from mlops.domain.regex import regex
from mlops.graph.ci.gitlab_occasion import Occasion, glob_matches
from mlops.graph.ci.gitlab_rules import file_variables, rule_matches
from mlops.graph.ci.gitlab_tree import input_values, interpolated, merged, place

_MAX_INCLUDES, _MAX_LEVELS = 150, 20
#: Templates of GitLab whose jobs are known by their names, and never tests or deployments.
_KNOWN = regex(
    r"(?:Security/|Workflows/|Jobs/(?:SAST|Secret-Detection|Dependency-Scanning|Container-Scanning|Code-Quality"
    r"|License-Scanning|Code-Intelligence|DAST))"
)
#: How a component of the repository itself is named.
_OWN_ADDRESSES = ("$CI_SERVER_FQDN/$CI_PROJECT_PATH", "$CI_SERVER_HOST/$CI_PROJECT_PATH")
_BRANCHES = ("$CI_COMMIT_TAG", "$CI_COMMIT_BRANCH")
#: The rules of the two templates that hold nothing but `workflow`.
_WORKFLOWS: Mapping[str, tuple[str, ...]] = {
    "Workflows/MergeRequest-Pipelines.gitlab-ci.yml": (
        "$CI_MERGE_REQUEST_IID",
        "$CI_COMMIT_TAG",
        "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH",
    ),
    "Workflows/Branch-Pipelines.gitlab-ci.yml": _BRANCHES,
}


@dataclass(frozen=True, slots=True)
class _Origin:
    files: Mapping[str, FileFacts]
    prefix: str = ""

    def shown(self, path: str) -> str:
        return f"{self.prefix}/{path}" if self.prefix else path


@dataclass(slots=True)
class Loader:
    """Loads a file with its includes as one event sees them, and keeps a record of what it met."""

    files: Mapping[str, FileFacts]
    sources: Mapping[str, Mapping[str, FileFacts]]
    occasion: Occasion
    unresolved: list[Unresolved] = field(default_factory=list)
    problems: list[tuple[str, int, str]] = field(default_factory=list)
    includes: list[tuple[str, int]] = field(default_factory=list)
    #: Jobs that come from an include of which it is unknown whether it applies.
    guards: dict[str, Condition] = field(default_factory=dict)
    _count: int = 0

    def load(self, path: str, inputs: Document | None = None) -> Map:
        """Return the merged configuration of a file of the judged repository."""
        return self._file(_Origin(self.files), path, inputs, ())

    def _file(self, origin: _Origin, path: str, inputs: Document | None, stack: tuple[str, ...]) -> Map:
        facts = origin.files.get(path)
        shown = origin.shown(path)
        if facts is None or not facts.documents or shown in stack or len(stack) > _MAX_LEVELS:
            return Map((), 0)
        body, header = facts.documents[0], None
        if isinstance(body, Map) and body.key("spec") and len(facts.documents) > 1:
            header, body = body, facts.documents[1]
        body = place(body, shown)
        if isinstance(header, Map):
            body = interpolated(body, input_values(header.get("spec", "inputs"), inputs))
        if not isinstance(body, Map):
            return Map((), 0)
        known = {**file_variables(body.get("variables")), **self.occasion.variables}
        config = Map((), body.line)
        for item in _listed(body.get("include")):
            config = merged(config, self._include(item, origin, (*stack, shown), known))
        own = Map(tuple(entry for entry in body.items if entry[0].text != "include"), body.line)
        return merged(config, own)

    def _include(
        self, item: Document, origin: _Origin, stack: tuple[str, ...], known: Mapping[str, object]
    ) -> Map:
        self._count += 1
        if self._count > _MAX_INCLUDES:
            self._problem(stack[-1], item.line, f"more than {_MAX_INCLUDES} files are included")
            return Map((), 0)
        applies = self._applies(item)
        if applies is Tri.NO:
            return Map((), 0)
        found = Map((), item.line)
        for target, path in self._targets(item, origin, stack[-1], known):
            inputs = item.get("inputs") if isinstance(item, Map) else None
            found = merged(found, self._file(target, path, inputs, stack))
        if applies is Tri.UNKNOWN:
            reason = "whether the rules of its include hold cannot be told from the files"
            guard = Condition(Tri.UNKNOWN, reason, "", item.line)
            self.guards.update({key.text: guard for key, _ in found.items})
        return found

    def _applies(self, item: Document) -> Tri:
        rules = item.get("rules") if isinstance(item, Map) else None
        if rules is None:
            return Tri.YES
        left, found = Tri.YES, Tri.NO
        for rule in items_of(rules):
            if not isinstance(rule, Map):
                continue
            never = text_of(rule.get("when")) == "never"
            matches = rule_matches(rule, self.occasion, never=never)
            taken, left = min(left, matches), min(left, ~matches)
            if not never:
                found = any_of((found, taken))
        return found

    def _targets(
        self, item: Document, origin: _Origin, path: str, known: Mapping[str, object]
    ) -> Iterator[tuple[_Origin, str]]:
        """Yield the files that an include names; what lies elsewhere goes on record."""
        kind, node = _kind(item)
        text = _filled(text_of(node), known)
        line = node.line if isinstance(node, Scalar) else item.line
        if kind == "local":
            yield from ((origin, name) for name in self._local(origin, text, path, line))
            return
        if kind == "project" and isinstance(item, Map):
            for file in items_of(item.get("file")):
                self._note(f"project:{text}:{text_of(file)}", line)
                yield from self._elsewhere(
                    text, text_of(file).lstrip("/"), path, line, f"{text}:{text_of(file)}"
                )
        elif kind == "component":
            self._note(f"component:{text}", line)
            yield from self._component(text, origin, path, line)
        elif kind == "template":
            self._note(f"template:{text}", line)
            yield from self._template(text, path, line)
        elif kind == "remote":
            self._note(f"remote:{text}", line)
            self._unsettled(path, line, "", text, "the file lies at an address outside the repository")

    def _local(self, origin: _Origin, text: str, path: str, line: int) -> list[str]:
        name = text.lstrip("/").removeprefix("./")
        if "$" in name:
            self._unsettled(path, line, "", text, "the name of the included file is known only in a pipeline")
            return []
        if "*" not in name and name not in origin.files:
            self._problem(path, line, f"the included file `{name}` does not exist")
        found = sorted(other for other in origin.files if glob_matches(name, other))
        for other in found:
            if not origin.files[other].documents and origin.files[other].problems:
                self._unsettled(path, line, "", other, "the included file cannot be read")
        return found

    def _elsewhere(
        self, project: str, file: str, path: str, line: int, text: str
    ) -> Iterator[tuple[_Origin, str]]:
        project = project.strip("/")
        for known, files in self.sources.items():
            if known.partition("/")[2] == project and file in files:
                yield _Origin(files, known), file
                return
        source = f"gitlab.com/{project}" if project and "$" not in project else ""
        self._unsettled(path, line, source, text, "the included file lies in another project")

    def _component(self, text: str, origin: _Origin, path: str, line: int) -> Iterator[tuple[_Origin, str]]:
        address = text.rpartition("@")[0] or text
        host, _, rest = address.partition("/")
        project, _, name = rest.rpartition("/")
        candidates = (f"templates/{name}.yml", f"templates/{name}/template.yml")
        for known, files in self.sources.items():
            for file in candidates:
                if known.partition("/")[2] == project and file in files:
                    yield _Origin(files, known), file
                    return
        if address.startswith(_OWN_ADDRESSES):
            for file in candidates:
                if file in origin.files:
                    yield origin, file
                    return
        source = f"{'gitlab.com' if host.startswith('$') else host}/{project}"
        known_source = project and "$" not in project
        self._unsettled(
            path, line, source if known_source else "", text, "the component lies in another project"
        )

    def _template(self, text: str, path: str, line: int) -> Iterator[tuple[_Origin, str]]:
        rules = _WORKFLOWS.get(text)
        if rules is not None:
            written = Seq(
                tuple(Map(((Scalar("if", line), Scalar(rule, line)),), line) for rule in rules), line
            )
            body = Map(((Scalar("workflow", line), Map(((Scalar("rules", line), written),), line)),), line)
            yield _Origin({text: FileFacts("yaml", documents=(body,))}, "gitlab-templates"), text
        elif not _KNOWN.match(text):
            self._unsettled(path, line, "", text, "the template is part of GitLab and may add jobs")

    def _note(self, text: str, line: int) -> None:
        if (text, line) not in self.includes:
            self.includes.append((text, line))

    def _unsettled(self, path: str, line: int, source: str, text: str, reason: str) -> None:
        entry = Unresolved(path, line, source, text, reason)
        if entry not in self.unresolved:
            self.unresolved.append(entry)

    def _problem(self, path: str, line: int, message: str) -> None:
        if (path, line, message) not in self.problems:
            self.problems.append((path, line, message))


def _listed(node: Document | None) -> tuple[Document, ...]:
    return (node,) if isinstance(node, Map) else items_of(node)


def _kind(item: Document) -> tuple[str, Document | None]:
    if isinstance(item, Scalar):
        return ("remote" if item.text.startswith(("http://", "https://")) else "local"), item
    if isinstance(item, Map):
        for name in ("local", "project", "component", "template", "remote"):
            if item.get(name) is not None:
                return name, item.get(name)
    return "", None


def _filled(text: str, known: Mapping[str, object]) -> str:
    """Put known variables in the place of `$NAME` in an include's path."""

    def written(match: re.Match[str]) -> str:
        value = known.get(match[1] or match[2])
        return value if isinstance(value, str) else match[0]

    return re.sub(r"\$(?:(\w+)|\{(\w+)\})", written, text)


def local_includes(files: Mapping[str, FileFacts]) -> frozenset[str]:
    """Return the files that some file includes or starts as a child pipeline by a local path."""
    found: set[str] = set()
    for facts in files.values():
        for document in facts.documents:
            if isinstance(document, Map):
                for item in _listed(document.get("include")):
                    kind, node = _kind(item)
                    if kind == "local":
                        found.add(text_of(node).lstrip("/").removeprefix("./"))
    return frozenset(found)
