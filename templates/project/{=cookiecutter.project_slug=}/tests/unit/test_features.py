import pandas as pd
import pytest

from {= cookiecutter.package =} import features, params


def test_derived_columns_have_the_right_values() -> None:
    one = pd.DataFrame(
        {
            "region": ["north"],
            "plan": ["plus"],
            "tenure_months": [9],
            "monthly_charge": [50.0],
            "support_calls": [2],
            "late_payments": [1],
        }
    )
    built = features.build(one).iloc[0]
    assert built["charge_per_month"] == 5.0
    assert built["trouble"] == 3


def test_a_new_customer_gives_no_division_by_zero(customers: pd.DataFrame) -> None:
    built = features.build(customers.assign(tenure_months=0))
    assert built["charge_per_month"].tolist() == customers["monthly_charge"].tolist()


def test_features_do_not_see_the_outcome(customers: pd.DataFrame) -> None:
    changed = customers.assign(churned=1 - customers["churned"])
    pd.testing.assert_frame_equal(features.build(customers), features.build(changed))


def test_a_missing_column_is_an_error(customers: pd.DataFrame) -> None:
    with pytest.raises(KeyError, match="plan"):
        features.build(customers.drop(columns="plan"))


def test_split_keeps_the_share_of_outcomes(frame: pd.DataFrame, settings: params.Params) -> None:
    part = features.split(frame, settings.split)
    assert part.value_counts(normalize=True)["test"] == pytest.approx(settings.split.test_share, abs=0.01)
    shares = frame.groupby(part)["churned"].mean()
    assert shares["test"] == pytest.approx(shares["train"], abs=0.01)
