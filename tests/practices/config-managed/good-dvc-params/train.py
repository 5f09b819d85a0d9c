import joblib
import pandas as pd
import yaml
from sklearn.linear_model import LogisticRegression

with open("params.yaml") as file:
    params = yaml.safe_load(file)["train"]

frame = pd.read_csv("customers.csv")
model = LogisticRegression(max_iter=params["max_iter"])
model.fit(frame[["months"]], frame["churned"])
joblib.dump(model, "model.joblib")
