import joblib
import pandas as pd
import yaml
from sklearn.ensemble import RandomForestClassifier

with open("params.yaml") as file:
    params = yaml.safe_load(file)
seed = params["seed"]
frame = pd.read_csv("customers.csv")
model = RandomForestClassifier(max_depth=params["max_depth"])
joblib.dump(model.fit(frame[["months"]], frame["churned"]), "model.joblib")
