import pandas as pd
import yaml
from sklearn.linear_model import LogisticRegression


def main() -> None:
    with open("config/train.yaml") as file:
        config = yaml.safe_load(file)
    frame = pd.read_csv("customers.csv")
    LogisticRegression(max_iter=config["max_iter"]).fit(frame[["months"]], frame["churned"])


if __name__ == "__main__":
    main()
