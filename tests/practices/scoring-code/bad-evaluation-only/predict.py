import joblib
import pandas as pd
from sklearn.metrics import accuracy_score

frame = pd.read_csv("holdout.csv")
print(accuracy_score(frame["churned"], joblib.load("model.joblib").predict(frame[["months"]])))
