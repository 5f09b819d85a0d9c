import pandas as pd

from churn.train import train

FRAME = pd.DataFrame({"months": range(20), "churned": [0, 1] * 10})


def test_same_seed_gives_the_same_model():
    first, second = train(FRAME, seed=3), train(FRAME, seed=3)
    assert (first.predict_proba(FRAME[["months"]]) == second.predict_proba(FRAME[["months"]])).all()
