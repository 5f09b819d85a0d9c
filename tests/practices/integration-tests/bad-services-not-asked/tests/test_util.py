from util import tenure


def test_tenure():
    assert tenure(12) == 1
