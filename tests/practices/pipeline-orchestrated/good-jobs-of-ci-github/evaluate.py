import joblib
import pandas as pd
from sklearn.metrics import roc_auc_score

frame = pd.read_csv("holdout.csv")
score = roc_auc_score(frame["churned"], joblib.load("model.joblib").decision_function(frame[["months"]]))
if score < 0.7:
    raise SystemExit(f"too low: {score}")
