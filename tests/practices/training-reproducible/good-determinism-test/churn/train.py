import pandas as pd
from sklearn.ensemble import RandomForestClassifier


def train(frame: pd.DataFrame, seed: int = 7) -> RandomForestClassifier:
    return RandomForestClassifier(random_state=seed).fit(frame[["months"]], frame["churned"])


if __name__ == "__main__":
    train(pd.read_csv("customers.csv"))
