import joblib
import pandas as pd

frame = pd.read_csv("new.csv")
frame["churn"] = joblib.load("model.joblib").predict(frame[["months"]])
frame.to_csv("scores.csv", index=False)
