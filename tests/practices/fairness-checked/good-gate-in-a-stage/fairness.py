import sys

import joblib
import pandas as pd
from fairlearn.metrics import MetricFrame
from sklearn.metrics import recall_score

frame = pd.read_csv("holdout.csv")
group_gap = MetricFrame(metrics=recall_score, y_true=frame["churned"], y_pred=joblib.load("model.joblib").predict(frame[["months"]]),
                        sensitive_features=frame["gender"]).difference()
if group_gap > 0.1:
    sys.exit("the gap between groups is too large")
