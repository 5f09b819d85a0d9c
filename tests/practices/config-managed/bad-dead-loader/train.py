import pandas as pd
import yaml
from sklearn.linear_model import LogisticRegression


def load_config():
    with open("config/train.yaml") as file:
        return yaml.safe_load(file)


def main():
    frame = pd.read_csv("customers.csv")
    LogisticRegression(max_iter=500).fit(frame[["months"]], frame["churned"])


if __name__ == "__main__":
    main()
