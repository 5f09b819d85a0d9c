import joblib
import mlflow
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.svm import SVC

mlflow.set_tracking_uri("https://mlflow.acme.io")
mlflow.set_experiment("churn")
frame = pd.read_csv("customers.csv")
with mlflow.start_run():
    model = SVC(C=0.5).fit(frame[["months"]], frame["churned"])
    mlflow.log_param("C", model.C)
    mlflow.log_metric("auc", roc_auc_score(frame["churned"], model.decision_function(frame[["months"]])))
    joblib.dump(model, "model.joblib")
