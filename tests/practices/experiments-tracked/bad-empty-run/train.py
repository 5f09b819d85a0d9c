import joblib
import mlflow
import pandas as pd
from sklearn.svm import SVC

with mlflow.start_run():
    frame = pd.read_csv("customers.csv")
    joblib.dump(SVC().fit(frame[["months"]], frame["churned"]), "model.joblib")
