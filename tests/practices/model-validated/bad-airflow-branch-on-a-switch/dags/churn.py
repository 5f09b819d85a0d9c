from airflow.decorators import dag, task
from churn import train as training


@dag(schedule="@daily")
def churn():
    @task
    def train() -> float:
        return training.train()

    @task.branch
    def choose(tune: bool) -> str:
        return "train" if tune is True else "skip"

    @task
    def register() -> None:
        training.register()

    @task
    def skip() -> None:
        print("kept the model that is live")

    choose(tune=True) >> [register(), skip()]


churn()
