import json

import pandas as pd
from sklearn.linear_model import LogisticRegression


def main() -> None:
    with open("config.json") as file:
        config = json.load(file)
    frame = pd.read_csv("customers.csv")
    LogisticRegression(max_iter=config["max_iter"]).fit(frame[["months"]], frame["churned"])


if __name__ == "__main__":
    main()
