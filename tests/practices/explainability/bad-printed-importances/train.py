import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

frame = pd.read_csv("customers.csv")
model = RandomForestClassifier().fit(frame[["months"]], frame["churned"])
print(model.feature_importances_)
joblib.dump(model, "model.joblib")
