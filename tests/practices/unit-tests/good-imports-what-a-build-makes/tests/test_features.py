from churn._version import version
from churn.features import tenure


def test_tenure():
    assert version
    assert tenure(12) == 1
