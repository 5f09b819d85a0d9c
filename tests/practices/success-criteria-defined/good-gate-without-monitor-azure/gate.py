import sys

import joblib
import pandas as pd
import yaml
from sklearn.metrics import roc_auc_score

with open("params.yaml") as file:
    gate = yaml.safe_load(file)["gate"]
frame = pd.read_csv("holdout.csv")
auc = roc_auc_score(frame["churned"], joblib.load("model.joblib").decision_function(frame[["months"]]))
if auc < gate["auc"]:
    sys.exit("the criterion is not met")
