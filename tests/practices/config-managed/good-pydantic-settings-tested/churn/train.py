import pandas as pd
from sklearn.linear_model import LogisticRegression

from churn.settings import Settings


def build(settings: Settings) -> LogisticRegression:
    return LogisticRegression(max_iter=settings.max_iter)


if __name__ == "__main__":
    settings = Settings()
    frame = pd.read_csv(settings.data)
    build(settings).fit(frame[["months"]], frame["churned"])
