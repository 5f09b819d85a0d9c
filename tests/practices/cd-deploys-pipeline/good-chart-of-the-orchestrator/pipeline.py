import joblib
import pandas as pd
from dagster import asset
from sklearn.svm import SVC


@asset
def customers():
    return pd.read_csv("customers.csv")


@asset
def model(customers):
    joblib.dump(SVC().fit(customers[["months"]], customers["churned"]), "model.joblib")
