"""The level formulas, against the cumulative sets that the sources give (GigaOm: union over its categories)."""

from __future__ import annotations

import pytest

from mlops.catalog import load
from mlops.domain.rules import Level, Model, Need

CATALOG = load()

#: (model, level, strict) -> its terms, one a line; `|` is a choice, terms implied by a stricter one are left out.
CUMULATIVE = {
    ("google", 1, False): """
        modular-code
        pipeline-orchestrated
        training-triggered
        data-validated
        model-validated
        cd-deploys-model
    """,
    ("google", 1, True): """
        modular-code
        training-triggered
        cd-deploys-model
        code-versioned
        data-ingestion-automated
        pipeline-parity
        pipeline-orchestrated@enforced
        data-validated@enforced
        model-validated@enforced
    """,
    ("google", 2, False): """
        modular-code
        pipeline-orchestrated
        training-triggered
        data-validated
        model-validated
        cd-deploys-model
        ci-runs-tests
        ci-builds
        cd-deploys-pipeline
        model-registered
        drift-monitored | quality-monitored | predictions-logged | service-monitored
    """,
    ("google", 2, True): """
        modular-code
        training-triggered
        code-versioned
        data-ingestion-automated
        pipeline-parity
        pipeline-orchestrated@enforced
        data-validated@enforced
        model-validated@enforced
        ci-runs-tests
        ci-builds
        model-registered
        unit-tests
        cd-deploys-pipeline@enforced
        cd-deploys-model@enforced
        drift-monitored | quality-monitored | predictions-logged
    """,
    ("azure", 1, False): """
        ci-builds | ci-lints
        unit-tests
        ci-runs-tests
    """,
    ("azure", 1, True): """
        unit-tests
        ci-runs-tests
        ci-builds
        code-versioned
        data-ingestion-automated
        model-tests | integration-tests
        app-release-automated
    """,
    ("azure", 2, False): """
        ci-builds | ci-lints
        unit-tests
        ci-runs-tests
        training-triggered | training-scripted@enforced
        experiments-tracked
        model-registered
    """,
    ("azure", 2, True): """
        unit-tests
        ci-runs-tests
        ci-builds
        code-versioned
        data-ingestion-automated
        model-tests | integration-tests
        app-release-automated
        training-triggered | training-scripted@enforced
        experiments-tracked
        model-registered
        training-scripted
        compute-managed
        reproducible-env
        training-reproducible
        scoring-code
        scoring-tests
    """,
    ("azure", 3, False): """
        ci-builds | ci-lints
        unit-tests
        ci-runs-tests
        training-triggered | training-scripted@enforced
        experiments-tracked
        model-registered
        cd-deploys-model
        model-tests
        lineage-tracked
        environments-staged | progressive-delivery
    """,
    ("azure", 3, True): """
        unit-tests
        ci-runs-tests
        ci-builds
        code-versioned
        data-ingestion-automated
        app-release-automated
        training-triggered | training-scripted@enforced
        experiments-tracked
        model-registered
        training-scripted
        compute-managed
        reproducible-env
        training-reproducible
        scoring-code
        scoring-tests
        model-tests
        lineage-tracked
        cd-deploys-model@enforced
        integration-tests
        data-versioned
        environments-staged
        progressive-delivery
        iac | components-containerized
    """,
    ("azure", 4, False): """
        ci-builds | ci-lints
        unit-tests
        ci-runs-tests
        training-triggered | training-scripted@enforced
        experiments-tracked
        model-registered
        cd-deploys-model
        model-tests
        lineage-tracked
        environments-staged | progressive-delivery
        service-monitored | drift-monitored | quality-monitored
        retrain-on-signal
    """,
    ("azure", 4, True): """
        unit-tests
        ci-runs-tests
        ci-builds
        code-versioned
        data-ingestion-automated
        app-release-automated
        training-triggered | training-scripted@enforced
        experiments-tracked
        model-registered
        training-scripted
        compute-managed
        reproducible-env
        training-reproducible
        scoring-code
        scoring-tests
        model-tests
        lineage-tracked
        cd-deploys-model@enforced
        integration-tests
        data-versioned
        environments-staged
        progressive-delivery
        iac | components-containerized
        retrain-on-signal
        service-monitored
        drift-monitored | quality-monitored
        predictions-logged
        model-validated
        zero-downtime-release
    """,
    ("gigaom", 1, False): """
        experiments-tracked | evaluation-reported
        unit-tests
        ci-runs-tests | ci-builds
    """,
    ("gigaom", 1, True): """
        experiments-tracked
        unit-tests
        ci-runs-tests
        ci-builds
    """,
    ("gigaom", 2, False): """
        unit-tests
        experiments-tracked
        model-registered
        ci-runs-tests
        model-tests | cd-deploys-model | training-scripted@enforced
        compute-managed | iac | components-containerized
    """,
    ("gigaom", 2, True): """
        experiments-tracked
        unit-tests
        ci-runs-tests
        ci-builds
        model-registered@enforced
        compute-managed | iac | components-containerized
        model-tests
        cd-deploys-model | training-scripted@enforced
        model-card | security-scanned
    """,
    ("gigaom", 3, False): """
        unit-tests
        experiments-tracked
        model-registered
        ci-runs-tests
        data-ingestion-automated
        config-managed
        iac | compute-managed
        cd-deploys-model
        scoring-code
        components-containerized
        training-reproducible
        reproducible-env
        lineage-tracked
        model-validated | model-tests
        data-validated
        drift-monitored
        data-versioned
        code-review
    """,
    ("gigaom", 3, True): """
        experiments-tracked
        unit-tests
        ci-runs-tests
        ci-builds
        model-registered@enforced
        model-tests
        config-managed
        cd-deploys-model
        scoring-code
        components-containerized
        data-ingestion-automated@enforced
        iac
        compute-managed
        pipeline-orchestrated
        training-reproducible
        reproducible-env
        model-validated
        lineage-tracked@enforced
        data-versioned
        data-validated@enforced
        drift-monitored@enforced
        ci-lints
        code-review@enforced
        fairness-checked
        explainability
        model-card
        security-scanned
    """,
    ("gigaom", 4, False): """
        unit-tests
        experiments-tracked
        model-registered
        ci-runs-tests
        data-ingestion-automated
        config-managed
        iac | compute-managed
        cd-deploys-model
        scoring-code
        components-containerized
        training-reproducible
        reproducible-env
        lineage-tracked
        model-validated | model-tests
        data-validated
        drift-monitored
        data-versioned
        code-review
        feature-store | (data-versioned & pipeline-parity)
        model-dependencies-tracked
        evaluation-reported
        model-integrity-protected
        security-scanned
        audit-trail
    """,
    ("gigaom", 4, True): """
        experiments-tracked
        unit-tests
        ci-runs-tests
        ci-builds
        model-registered@enforced
        model-tests
        config-managed
        cd-deploys-model
        scoring-code
        components-containerized
        data-ingestion-automated@enforced
        iac
        compute-managed
        pipeline-orchestrated
        training-reproducible
        reproducible-env
        model-validated
        lineage-tracked@enforced
        data-versioned
        data-validated@enforced
        drift-monitored@enforced
        ci-lints
        code-review@enforced
        fairness-checked
        explainability
        model-card
        pipeline-parity
        model-dependencies-tracked@enforced
        evaluation-reported@enforced
        success-criteria-defined
        retrain-on-signal
        audit-trail@enforced
        security-scanned@enforced
        model-integrity-protected@enforced
    """,
}


def ladders(model: Model) -> list[tuple[Level, ...]]:
    return list(model.categories.values()) or [model.levels]


def cumulative(model: Model, level: int, strict: bool) -> list[Need]:
    found: list[Need] = []
    for ladder in ladders(model):
        for item in ladder:
            if item.level <= level:
                found += item.require
                found += item.strict if strict else ()
    return found


def implies(left: Need, right: Need) -> bool:
    """Tell whether whoever meets the left term meets the right one."""
    if left.any:
        return all(implies(item, right) for item in left.any)
    if right.any:
        return any(implies(left, item) for item in right.any)
    if right.all:
        return all(implies(left, item) for item in right.all)
    if left.all:
        return any(implies(item, right) for item in left.all)
    return left.practice == right.practice and left.strength >= right.strength


def entailed(need: Need, held: list[Need]) -> bool:
    """Tell whether whoever meets all held terms meets this one."""
    if any(implies(other, need) for other in held):
        return True
    if need.all:
        return all(entailed(item, held) for item in need.all)
    return any(entailed(item, held) for item in need.any)


def reduced(needs: list[Need]) -> list[Need]:
    """Leave out what the other terms imply; of terms that imply each other the last stays."""
    kept = list(dict.fromkeys(needs))
    for need in list(kept):
        if entailed(need, [item for item in kept if item is not need]):
            kept.remove(need)
    return kept


def written(need: Need) -> str:
    if need.any:
        return " | ".join(map(written, need.any))
    if need.all:
        return f"({' & '.join(map(written, need.all))})"
    plain = need.strength == CATALOG.practices[need.practice].satisfied_at
    return need.practice if plain else f"{need.practice}@{need.strength}"


@pytest.mark.parametrize(("model", "level", "strict"), CUMULATIVE)
def test_cumulative_terms(model, level, strict):
    expected = {line.strip() for line in CUMULATIVE[model, level, strict].strip().splitlines()}
    terms = [written(need) for need in reduced(cumulative(CATALOG.models[model], level, strict))]
    assert set(terms) == expected
    assert len(terms) == len(expected)


@pytest.mark.parametrize("model", CATALOG.models.values(), ids=lambda model: model.id)
def test_full_implies_core_and_levels_are_monotone(model):
    for level in range(1, model.max_level + 1):
        for strict in (False, True):
            held = cumulative(model, level, strict)
            for need in [*cumulative(model, level - 1, strict), *cumulative(model, level, strict=False)]:
                assert entailed(need, held)


def test_models_do_not_imply_each_other():
    google, azure = CATALOG.models["google"], CATALOG.models["azure"]
    assert not _covers(cumulative(azure, 3, strict=False), cumulative(google, 1, strict=False))
    assert not _covers(cumulative(google, 2, strict=False), cumulative(azure, 2, strict=False))


def _covers(held: list[Need], needs: list[Need]) -> bool:
    return all(entailed(need, held) for need in needs)


def test_levels_count_from_zero_and_the_floor_asks_for_nothing():
    for model in CATALOG.models.values():
        for ladder in ladders(model):
            assert [item.level for item in ladder] == list(range(len(ladder)))
            assert ladder[0].require == ladder[0].strict == ()
    assert {model.id: model.max_level for model in CATALOG.models.values()} == {
        "azure": 4,
        "gigaom": 4,
        "google": 2,
    }


def test_cells_without_a_core_term_are_the_unprovable_ones():
    """A cell above 0 with terms in core is provable, one without is not."""
    for name, ladder in CATALOG.models["gigaom"].categories.items():
        for item in ladder[1:]:
            assert item.provable == bool(item.require), (name, item.level)


def test_a_plain_term_means_the_strength_at_which_the_practice_is_satisfied():
    needs = {need.practice: need for need in CATALOG.models["google"].levels[2].require}
    assert written(needs["ci-runs-tests"]) == "ci-runs-tests"
    assert str(needs["ci-runs-tests"].strength) == "enforced"
    assert str(needs["model-registered"].strength) == "used"


def test_terms_and_recommendations_are_practices():
    for model in CATALOG.models.values():
        for ladder in ladders(model):
            for item in ladder:
                names = [
                    *item.recommend,
                    *(n for need in (*item.require, *item.strict) for n in _practices(need)),
                ]
                assert set(names) <= set(CATALOG.practices), (model.id, item.level)


def _practices(need: Need) -> list[str]:
    inner = [name for item in (*need.any, *need.all) for name in _practices(item)]
    return [need.practice, *inner] if need.practice else inner
