from churn.features import tenure_years


def tenure_is_in_years():
    assert tenure_years(12) == 1
