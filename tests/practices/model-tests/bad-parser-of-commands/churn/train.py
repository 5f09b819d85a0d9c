"""Train the churn model: `python -m churn.train --data data/customers.csv`."""

import argparse
from pathlib import Path

import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from churn.features import build_features


def train(frame: pd.DataFrame) -> LogisticRegression:
    features = build_features(frame)
    x_train, _, y_train, _ = train_test_split(features, frame["churned"], test_size=0.2)
    model = LogisticRegression(max_iter=500)
    model.fit(x_train, y_train)
    return model


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="data/customers.csv")
    parser.add_argument("--output", default="models/model.joblib")
    args = parser.parse_args()
    model = train(pd.read_csv(args.data))
    Path(args.output).parent.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, args.output)


if __name__ == "__main__":
    main()
