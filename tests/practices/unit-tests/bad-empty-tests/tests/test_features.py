from churn.features import tenure_years


def test_tenure():
    pass


def test_charges():
    """The charges are scaled."""


def test_calls_only():
    tenure_years(3)
