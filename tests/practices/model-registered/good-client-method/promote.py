from mlflow import MlflowClient


def promote(client: MlflowClient, version: str) -> None:
    client.set_registered_model_alias("churn", "champion", version)


if __name__ == "__main__":
    promote(MlflowClient(), "8")
