import pandas as pd
from sklearn.linear_model import LogisticRegression

from churn.settings import Settings


def build(settings: Settings) -> LogisticRegression:
    return LogisticRegression(max_iter=settings.max_iter)


if __name__ == "__main__":
    frame = pd.read_csv("customers.csv")
    build(Settings()).fit(frame[["months"]], frame["churned"])
