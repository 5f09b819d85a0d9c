import mlflow
import pandas as pd
from sklearn.svm import SVC

frame = pd.read_csv("customers.csv")
with mlflow.start_run():
    mlflow.set_tag("run_type", "baseline")
    model = SVC().fit(frame[["months"]], frame["churned"])
    mlflow.sklearn.log_model(model, "model", signature=mlflow.models.infer_signature(frame))
