import joblib
import pandas as pd
from sklearn.metrics import recall_score

frame = pd.read_csv("holdout.csv")
frame["predicted"] = joblib.load("model.joblib").predict(frame[["months"]])
by_group = frame.groupby("gender").apply(lambda part: recall_score(part["churned"], part["predicted"]))
by_group.to_csv("recall_by_gender.csv")
