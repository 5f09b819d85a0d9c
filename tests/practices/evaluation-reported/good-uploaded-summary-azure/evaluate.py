import json

import joblib
import pandas as pd
from sklearn.metrics import roc_auc_score

frame = pd.read_csv("holdout.csv")
auc = roc_auc_score(frame["churned"], joblib.load("model.joblib").decision_function(frame[["months"]]))
with open("metrics.json", "w") as file:
    json.dump({"auc": auc}, file)
