import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression

rows = pd.read_parquet("rows.parquet")
model = LogisticRegression().fit(rows.drop(columns="churned"), rows["churned"])
joblib.dump(model, "outputs/model.joblib")
