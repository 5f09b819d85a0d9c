from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator

with DAG("churn", schedule="@daily", start_date=datetime(2026, 1, 1)) as dag:
    start = EmptyOperator(task_id="start")
    train = BashOperator(task_id="train", bash_command="echo train")
    start >> train
