from mlflow.tracking import MlflowClient


def promote():
    client = MlflowClient()
    version = client.get_latest_versions("churn", stages=["None"])[0].version
    client.transition_model_version_stage(name="churn", version=version, stage="Production")
