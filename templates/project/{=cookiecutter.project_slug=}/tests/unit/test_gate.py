{% set sliced = "fairness-checked" in cookiecutter._practices %}
import pytest

from {= cookiecutter.package =} import gate, params
{% if sliced %}

GROUPS = {"north": 0.8, "south": 0.8}
{% endif %}


def _metrics(auc: float, champion: float | None = None) -> dict[str, object]:
    found: dict[str, object] = {"auc": auc{% if sliced %}, "groups": GROUPS{% endif %}}
    return found if champion is None else {**found, "champion": {"auc": champion}}


def test_a_good_model_passes(settings: params.Params) -> None:
    assert gate.check(_metrics(settings.gate.min_auc + 0.01), settings.gate) is None


def test_a_bad_model_is_refused(settings: params.Params) -> None:
    with pytest.raises(gate.ModelRefused, match="below"):
        gate.check(_metrics(settings.gate.min_auc - 0.01), settings.gate)


def test_a_model_worse_than_the_champion_is_refused(settings: params.Params) -> None:
    with pytest.raises(gate.ModelRefused, match="worse"):
        gate.check(_metrics(0.90, champion=0.95), settings.gate)
{% if sliced %}


def test_a_model_that_fails_one_region_is_refused(settings: params.Params) -> None:
    with pytest.raises(gate.ModelRefused, match="between regions"):
        gate.check({"auc": 0.9, "groups": {"north": 0.95, "south": 0.6}}, settings.gate)
{% endif %}
