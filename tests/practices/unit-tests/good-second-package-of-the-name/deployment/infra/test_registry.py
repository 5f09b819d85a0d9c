from infra.registry import Registry


def test_latest_is_the_highest_version():
    assert Registry([1, 3, 2]).latest() == 3
