"""Which image a push publishes, and whether running that image trains."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from mlops.domain.facts import Target
from mlops.domain.graph import PlacedFact
from mlops.graph.commands.found import option, positional
from mlops.graph.context import Context
from mlops.graph.derived.common import with_capability
from mlops.graph.derived.walk import below

_ACTS = {"command", "action", "task"}
#: What stands for a value that only a run knows.
_HOLES = ("$", "{", "%")
#: A stage of a Dockerfile: its path and its target.
_Stage = tuple[str, Target]


def training_stages(context: Context) -> set[tuple[str, str]]:
    """Return the stages (path, name) of Dockerfiles whose command trains."""
    training = {fact.node for fact in context.graph.of_kind("training") if fact.scope == "source"}
    return {
        (path, target.name)
        for path, target in context.targets.get("container", ())
        if below(context, context.target_nodes[(path, "container", target.name)]) & training
    }


def pushed_stages(context: Context, push: PlacedFact) -> set[tuple[str, str]]:
    """Return the stages (path, name) that the image of a push may be built from."""
    words = _words(context, push)
    if "compose" in words[:2] or words[:1] == ["docker-compose"]:
        services = context.targets.get("compose-service", ())
        found = {stage for path, service in services for stage in _of_service(context, path, service, words)}
    else:
        builds = [push] if "image-build" in push.capabilities else _builds_of(context, push)
        found = {stage for build in builds for stage in _built(context, build)}
    # A push of what no build of the repository makes may be any of its images.
    return found or _chosen(_stages(context), "")


def _words(context: Context, fact: PlacedFact) -> list[str]:
    if fact.fact.kind != "command":
        return []
    return list(context.commands.get(fact.node, ())) or fact.fact.value.split()


def _stages(context: Context, paths: Iterable[str] | None = None) -> list[_Stage]:
    wanted = None if paths is None else set(paths)
    return [
        (path, target)
        for path, target in context.targets.get("image-build", ())
        if wanted is None or path in wanted
    ]


def _chosen(stages: list[_Stage], target: str) -> set[tuple[str, str]]:
    """Return the stage of this name, else the last ones of their files; a name that a run gives may be any."""
    if any(hole in target for hole in _HOLES):
        return {(path, stage.name) for path, stage in stages}
    if target:
        return {(path, stage.name) for path, stage in stages if stage.name.lower() == target.lower()}
    return {(path, stage.name) for path, stage in stages if stage.attrs.get("final")}


def _built(context: Context, build: PlacedFact) -> set[tuple[str, str]]:
    """Return the stages that a build may end in."""
    words, attrs = tuple(_words(context, build)), build.fact.attrs
    target = (option(words, "--target") if words else attrs.get("with.target")) or ""
    if build.fact.kind == "task":
        target = option(tuple(attrs.get("with.arguments", "").split()), "--target") or ""
    stages = _stages(context, _dockerfiles(context, build, words))
    if "builds" in words[:2] and not option(words, "--tag", "-t"):
        # Cloud Build reads the steps of its own file.
        return {(path, stage.name) for path, stage in stages}
    return _chosen(stages, target)


def _dockerfiles(context: Context, build: PlacedFact, words: tuple[str, ...]) -> set[str] | None:
    """Return the Dockerfiles of a build, None where it does not tell."""
    graph, attrs = context.graph, build.fact.attrs
    nodes = [graph.nodes[edge.target] for edge in graph.out[build.node]] if build.node >= 0 else []
    linked = {node.path for node in nodes if node.kind in {"image-build", "container"}}
    if linked:
        return linked
    lower = {name.lower(): value for name, value in attrs.items()}
    named = lower.get("with.file") or lower.get("with.dockerfile") or ""
    where = lower.get("with.context") or lower.get("with.buildcontext") or ""
    if words:
        named = option(words, "-f", "--file", "--dockerfile") or ""
        where = option(words, "--context") or next(reversed(positional(words[2:])), "")
    if named and not _tail(named):
        return None
    tracked = {path for path, _ in context.targets.get("image-build", ())}
    name = _tail(named) or posixpath.join(_tail(where), "Dockerfile")
    exact = {path for path in tracked if path in {name, posixpath.join(_tail(where), name)}}
    return exact or {path for path in tracked if named and f"/{path}".endswith(f"/{name}")} or None


def _tail(path: str) -> str:
    """Return what of a path stands behind folders that only a run knows: `$(Build.SourcesDirectory)/a` is a."""
    parts = path.strip("\"'").split("/")
    known = [
        place for place, part in enumerate(parts) if any(hole in part for hole in _HOLES) or part == "**"
    ]
    return (
        posixpath.normpath("/".join(parts[known[-1] + 1 if known else 0 :]) or ".")
        .removeprefix("./")
        .strip(".")
    )


def _builds_of(context: Context, push: PlacedFact) -> list[PlacedFact]:
    """Return the builds of the image that is pushed: by its whole name, by its repository, or the one before it."""
    builds = [
        fact
        for fact in with_capability(context, "image-build")
        if fact.fact.kind in _ACTS and _is_build(context, fact)
    ]
    near = [fact for fact in builds if fact.path == push.path]
    names = {_alias(context, push.path, name) for name in _names(context, push)}
    for simplified in (str, _repository):
        wanted = {simplified(name) for name in names}
        # A name that only a run knows may be another one in another file.
        for group in (near, [] if any(name.strip("{}") == "" for name in names) else builds):
            same = [fact for fact in group if wanted & {simplified(name) for name in _names(context, fact)}]
            if same:
                return _nearest(same, push)
    return _nearest(near, push)


def _is_build(context: Context, fact: PlacedFact) -> bool:
    words = _words(context, fact)
    return (
        not words
        or bool(context.graph.out[fact.node])
        or "build" in words[:4]
        or bool(option(tuple(words), "--destination"))
    )


def _nearest(builds: list[PlacedFact], push: PlacedFact) -> list[PlacedFact]:
    """Return the last build before the push where both stand in one file, else all."""
    before = [fact for fact in builds if fact.path == push.path and fact.fact.line <= push.fact.line]
    return [max(before, key=lambda fact: fact.fact.line)] if before else builds


def _names(context: Context, fact: PlacedFact) -> Iterator[str]:
    """Yield the names of the images that a build makes or a push publishes."""
    words = _words(context, fact)
    if not words:
        attrs = fact.fact.attrs
        yield from attrs.get("with.tags", "").replace(",", "\n").split()
        yield from filter(None, [attrs.get("with.repository", "")])
    elif "push" in words[1:3]:
        yield from positional(tuple(words[words.index("push") + 1 :]))[:1]
    else:
        for place, word in enumerate(words):
            name, equals, value = word.partition("=")
            if name in {"-t", "--tag", "--destination"}:
                yield value if equals else next(iter(words[place + 1 : place + 2]), "")


def _alias(context: Context, path: str, name: str) -> str:
    """Return the name that `docker tag OLD NEW` of the same file gave another one, else the name itself."""
    for fact in context.graph.of_kind("command"):
        words = _words(context, fact)
        if fact.path == path and "tag" in words[1:3] and words[-1] == name and len(words) > 3:
            return words[-2]
    return name


def _repository(name: str) -> str:
    """Return the name of an image without its tag."""
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}" if "{" not in last.partition(":")[0] else name


def _of_service(context: Context, path: str, service: Target, words: list[str]) -> set[tuple[str, str]]:
    """Return the stage that a Compose service is built from, unless other services are named."""
    named = {target.name for _, target in context.targets.get("compose-service", ())} & set(words)
    if "build" not in service.attrs or (named and service.name not in named):
        return set()
    folder = posixpath.join(posixpath.dirname(path), service.attrs["build"])
    file = posixpath.normpath(posixpath.join(folder, service.attrs.get("dockerfile", "Dockerfile")))
    return _chosen(_stages(context, [file]), service.attrs.get("target", ""))
