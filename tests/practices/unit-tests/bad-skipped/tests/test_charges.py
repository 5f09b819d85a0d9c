import pytest

from churn.features import tenure_years


@pytest.mark.xfail
def test_tenure():
    assert tenure_years(12) == 2
