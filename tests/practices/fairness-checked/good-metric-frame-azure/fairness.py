import joblib
import pandas as pd
from fairlearn.metrics import MetricFrame
from sklearn.metrics import recall_score

frame = pd.read_csv("holdout.csv")
metric = MetricFrame(metrics=recall_score, y_true=frame["churned"], y_pred=joblib.load("model.joblib").predict(frame[["months"]]),
                     sensitive_features=frame["gender"])
metric.by_group.to_csv("by_gender.csv")
