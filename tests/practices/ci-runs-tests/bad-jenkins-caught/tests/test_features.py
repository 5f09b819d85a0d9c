import pytest

from churn.features import tenure_years


def test_tenure_is_given_in_years():
    assert tenure_years(18) == 1.5


def test_negative_tenure_is_refused():
    with pytest.raises(ValueError):
        tenure_years(-1)
