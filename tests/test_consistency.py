"""What must hold whatever a repository is like: more evidence is never less, and formulas imply one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_fakes import AZURE_ONLY, GAMED, SCRIPT
from trees import Case, assessment, cases, judged

from mlops.assess.levels import Ladder
from mlops.catalog import load
from mlops.domain.assessment import Attainment, Verdict
from mlops.domain.rules import Strength

CATALOG = load()
NAMES = sorted(CATALOG.practices)
#: Strengths that differ more often than not from absent, so that levels are reached at all.
STRENGTHS = st.sampled_from(
    [Strength.ABSENT, Strength.DECLARED, Strength.USED, Strength.ENFORCED, Strength.ENFORCED]
)
REPOSITORIES = st.fixed_dictionaries(dict.fromkeys(NAMES, STRENGTHS))
#: Nearly everything is enforced: the higher levels are in reach.
ADVANCED = st.dictionaries(st.sampled_from(NAMES), STRENGTHS, max_size=6).map(
    lambda weak: dict.fromkeys(NAMES, Strength.ENFORCED) | weak
)
ANY = st.one_of(REPOSITORIES, ADVANCED)
BASES = [(files, cache(partial(judged, files))) for files in (AZURE_ONLY, SCRIPT, GAMED)]
GOOD = [case for case in cases() if case.good]


def ladder(strengths: Mapping[str, Strength]) -> Ladder:
    verdicts = {name: Verdict(name, value, value, value, "") for name, value in strengths.items()}
    return Ladder(CATALOG.practices, verdicts)


def attained(strengths: Mapping[str, Strength]) -> dict[str, Attainment]:
    steps = ladder(strengths)
    return {name: steps.attain(model, ml=True, attested=frozenset(), attestations=CATALOG.attestations)
            for name, model in CATALOG.models.items()}  # fmt: skip


def holds(strengths: Mapping[str, Strength], model: str, level: int, *, strict: bool = False) -> bool:
    steps = ladder(strengths)
    return all(steps.met(term) for term in steps.terms_up_to(CATALOG.models[model], level, strict=strict))


@given(ANY, st.sampled_from(NAMES), STRENGTHS)
def test_more_evidence_never_lowers_a_level(
    strengths: dict[str, Strength], name: str, strength: Strength
) -> None:
    before = attained(strengths)
    after = attained(strengths | {name: max(strength, strengths[name])})
    for model, was in before.items():
        now = after[model]
        assert now.level >= was.level
        assert now.strict_level >= was.strict_level
        for category, held in (was.categories or {}).items():
            assert now.categories[category].held >= held.held


@given(ANY)
def test_levels_are_ordered(strengths: dict[str, Strength]) -> None:
    for item in attained(strengths).values():
        assert 0 <= item.strict_level <= item.level == item.possible_level <= item.max_level
        assert item.formula_level == item.level
        assert (item.next is None) is (item.level == item.max_level)


@given(ANY)
def test_a_level_implies_the_levels_below_and_strict_implies_core(strengths: dict[str, Strength]) -> None:
    for name, model in CATALOG.models.items():
        for level in range(1, model.max_level + 1):
            if holds(strengths, name, level):
                assert holds(strengths, name, level - 1)
            if holds(strengths, name, level, strict=True):
                assert holds(strengths, name, level)
                assert holds(strengths, name, level - 1, strict=True)


@given(ANY)
def test_the_level_is_the_last_whose_terms_hold(strengths: dict[str, Strength]) -> None:
    for name, item in attained(strengths).items():
        assert holds(strengths, name, item.level)
        assert holds(strengths, name, item.strict_level, strict=True)
        if item.next is not None:
            assert not holds(strengths, name, item.level + 1)
            assert item.next.missing


@pytest.mark.parametrize("model", sorted(CATALOG.models))
def test_everything_enforced_reaches_the_top_and_nothing_the_floor(model: str) -> None:
    top = attained(dict.fromkeys(NAMES, Strength.ENFORCED))[model]
    assert (top.level, top.strict_level) == (top.max_level, top.max_level)
    floor = attained(dict.fromkeys(NAMES, Strength.DECLARED))[model]
    assert (floor.level, floor.strict_level) == (0, 0)


def test_models_do_not_imply_one_another() -> None:
    """Azure 3 asks for no data validation, and Google 2 for no experiment tracking."""
    everything = dict.fromkeys(NAMES, Strength.ENFORCED)
    azure = attained(everything | {"data-validated": Strength.ABSENT})
    assert (azure["azure"].level, azure["google"].level) == (4, 0)
    google = attained(everything | {"experiments-tracked": Strength.ABSENT})
    assert (google["google"].level, google["azure"].level) == (2, 1)


def test_an_unknown_raises_only_the_possible_level() -> None:
    verdicts = {
        name: Verdict(name, Strength.ENFORCED, Strength.ENFORCED, Strength.ENFORCED, "met") for name in NAMES
    }
    verdicts["model-tests"] = Verdict(
        "model-tests", Strength.DECLARED, Strength.ENFORCED, Strength.DECLARED, "unknown"
    )
    item = Ladder(CATALOG.practices, verdicts).attain(
        CATALOG.models["azure"], ml=True, attested=frozenset(), attestations=CATALOG.attestations
    )
    assert (item.level, item.possible_level) == (2, 4)
    assert not item.next.missing
    assert [term.practice for term in item.next.unknown] == ["model-tests"]


def first_good() -> list[Case]:
    return list({case.practice: case for case in reversed(GOOD)}.values())


@pytest.mark.parametrize("case", first_good(), ids=lambda case: case.id)
def test_files_of_another_practice_lower_no_level(case: Case) -> None:
    """Files that a team adds, none of which replaces one that is there."""
    for base, before in BASES:
        added = {path: text for path, text in case.files().items() if path not in base}
        after = judged({**base, **added})
        for model, was in before().models.items():
            assert after.models[model].formula_level >= was.formula_level, model


@pytest.mark.parametrize("case", first_good(), ids=lambda case: case.id)
def test_code_that_is_vendored_proves_nothing(case: Case) -> None:
    """F22: the same files below vendor/ are somebody else's."""
    moved = {f"vendor/acme/{path}": text for path, text in case.files().items()}
    assert judged(moved).verdicts[case.practice].status != "met"


def test_good_trees_over_all_practices(snapshot: Callable[[str, str], None]) -> None:
    """One line for each good tree: what it meets besides its own practice, by the first letter of the strength."""
    lines = []
    for case in GOOD:
        met = [f"{name}:{str(verdict.strength)[0]}" for name, verdict in sorted(assessment(case).verdicts.items())
               if verdict.status == "met" and name != case.practice]  # fmt: skip
        own = str(assessment(case).verdicts[case.practice].strength)
        lines.append(f"{case.id} ({own}): {' '.join(met) or '-'}")
    snapshot("practices-matrix.txt", "\n".join(lines) + "\n")
