"""The events that start an Azure pipeline, and what each makes of the predefined variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from mlops.domain.document import Document, Map, Scalar, Seq, items_of, text_of, walk
from mlops.domain.logic import Tri
from mlops.domain.pipeline import ALWAYS, CiConfig, Condition, Event
from mlops.domain.record import dataclass, field, replace
from mlops.domain.regex import regex
from mlops.graph.ci import cron
from mlops.graph.ci.azure_templates import truth_word
from mlops.graph.ci.azure_values import UNKNOWN, Either, Value

_NO_HOST = (
    "a pull request starts it on GitHub and Bitbucket, elsewhere only if a branch policy asks for it; "
    "the files do not tell the host"
)


#: Conditions and scripts that ask whether a pull request started the run: then some do.
_ASKS_PULL = regex(r"Build\.Reason['\"\])]*\s*,\s*['\"]PullRequest|System\.PullRequest\.", re.IGNORECASE)
#: Branches of a trigger that are followed besides the default one.
_MAX_BRANCHES = 6


@dataclass(frozen=True, slots=True)
class Start:
    """An event with the predefined variables that it gives."""

    event: Event
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Filter:
    """`include` and `exclude` of branches, tags or paths; no include means all."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def matches(self, name: str) -> bool:
        included = not self.include or any(_fits(name, pattern) for pattern in self.include)
        return included and not any(_fits(name, pattern) for pattern in self.exclude)


def _fits(name: str, pattern: str) -> bool:
    pattern = pattern.removeprefix("refs/heads/").removeprefix("refs/tags/").replace("[", "[[]")
    return pattern == "*" or fnmatchcase(name, pattern)


def _filter(node: Document | None) -> _Filter:
    if isinstance(node, Map):
        return _Filter(_texts(node.get("include")), _texts(node.get("exclude")))
    return _Filter(_texts(node))


def _texts(node: Document | None) -> tuple[str, ...]:
    return tuple(text_of(item) for item in items_of(node) if text_of(item))


def _is_none(node: Document | None) -> bool:
    """Whether a trigger is switched off: `none`, also as the only item of a list."""
    if isinstance(node, Seq):
        return len(node.items) == 1 and text_of(node.items[0]).lower() == "none"
    return isinstance(node, Scalar) and node.text.lower() in {"none", ""}


def starts_of(root: Map, path: str, branches: tuple[str, ...], config: CiConfig) -> tuple[Start, ...]:
    """Return every way in which a pipeline starts; `branches` are the default branch's names, likeliest first."""
    reader = _Triggers(root, path, branches, config)
    native = [*reader.pushes(), *reader.pulls(), *reader.schedules(), *reader.resources()]
    pull = root.get("pr")
    if pull is None or (_is_none(pull) and not native):
        outside = reader.outside_pulls()
        return (*native, *outside) if native else (reader.manual(), *outside)
    return tuple(native) or (reader.manual(),)


@dataclass(frozen=True, slots=True)
class _Triggers:
    root: Map
    path: str
    branches: tuple[str, ...]
    config: CiConfig

    def _line(self, *keys: str) -> int:
        key = self.root.key(keys[0])
        return key.line if key else self.root.line

    def _default(self, filter_: _Filter) -> str | None:
        return next((name for name in self.branches if filter_.matches(name)), None)

    def _paths(self, node: Document | None, line: int) -> tuple[tuple[str, ...], Condition]:
        """Return path filters, and whether any tracked file passes them."""
        if not isinstance(node, Map) or node.get("paths") is None:
            return (), ALWAYS
        paths = _filter(node.get("paths"))
        shown = (*paths.include, *(f"!{pattern}" for pattern in paths.exclude))
        if not self.config.paths or any(_path_passes(path, paths) for path in self.config.paths):
            return shown, ALWAYS
        reason = f"its path filter ({', '.join(shown)}) matches no tracked file"
        return shown, Condition(Tri.NO, reason, "F6", line)

    def pushes(self) -> Iterator[Start]:
        """Yield pushes to branches and of tags."""
        node = self.root.get("trigger")
        line = self._line("trigger")
        if node is None:
            label = "push to any branch (no trigger is named)"
            yield Start(Event("push", label, self.path, line), _pushed(self.branches[0], batched=False))
            return
        if _is_none(node) or text_of(node).lower() == "manual":
            return
        paths, active = self._paths(node, line)
        batched = isinstance(node, Map) and truth_word(text_of(node.get("batch"))) is True
        tags = node.get("tags") if isinstance(node, Map) else None
        branches = _filter(node.get("branches") if isinstance(node, Map) else node)
        if isinstance(node, Map) and node.get("branches") is None and tags is not None:
            reason = "the trigger names tags only; whether branches start it too is not documented"
            active = active & Condition(Tri.UNKNOWN, reason, "", line)
        branch = self._default(branches)
        if branch is not None:
            event = Event("push", f"push to {branch}", self.path, line, active, paths)
            yield Start(event, _pushed(branch, batched=batched))
            for name in self._others(branches, branch):
                event = Event("branch", f"push to {name}", self.path, line, active, paths)
                yield Start(event, _pushed(name.replace("*", "x"), batched=batched))
        elif branches.include:
            name = branches.include[0].removeprefix("refs/heads/").replace("*", "x")
            label = f"push to {', '.join(branches.include)}"
            yield Start(
                Event("branch", label, self.path, line, active, paths), _pushed(name, batched=batched)
            )
        if tags is not None and not _is_none(tags):
            names = _filter(tags)
            shown = ", ".join(names.include) or "any"
            tag = (names.include or ("x",))[0].replace("*", "x")
            yield Start(
                Event("tag", f"tag {shown}", self.path, line), _variables("IndividualCI", f"refs/tags/{tag}")
            )

    def pulls(self) -> Iterator[Start]:
        """Yield the pull requests that the file itself names."""
        node = self.root.get("pr")
        if node is None or _is_none(node):
            return
        line = self._line("pr")
        filter_ = _filter(node.get("branches") if isinstance(node, Map) else node)
        branch = self._default(filter_)
        paths, active = self._paths(node, line)
        if branch is None:
            branch = filter_.include[0].replace("*", "x") if filter_.include else "x"
            reason = (
                f"it is started by pull requests to {', '.join(filter_.include) or 'other branches'} only"
            )
            active = active & Condition(Tri.UNKNOWN, reason, "", line)
        event = Event("pull_request", f"pull request to {branch}", self.path, line, active, paths)
        yield Start(event, _pulled(branch))

    def outside_pulls(self) -> Iterator[Start]:
        """Yield the pull requests that the host or a branch policy makes a start; a file that asks for them has them."""
        line = self._line("pr" if self.root.get("pr") is not None else "trigger")
        asked = self.root.get("pr") is None and any(
            isinstance(leaf, Scalar) and _ASKS_PULL.search(leaf.text) for _, leaf in walk(self.root)
        )
        active = ALWAYS if asked else Condition(Tri.UNKNOWN, _NO_HOST, "", line)
        node = self.root.get("trigger")
        named = _filter(node.get("branches") if isinstance(node, Map) else node)
        for branch in (self.branches[0], *self._others(named, self.branches[0])):
            label = f"pull request to {branch}"
            event = Event("pull_request", label, self.path, line, active, origin="outside")
            yield Start(event, _pulled(branch.replace("*", "x")))

    def _others(self, filter_: _Filter, branch: str) -> tuple[str, ...]:
        """Return the branches, besides this one, that a trigger names for themselves."""
        names = (name.removeprefix("refs/heads/") for name in filter_.include)
        return tuple(name for name in names if name not in {branch, "*", "none"})[:_MAX_BRANCHES]

    def schedules(self) -> Iterator[Start]:
        """Yield the cron schedules."""
        for item in items_of(self.root.get("schedules")):
            if not isinstance(item, Map):
                continue
            text = text_of(item.get("cron"))
            always = truth_word(text_of(item.get("always"))) is True
            label = f'schedule "{text}"' + ("" if always else " (only when the code changed)")
            filter_ = _filter(item.get("branches"))
            branch = self._default(filter_)
            active = replace(cron.check(text), line=item.line)
            if branch is None:
                shown = ", ".join(filter_.include) or "no branch"
                reason = f"the schedule names {shown}, which is not the default branch"
                active = active & Condition(Tri.NO, reason, "F6", item.line)
            event = Event("schedule", label, self.path, item.line, active)
            yield Start(event, _variables("Schedule", f"refs/heads/{branch or self.branches[0]}"))

    def resources(self) -> Iterator[Start]:
        """Yield the starts by other pipelines, images, packages, webhooks and repositories."""
        resources = self.root.get("resources")
        if not isinstance(resources, Map):
            return
        variables = _variables("ResourceTrigger", f"refs/heads/{self.branches[0]}")
        finished = {**variables, "build.reason": Either(("ResourceTrigger", "BuildCompletion"))}
        for kind, key, shown in (
            ("pipeline", "pipelines", "pipeline"),
            ("signal", "containers", "container"),
            ("signal", "packages", "package"),
            ("signal", "webhooks", "webhook"),
            ("push", "repositories", "repository"),
        ):
            for item in items_of(resources.get(key)):
                if not isinstance(item, Map):
                    continue
                trigger = item.get("trigger")
                if key != "webhooks" and (trigger is None or (_is_none(trigger) and kind != "pipeline")):
                    continue
                name = text_of(item.get("source")) or text_of(item.get(shown)) or text_of(item.get("name"))
                active = ALWAYS
                if key != "webhooks" and (_is_none(trigger) or truth_word(text_of(trigger)) is False):
                    active = Condition(Tri.NO, f"the {shown} `{name}` has `trigger: none`", "F6", item.line)
                verb = "finished" if kind == "pipeline" else "changed" if key != "webhooks" else "called"
                event = Event(kind, f"{shown} {name} {verb}", self.path, item.line, active)
                yield Start(event, finished if kind == "pipeline" else variables)

    def manual(self) -> Start:
        """Return the start by a person."""
        line = self._line("trigger")
        variables = _variables("Manual", f"refs/heads/{self.branches[0]}")
        return Start(Event("manual", "started by hand", self.path, line), variables)


def _path_passes(path: str, paths: _Filter) -> bool:
    included = not paths.include or any(_path_fits(path, pattern) for pattern in paths.include)
    return included and not any(_path_fits(path, pattern) for pattern in paths.exclude)


def _path_fits(path: str, pattern: str) -> bool:
    pattern = pattern.strip().lstrip("/").rstrip("/").replace("[", "[[]")
    return pattern in {"", "*", "**"} or fnmatchcase(path, pattern) or fnmatchcase(path, pattern + "/*")


def _variables(reason: str, ref: str) -> dict[str, Value]:
    return {
        "build.reason": reason,
        "build.sourcebranch": ref,
        "build.sourcebranchname": ref.rpartition("/")[2],
        "build.repository.clean": UNKNOWN,
        "system.pullrequest.pullrequestid": None,
        "system.pullrequest.pullrequestnumber": None,
        "system.pullrequest.targetbranch": None,
        "system.pullrequest.targetbranchname": None,
        "system.pullrequest.sourcebranch": None,
        "system.pullrequest.isfork": None,
    }


def _pushed(branch: str, *, batched: bool) -> dict[str, Value]:
    variables = _variables("IndividualCI", f"refs/heads/{branch}")
    return {**variables, "build.reason": Either(("IndividualCI", "BatchedCI"))} if batched else variables


def _pulled(branch: str) -> dict[str, Value]:
    return {
        **_variables("PullRequest", "refs/pull/1/merge"),
        "system.pullrequest.pullrequestid": UNKNOWN,
        "system.pullrequest.pullrequestnumber": UNKNOWN,
        # GitHub gives the bare name, Azure Repos the full ref.
        "system.pullrequest.targetbranch": Either((f"refs/heads/{branch}", branch)),
        "system.pullrequest.targetbranchname": branch,
        "system.pullrequest.sourcebranch": UNKNOWN,
        "system.pullrequest.isfork": UNKNOWN,
    }
