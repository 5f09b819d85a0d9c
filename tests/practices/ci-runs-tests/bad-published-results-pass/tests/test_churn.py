from churn import tenure


def test_tenure():
    assert tenure(24) == 2
