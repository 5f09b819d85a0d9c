import mlflow


def promote(client):
    version = client.get_latest_versions("churn")[0].version
    client.set_registered_model_alias("churn", "champion", version)


if __name__ == "__main__":
    promote(mlflow.tracking.MlflowClient())
