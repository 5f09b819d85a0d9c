import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

frame = pd.read_csv("customers.csv")
frame["tenure"] = frame["months"] / 12
frame = frame.dropna()
x = frame[["tenure", "charges"]]
y = frame["churned"]
model = LogisticRegression(max_iter=500)
model.fit(x, y)
print(roc_auc_score(y, model.predict_proba(x)[:, 1]))
joblib.dump(model, "model.joblib")
