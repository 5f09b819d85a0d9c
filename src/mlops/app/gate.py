"""A head judged against its base: by the base's configuration, rules and date, so that no merge opens the gate."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from mlops.app import settings
from mlops.app.beside import Beside
from mlops.app.changes import config_changes
from mlops.app.guard.compare import gate_changes
from mlops.app.guard.find import Gate, gates
from mlops.app.lint import Read, Request, conclude, link, read
from mlops.app.reading import Known
from mlops.app.rules import catalog_for
from mlops.app.shared import Shared
from mlops.app.sides import same_files, sides
from mlops.app.trees import Asked, Trees
from mlops.assess.compare import compare
from mlops.domain.assessment import Assessment, Comparison
from mlops.domain.config import Config
from mlops.domain.diagnostic import Diagnostic
from mlops.domain.record import dataclass
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.tree import Tree
from mlops.tree.ignore import ignores


@dataclass(frozen=True, slots=True)
class Gated:
    """The result of a gate, with the rules that it was judged by."""

    comparison: Comparison
    catalog: Catalog
    #: Rules of the base itself took part.
    own: bool


def gate(path: str, trees: Trees, asked: Asked, known: Known | None = None) -> Gated:
    """Compare two trees. Raises MlopsError for a base configuration that cannot be used."""
    config = _configuration(trees, asked)
    catalog = catalog_for(trees.base, config)
    settings.check(config, catalog)
    head_config, changes = config_changes(trees.base, config, trees.head)
    before, after = _both(trees, catalog, config, head_config, asked, Shared(known))
    base, head = before.assessment, after.assessment
    guard = gate_changes(before.gates, after.gates, trees.base, trees.head)
    comparison = Comparison(
        base=base,
        head=head,
        base_name=trees.base_name,
        head_name=trees.head_name,
        regressions=compare(*sides(base, trees.base, head, trees.head), catalog),
        config_changes=(*changes, *guard),
        warnings=_warnings(config, catalog, asked.today, trees),
        approvers=_approvers(before.owners, head_config.path or config.path or settings.FILE),
        again=again(path, trees, asked),
    )
    return Gated(comparison, catalog, bool(config.practices or config.tools))


def _both(
    trees: Trees, catalog: Catalog, config: Config, head_config: Config, asked: Asked, known: Known
) -> tuple[_Judged, _Judged]:
    """Read the head, then of the base only the blobs that differ; then judge both at the same time."""
    request = Request(
        asked.model, asked.level, asked.strict, asked.sources, asked.today, asked.progress, known
    )
    judging = _for_head(config, head_config, trees, allowed=asked.allow_config_change)
    if judging == config and same_files(trees.base, trees.head):
        before = _judged(trees.base, read(trees.base, catalog, request, config), catalog, request)
        return before, _as_before(before, trees.head)
    trees.base.close()  # the head may be read in two processes, which cannot ask one git
    after = read(trees.head, catalog, request, judging)
    earlier = read(trees.base, catalog, request, config)
    for tree in (trees.base, trees.head):
        tree.close()  # two processes cannot ask one git
    with Beside(partial(_judged, trees.head, after, catalog, request)) as head:
        return _judged(trees.base, earlier, catalog, request), head.result()


@dataclass(frozen=True, slots=True)
class _Judged:
    """All that a comparison needs of one side."""

    assessment: Assessment
    gates: tuple[Gate, ...]
    #: Patterns of CODEOWNERS with their owners, in the order of the file.
    owners: tuple[tuple[str, str], ...]


def _judged(tree: Tree, found: Read, catalog: Catalog, request: Request) -> _Judged:
    linked = link(found, catalog, request)
    owners = [(fact.fact.value, fact.fact.attrs.get("owners", "")) for fact in linked.graph.of_kind("owner")]
    return _Judged(
        conclude(tree, linked, catalog, request),
        gates(linked.graph, linked.reading.files, tree),
        tuple(owners),
    )


def _as_before(before: _Judged, head: Tree) -> _Judged:
    """Return the judgement of a head whose files are those of the base."""
    return replace(before, assessment=replace(before.assessment, root=head.root, revision=head.revision))


def _configuration(trees: Trees, asked: Asked) -> Config:
    """Return the base's configuration; a broken one gives way to the head's only where that is allowed."""
    try:
        return settings.load(trees.base)
    except MlopsError as error:
        if asked.allow_config_change:
            return settings.load(trees.head)
        raise MlopsError(
            f"the configuration of the base cannot judge ({error}); --allow-config-change takes the head's"
        ) from error


def _for_head(config: Config, head_config: Config, trees: Trees, *, allowed: bool) -> Config:
    """Return what judges the head: the base's configuration, with what an allowed change brings in.

    Components are judged by their names: one whose folder moved is looked up where the head says, and a new one
    does not lend its files to the others.
    """
    parts = dict(head_config.components) if config.components else {}
    for name, folder in config.components.items():
        if _holds(trees.head, folder):
            parts[name] = folder
        elif not _holds(trees.head, parts.get(name, folder)):
            parts.pop(name, None)
    if config.components and not parts:
        parts = dict(config.components)
    config = replace(config, components=parts)
    if not allowed:
        return config
    return replace(
        config,
        path=head_config.path or config.path,
        waivers=head_config.waivers,
        default_branch=head_config.default_branch,
        components=head_config.components or parts,
    )


def _holds(tree: Tree, folder: str) -> bool:
    return folder in {"", "."} or any(path.startswith(f"{folder}/") for path in tree.paths())


def _warnings(config: Config, catalog: Catalog, today: date, trees: Trees) -> tuple[Diagnostic, ...]:
    """What never fails an unrelated merge: what expires, and components that the head gave up."""
    _, waivers = settings.waivers(config, today, catalog)
    _, attested = settings.attested(config, today)
    retired = [
        Diagnostic(
            config.path, config.lines.get("components", 0), f"the component {name} has no files any more"
        )
        for name, folder in config.components.items()
        if not _holds(trees.head, folder) and _holds(trees.base, folder)
    ]
    return (*waivers, *attested, *retired)


def _approvers(base: Sequence[tuple[str, str]], path: str) -> tuple[str, ...]:
    """Return who owns the configuration by the base's CODEOWNERS: the last pattern that matches decides."""
    found: tuple[str, ...] = ()
    for pattern, owners in base:
        if ignores([pattern], lambda _: None)(path):
            found = tuple(owners.split())
    return found


def again(path: str, trees: Trees, asked: Asked) -> str:
    """Return the command that shows the same result locally."""
    return command(path, ["--base", trees.base_name], trees, asked)


def command(path: str, against: list[str], trees: Trees, asked: Asked) -> str:
    """Return the gate's command line for what is asked."""
    words = ["mlops", "gate", *([path] if path != "." else []), *against]
    for name, value in (("--rev", trees.rev), ("--model", asked.model), ("--level", asked.level)):
        words += [name, str(value)] if value is not None else []
    return shlex.join([*words, *(["--strict"] if asked.strict else [])])
