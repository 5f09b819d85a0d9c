import joblib
import pandas as pd
from pandera.typing import DataFrame
from schemas import Customers
from sklearn.svm import SVC


def train(frame: DataFrame[Customers]):
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")


if __name__ == "__main__":
    train(DataFrame[Customers](pd.read_csv("customers.csv")))
