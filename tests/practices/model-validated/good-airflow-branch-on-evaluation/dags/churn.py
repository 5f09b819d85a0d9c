from airflow.decorators import dag, task
from churn import train as training


@dag(schedule="@daily")
def churn():
    @task
    def train() -> float:
        return training.train()

    @task.branch
    def choose(accuracy: float) -> str:
        if accuracy > 0.8:
            return "register"
        return "skip"

    @task
    def register() -> None:
        training.register()

    @task
    def skip() -> None:
        print("kept the model that is live")

    choose(train()) >> [register(), skip()]


churn()
