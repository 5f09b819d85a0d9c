"""The loop closes: what `new` makes for a level, `lint` finds to be at exactly that level."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops import __version__, resources
from mlops.app.lint import Request, lint
from mlops.catalog import load
from mlops.domain.assessment import Assessment
from mlops.scaffold import fragments as fragment_map
from mlops.scaffold.answers import Answers
from mlops.scaffold.fragments import PROVIDERS, Profile
from mlops.scaffold.render import context_of, render
from mlops.tree import FolderTree

CATALOG = load()
FRAGMENTS = fragment_map.load(resources.TEMPLATES / "fragments.yaml")
PROFILES = [
    (model, level, ci)
    for model in CATALOG.models
    for level in range(CATALOG.models[model].max_level + 1)
    for ci in PROVIDERS
]


def _judged(profile: Profile, work: Path) -> Assessment:
    answers = Answers("shop", "shop", profile.model, profile.level, profile.ci)
    context = context_of(answers, profile, __version__, CATALOG.edition)
    folder = render(resources.TEMPLATES, work, answers, profile, context)
    return lint(FolderTree(str(folder)), CATALOG, Request(profile.model, None, False, {}))


def _met(assessment: Assessment) -> set[str]:
    return {name for name, verdict in assessment.verdicts.items() if str(verdict.status) == "met"}


@pytest.mark.parametrize(("model", "level", "ci"), PROFILES)
def test_a_project_has_exactly_the_level_asked_for(model, level, ci, tmp_path):
    profile = fragment_map.profile(CATALOG, FRAGMENTS, model, level, ci)
    found = _judged(profile, tmp_path)
    reached = found.models[model]
    assert (reached.level, reached.strict_level, reached.possible_level) == (level, level, level)
    assert set(profile.practices) <= _met(found)
    assert found.diagnostics == ()


def _taken_out() -> Iterator[tuple[str, int, str]]:
    for model, level, ci in PROFILES:
        if ci == PROVIDERS[0]:
            yield from (
                (model, level, name) for name in fragment_map.wanted(CATALOG, CATALOG.models[model], level)
            )


@pytest.mark.parametrize("ci", PROVIDERS)
@pytest.mark.parametrize(("model", "level", "practice"), list(_taken_out()))
def test_without_its_fragment_a_practice_falls_and_no_other(model, level, practice, ci, tmp_path):
    wanted = fragment_map.wanted(CATALOG, CATALOG.models[model], level)
    rest = [name for name in wanted if practice not in fragment_map.closure(FRAGMENTS, [name])]
    profile = fragment_map.assemble(CATALOG, FRAGMENTS, model, level, ci, rest)
    met = _met(_judged(profile, tmp_path))
    elsewhere = set(FRAGMENTS[practice].also_from) & set(profile.fragments)
    wrong = set(rest) - met | ({practice} if (practice in met) != bool(elsewhere) else set())
    assert wrong == set()
