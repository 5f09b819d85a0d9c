import sys

from mlflow import MlflowClient


def rollback(version: str) -> None:
    MlflowClient().set_registered_model_alias("churn", "champion", version)


if __name__ == "__main__":
    rollback(sys.argv[1])
