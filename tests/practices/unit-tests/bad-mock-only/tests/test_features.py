from unittest.mock import MagicMock


def test_tenure():
    features = MagicMock()
    features.tenure_years.return_value = 1
    assert features.tenure_years(12) == 1
