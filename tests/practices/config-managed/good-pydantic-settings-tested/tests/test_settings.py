from churn.settings import Settings
from churn.train import build


def test_iterations_reach_the_model():
    assert build(Settings(max_iter=7)).max_iter == 7
