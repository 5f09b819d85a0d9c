from airflow import DAG
from airflow.operators.python import PythonOperator
from promote import promote
from train import train

with DAG("churn", schedule="@daily") as dag:
    fit = PythonOperator(task_id="train", python_callable=train)
    release = PythonOperator(task_id="promote", python_callable=promote)
    fit >> release
