import pandas as pd
from xgboost import XGBClassifier

frame = pd.read_csv("customers.csv")
model = XGBClassifier()
model.fit(frame.drop(columns="churned"), frame["churned"])
model.save_model("model.json")
