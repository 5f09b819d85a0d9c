import joblib
import pandas as pd
from prefect import flow, task
from sklearn.svm import SVC


@task
def customers(place: str) -> pd.DataFrame:
    return pd.read_csv(place)


@flow
def training(bucket: str = "churn"):
    frame = customers(f"gs://{bucket}/customers.csv")
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")


if __name__ == "__main__":
    training()
