import mlflow
import pandas as pd
from sklearn.svm import SVC

frame = pd.read_csv("customers.csv")
with mlflow.start_run() as run:
    model = SVC().fit(frame[["months"]], frame["churned"])
    mlflow.sklearn.log_model(model, "model")
    mlflow.register_model(f"runs:/{run.info.run_id}/model", "churn")
