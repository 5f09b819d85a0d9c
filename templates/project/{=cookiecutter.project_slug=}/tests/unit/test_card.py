{% set lineage = "lineage-tracked" in cookiecutter._practices %}
import pytest

from {= cookiecutter.package =} import card, params

METRICS = {"auc": 0.8125, "average_precision": 0.6, "brier": 0.15, "groups": {"north": 0.8}}
{% if lineage %}
LINEAGE = {"commit": "0123456789abcdef", "data_sha256": "fedcba9876543210"}
{% endif %}


def test_the_card_of_the_repository_takes_the_metrics(settings: params.Params) -> None:
    before = card.MODEL_CARD.read_text(encoding="utf-8")
    after = card.render(before, METRICS{% if lineage %}, LINEAGE{% endif %})
    assert "| area under the ROC curve | 0.812 |" in after
    assert after.startswith(before.partition(card.BEGIN)[0])
    assert after.endswith(before.partition(card.END)[2])


def test_a_card_without_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="marks"):
        card.render("# Model card", METRICS{% if lineage %}, LINEAGE{% endif %})
