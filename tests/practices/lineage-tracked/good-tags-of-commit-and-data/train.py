import subprocess

import mlflow
import pandas as pd
from sklearn.svm import SVC

frame = pd.read_csv("customers.csv")
with mlflow.start_run():
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()
    mlflow.set_tag("git_commit", commit)
    mlflow.set_tag("data_hash", str(pd.util.hash_pandas_object(frame).sum()))
    model = SVC().fit(frame[["months"]], frame["churned"])
    mlflow.sklearn.log_model(model, "model")
