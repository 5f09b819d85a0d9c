import hashlib
import subprocess
from pathlib import Path

import mlflow
import pandas as pd
from sklearn.svm import SVC

commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
digest = hashlib.sha256(Path("customers.csv").read_bytes()).hexdigest()
frame = pd.read_csv("customers.csv")
with mlflow.start_run():
    mlflow.set_tags({"git_commit": commit, "data_sha256": digest})
    mlflow.log_params({"C": 1.0})
    mlflow.sklearn.log_model(SVC(C=1.0).fit(frame[["months"]], frame["churned"]), "model")
