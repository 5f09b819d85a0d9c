import os

import joblib
from azureml.core import Run
from sklearn.svm import SVC

run = None


def train():
    customers = run.input_datasets["customers"]
    frame = customers.to_pandas_dataframe()
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")
    run.upload_file("model.joblib", "model.joblib")
    tags = {"build_id": os.environ["BUILD_BUILDID"]}
    run.register_model(model_name="churn", model_path="model.joblib", tags=tags)


if __name__ == "__main__":
    run = Run.get_context()
    train()
