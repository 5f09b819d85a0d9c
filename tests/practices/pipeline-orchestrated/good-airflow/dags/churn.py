from datetime import datetime

from airflow.decorators import dag, task


@task
def prepare() -> str:
    import pandas as pd

    pd.read_csv("raw.csv").dropna().to_csv("customers.csv")
    return "customers.csv"


@task
def train(path: str) -> None:
    import joblib
    import pandas as pd
    from sklearn.svm import SVC

    frame = pd.read_csv(path)
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")


@dag(schedule=None, start_date=datetime(2026, 1, 1), catchup=False)
def churn():
    train(prepare())


churn()
