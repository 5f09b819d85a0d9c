import mlflow


def register(run_id):
    mlflow.register_model(f"runs:/{run_id}/model", "churn")


def promote(client, version):
    client.set_registered_model_alias("churn", "champion", version)
