from src.features.build import tenure


def test_tenure():
    assert tenure(12) == 1
