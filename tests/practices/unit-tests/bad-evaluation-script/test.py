import joblib
import pandas as pd
from sklearn.metrics import accuracy_score

model = joblib.load("model.joblib")
frame = pd.read_csv("test.csv")
assert accuracy_score(frame["churned"], model.predict(frame[["months"]])) > 0.7
