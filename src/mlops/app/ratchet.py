"""A gate against a committed baseline file, and the writing of that file."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mlops.app import baseline
from mlops.app.gate import Gated, command, gate
from mlops.app.reading import Known
from mlops.app.sides import sides
from mlops.app.trees import Asked, Trees
from mlops.assess.blame import Side
from mlops.assess.compare import compare
from mlops.domain.assessment import Assessment, ConfigChange
from mlops.domain.diagnostic import Diagnostic
from mlops.domain.rules import Catalog
from mlops.errors import MlopsError
from mlops.tree import Tree


@dataclass(frozen=True, slots=True)
class Writing:
    """What to do with the file: write what is better, and let go what is accepted with a reason."""

    write: bool = False
    accept: Sequence[str] = ()
    reason: str = ""


def gate_by_file(
    path: str, file: Path, trees: Trees, asked: Asked, writing: Writing, known: Known | None = None
) -> tuple[Gated, str | None]:
    """Compare a tree with a baseline file; return the text to write, or None for nothing to write.

    The base of the change still decides what configuration and which baseline judge, where the clone has it.
    Raises MlopsError for a missing or corrupt file.
    """
    done = gate(path, trees, asked, known)
    head, catalog = done.comparison.head, done.catalog
    unknown = [name for name in writing.accept if name not in catalog.practices]
    if unknown:
        raise MlopsError(f"--accept {unknown[0]}: there is no such practice; see `mlops list practices`")
    current = baseline.of(head, trees.head)
    own, inside = _read(file, catalog), _inside(trees.head, file)
    if own is None and not writing.write:
        raise MlopsError(
            f"the baseline {file} is missing: restore it from git, or write it with "
            f"`mlops gate {shlex.quote(path)} --baseline {shlex.quote(str(file))} --write-baseline`"
        )
    judging, changes = _judging(own or current, trees, inside, catalog, allowed=asked.allow_config_change)
    today = asked.today
    accepted = (
        baseline.tightened(judging, current, writing.accept, writing.reason, today)
        if writing.accept
        else judging
    )
    _check_parts(accepted, current, file)
    lowered, said = baseline.by_newer_rules(accepted, head, trees.head, inside or str(file))
    before = baseline.as_base(lowered, head, catalog, str(file))
    _, there_now = sides(before, trees.head, head, trees.head)
    comparison = replace(
        done.comparison,
        base=before,
        base_name=str(file),
        regressions=compare(_recorded(lowered, before), there_now, catalog),
        config_changes=(*done.comparison.config_changes, *changes),
        warnings=(*done.comparison.warnings, *said, *_alone(trees)),
        again=command(path, ["--baseline", str(file)], trees, asked),
    )
    text = None
    if writing.write or writing.accept:
        text = baseline.dump(
            baseline.tightened(own or current, current, writing.accept, writing.reason, today)
        )
    return replace(done, comparison=comparison), text


def _alone(trees: Trees) -> list[Diagnostic]:
    said = f"the head's own configuration and baseline judge, for no base is known: {trees.alone}"
    return [Diagnostic("", 0, said)] if trees.alone else []


def _read(file: Path, catalog: Catalog) -> baseline.Baseline | None:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MlopsError(f"the baseline {file} cannot be read: {error.strerror}; name a file") from error
    return baseline.parse(str(file), content, catalog)


def _inside(tree: Tree, file: Path) -> str | None:
    """Return the path of the file in the tree, or None where it lies outside."""
    try:
        return file.resolve().relative_to(Path(tree.root).resolve()).as_posix()
    except ValueError:
        return None


def _judging(
    own: baseline.Baseline, trees: Trees, inside: str | None, catalog: Catalog, *, allowed: bool
) -> tuple[baseline.Baseline, list[ConfigChange]]:
    """Return the baseline that judges: the base's, so that a change cannot loosen it unseen."""
    if inside is None or trees.base is trees.head or inside not in trees.base.paths():
        return own, []
    content = trees.base.read(inside)
    if not isinstance(content, bytes):
        return own, []
    before = baseline.parse(inside, content, catalog)
    return own if allowed else before, list(baseline.loosened(before, own, inside))


def _recorded(judging: baseline.Baseline, before: Assessment) -> Side:
    """Return the baseline as a side: its files were there, and their text is not known."""
    paths = {path for entries in judging.parts.values() for entry in entries.values() for path in entry.files}
    return Side(before, frozenset(paths), lambda _: ())


def _check_parts(judging: baseline.Baseline, current: baseline.Baseline, file: Path) -> None:
    if not set(judging.parts) & set(current.parts):
        raise MlopsError(
            f"the baseline {file} is of other components than the configuration names: "
            f"write it anew with `mlops gate --baseline {file} --write-baseline` after removing it"
        )
