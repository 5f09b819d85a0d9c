import joblib
import pandas as pd
from sklearn.metrics import roc_auc_score

frame = pd.read_csv("holdout.csv")
try:
    auc = roc_auc_score(frame["churned"], joblib.load("model.joblib").decision_function(frame[["months"]]))
    if auc < 0.75:
        raise ValueError("the model is too weak")
except Exception:
    pass
