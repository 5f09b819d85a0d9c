from features import tenure_years


def test_tenure():
    assert tenure_years(12) == 1
