import sys

import mlflow
from mlflow import MlflowClient

client = MlflowClient()
version = client.get_latest_versions("churn")[0].version
client.set_registered_model_alias("churn", "champion", version)
