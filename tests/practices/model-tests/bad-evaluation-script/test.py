import joblib
import pandas as pd
from sklearn.metrics import roc_auc_score

model = joblib.load("models/model.joblib")
frame = pd.read_csv("test.csv")
print(roc_auc_score(frame["churned"], model.predict(frame[["months"]])))
