import json
import sys

import joblib
import pandas as pd
from sklearn.metrics import roc_auc_score

frame = pd.read_csv("holdout.csv")
auc = roc_auc_score(frame["churned"], joblib.load("model.joblib").decision_function(frame[["months"]]))
if auc < 0.75:
    sys.exit(f"the model is too weak: {auc:.3f}")
