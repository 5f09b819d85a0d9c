import pytest

from churn.features import tenure_years

pytestmark = pytest.mark.skip(reason="later")


def test_tenure():
    assert tenure_years(12) == 1
