import pandas as pd
from prefect import flow, task
from sklearn.svm import SVC


@task
def load(path):
    return pd.read_csv(path)


@task
def fit(frame):
    return SVC().fit(frame[["months"]], frame["churned"])


@flow
def churn(path):
    return fit(load(path))


if __name__ == "__main__":
    churn("customers.csv")
