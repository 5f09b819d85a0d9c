import pandas as pd
from sklearn.linear_model import LogisticRegression
from zenml import pipeline, step


@step
def rows() -> pd.DataFrame:
    return pd.read_parquet("s3://acme/rows.parquet")


@step
def train(rows: pd.DataFrame) -> LogisticRegression:
    return LogisticRegression().fit(rows.drop(columns="churned"), rows["churned"])


@pipeline
def churn() -> None:
    train(rows())
