import mlflow
import pandas as pd
from sklearn.svm import SVC


def train():
    frame = pd.read_csv("customers.csv")
    model = SVC().fit(frame[["months"]], frame["churned"])
    mlflow.sklearn.log_model(model, "model", registered_model_name="churn")
