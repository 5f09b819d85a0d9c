from datetime import datetime

import pandas as pd
from airflow.decorators import dag, task


@task
def extract() -> str:
    pd.read_csv("crm.csv").to_parquet("crm.parquet")
    return "crm.parquet"


@task
def load(path: str) -> None:
    pd.read_parquet(path).to_sql("crm", "postgresql://warehouse/crm")


@dag(schedule="@daily", start_date=datetime(2026, 1, 1))
def crm():
    load(extract())


crm()
