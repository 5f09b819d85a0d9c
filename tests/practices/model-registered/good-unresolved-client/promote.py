import sys

import mlflow


def promote(client, version):
    client.set_registered_model_alias("churn", "champion", version)


if __name__ == "__main__":
    promote(mlflow.tracking.MlflowClient(), sys.argv[1])
