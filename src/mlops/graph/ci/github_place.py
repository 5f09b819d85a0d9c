"""Where a step of a GitHub workflow stands: the files around it and all that it inherits."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.document import Document, Map, Scalar, entries_of
from mlops.domain.facts import FileFacts
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Unresolved
from mlops.domain.record import dataclass, field, replace
from mlops.graph.ci.evaluation import Scope, substitute
from mlops.graph.ci.github_conditions import Situation
from mlops.graph.ci.values import Object, Unknown, Value

#: GitHub allows ten levels of reusable workflows and of composite actions.
MAX_DEPTH = 10
MAX_STEPS = 20_000

_OPEN: Mapping[str, Value] = {
    name: Object(rest=Unknown(frozenset({name})))
    for name in ("secrets", "vars", "steps", "job", "runner", "strategy")
}


@dataclass(frozen=True, slots=True)
class Home:
    """A repository: this one (`source` is "") or a checkout given by `--source`."""

    files: Mapping[str, FileFacts]
    source: str = ""

    def printed(self, path: str) -> str:
        """Return the path as reports show it."""
        return f"{self.source}/{path}" if self.source else path

    def document(self, path: str) -> Map | None:
        """Return the first document of a file where that is a mapping."""
        facts = self.files.get(path)
        first = facts.documents[0] if facts is not None and facts.documents else None
        return first if isinstance(first, Map) else None


@dataclass(slots=True)
class Reader:
    """What one expansion collects."""

    root: Home
    config: CiConfig
    unresolved: dict[Unresolved, None] = field(default_factory=dict)
    problems: dict[tuple[str, int, str], None] = field(default_factory=dict)
    jobs: int = 0
    steps: int = 0

    def home(self, source: str) -> Home | None:
        """Return another repository's files where they were given."""
        files = self.config.sources.get(source)
        return None if files is None else Home(files, source)

    def leave(self, path: str, line: int, source: str, text: str, reason: str) -> None:
        """Note a reference that leads out of what was given."""
        self.unresolved[Unresolved(path, line, source, text, reason)] = None

    def problem(self, path: str, line: int, message: str) -> None:
        """Note a fault."""
        self.problems[path, line, message] = None


@dataclass(frozen=True, slots=True)
class Place:
    """What a step inherits."""

    reader: Reader
    home: Home
    path: str
    situation: Situation
    env: Mapping[str, str] = field(default_factory=dict)
    shell: str = ""
    folder: str = ""
    windows: bool = False
    container: bool = False
    condition: Condition = ALWAYS
    stops: Condition = ALWAYS
    after_failure: bool = False
    depth: int = 0

    @property
    def scope(self) -> Scope:
        """Return the scope in which all goes well."""
        return self.situation.ordinary

    def text(self, node: Document | None) -> str:
        """Return a scalar with its known expressions filled in."""
        return substitute(node.text, self.scope) if isinstance(node, Scalar) else ""

    def also(self, **contexts: Value) -> Place:
        """Return the place with some contexts replaced in all its scopes."""
        situation = self.situation
        forgiven = situation.forgiven
        return replace(
            self,
            situation=replace(
                situation,
                ordinary=situation.ordinary.also(**contexts),
                failing=situation.failing.also(**contexts),
                forgiven=None if forgiven is None else forgiven.also(**contexts),
            ),
        )

    def with_env(self, node: Document | None) -> Place:
        """Return the place with more environment variables."""
        entries = entries_of(node)
        if not entries:
            return self
        env = {**self.env, **{key.text: self.text(value) for key, value in entries}}
        values = {key.lower(): text for key, text in env.items() if "${{" not in text}
        return replace(self.also(env=Object(values, Unknown(frozenset({"env"})))), env=env)

    def with_defaults(self, node: Document | None) -> Place:
        """Return the place with the shell and folder of `defaults.run`."""
        run = node.get("run") if isinstance(node, Map) else None
        if not isinstance(run, Map):
            return self
        shell, folder = self.text(run.get("shell")), self.text(run.get("working-directory"))
        return replace(self, shell=shell or self.shell, folder=folder or self.folder)


def job_scope(github: Value, inputs: Value, needs: Value) -> Scope:
    """Return the scope of a job with the contexts that never are known."""
    contexts: dict[str, Value] = {**_OPEN, "github": github, "inputs": inputs, "needs": needs}
    contexts["env"] = Object(rest=Unknown(frozenset({"env"})))
    contexts["matrix"] = Object(rest=Unknown(frozenset({"matrix"})))
    return Scope(contexts)


def input_values(declared: Document | None, given: Mapping[str, Value], *, typed: bool) -> Object:
    """Return the inputs of an action (always texts) or of a reusable workflow, with their defaults."""
    found: dict[str, Value] = dict(given)
    for key, settings in entries_of(declared):
        name = key.text.lower()
        if name in found:
            continue
        default = settings.get("default") if isinstance(settings, Map) else None
        kind = settings.get("type") if isinstance(settings, Map) else None
        found[name] = _default(default, kind.text if typed and isinstance(kind, Scalar) else "string")
    return Object(found)


def _default(node: Document | None, kind: str) -> Value:
    text = node.text if isinstance(node, Scalar) and node.tag != "null" else ""
    if "${{" in text:
        return Unknown(frozenset({text}))
    if kind == "boolean":
        return text.lower() == "true"
    if kind == "number":
        try:
            return float(text or "0")
        except ValueError:
            return text
    return text
