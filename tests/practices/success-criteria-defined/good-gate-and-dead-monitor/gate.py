import sys

import joblib
import pandas as pd
import yaml
from sklearn.metrics import roc_auc_score

with open("criteria.yaml") as file:
    criteria = yaml.safe_load(file)
frame = pd.read_csv("holdout.csv")
auc = roc_auc_score(frame["churned"], joblib.load("model.joblib").decision_function(frame[["months"]]))
if auc < criteria["auc"]:
    sys.exit("the criterion is not met")
