from churn import StoriesConfig, top_stories


def test_top_stories():
    assert top_stories(StoriesConfig()) == []
