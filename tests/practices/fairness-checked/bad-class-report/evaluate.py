import joblib
import pandas as pd
from sklearn.metrics import classification_report

frame = pd.read_csv("holdout.csv")
print(classification_report(frame["churned"], joblib.load("model.joblib").predict(frame[["months"]])))
