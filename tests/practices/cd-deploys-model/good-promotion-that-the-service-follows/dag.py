from airflow import DAG
from airflow.operators.python import PythonOperator
from promote import promote
from train import train

with DAG("churn", schedule="@daily") as dag:
    PythonOperator(task_id="train", python_callable=train) >> PythonOperator(task_id="promote", python_callable=promote)
